"""The encoder that ships: its contract, its robustness, and sentences that it must get right."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from personagen.encoder import CODES, DIMENSIONS, Encoder, load
from personagen.encoder.runtime import MODEL, decide

SENTENCES = (
    "The export fails every time and I lose an hour of work.",
    "I wanted to spend less time on reports.",
    "We decided against it because it is far too expensive for a team like ours.",
    "Great app, the support team is excellent!",
    "Please add an option to export everything to a spreadsheet.",
    "My name is Sam and I live in Leeds.",
)

# Closer than this no two ways of grouping the same texts need be: numbers are rounded to eight bits
# over a whole batch, so that neighbours change the last digits.
_ROUNDING = 0.15


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return load()


def test_each_text_gets_a_vector_six_scores_and_two_more(encoder: Encoder) -> None:
    encoded = encoder.encode(SENTENCES)
    n = len(SENTENCES)
    assert encoded.vectors.shape == (n, DIMENSIONS)
    assert encoded.scores.shape == (n, len(CODES))
    assert encoded.intensity.shape == encoded.quotable.shape == (n,)
    assert all(part.dtype == np.float32 for part in encoded)


def test_vectors_have_length_one(encoder: Encoder) -> None:
    lengths = np.linalg.norm(encoder.encode(SENTENCES).vectors, axis=1)
    np.testing.assert_allclose(lengths, 1, atol=1e-4)


def test_scores_are_probabilities_and_intensity_is_on_its_scale(encoder: Encoder) -> None:
    encoded = encoder.encode(SENTENCES)
    for part in (encoded.scores, encoded.quotable, encoded.intensity / 3):
        assert part.min() >= 0
        assert part.max() <= 1


def test_the_same_texts_give_the_same_numbers(encoder: Encoder) -> None:
    first, second = encoder.encode(SENTENCES), encoder.encode(SENTENCES)
    for one, other in zip(first, second, strict=True):
        np.testing.assert_array_equal(one, other)


def test_neighbours_in_a_batch_change_next_to_nothing(encoder: Encoder) -> None:
    together = encoder.encode([*SENTENCES, "x " * 300, *("Fine." for _ in range(50))])
    alone = [encoder.encode([text]) for text in SENTENCES]
    for i, one in enumerate(alone):
        assert together.vectors[i] @ one.vectors[0] > 1 - _ROUNDING
        np.testing.assert_allclose(together.scores[i], one.scores[0], atol=_ROUNDING)


def test_order_is_kept_over_batches_of_like_length(encoder: Encoder) -> None:
    texts = [("word " * (1 + i % 40)) + str(i) for i in range(300)]
    encoded = encoder.encode(texts)
    for i in (0, 39, 150, 299):
        assert int(np.argmax(encoded.vectors @ encoder.encode([texts[i]]).vectors[0])) == i


def test_a_vector_does_not_depend_on_context_or_kind(encoder: Encoder) -> None:
    text = ["It takes me the whole of Friday."]
    bare = encoder.encode(text).vectors[0]
    asked = encoder.encode(text, ["How long does reporting take?"], kinds=["interview"])
    assert bare @ asked.vectors[0] > 0.99


def test_context_resolves_a_bare_answer(encoder: Encoder) -> None:
    liked, missed = encoder.encode(
        ["The keyboard shortcuts"] * 2,
        ["What do you like best about it?", "What do you like least about it?"],
        kinds=["survey"] * 2,
    ).scores
    assert liked[CODES.index("praise")] > missed[CODES.index("praise")]
    assert missed[CODES.index("pain_point")] > liked[CODES.index("pain_point")]


@pytest.mark.parametrize("kind", ["interview", "review", "survey", "ticket", "", "podcast"])
def test_any_kind_is_taken(encoder: Encoder, kind: str) -> None:
    assert encoder.encode(["It crashes."], kinds=[kind]).scores.shape == (1, len(CODES))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("The export fails every time and I lose an hour of work.", "pain_point"),
        ("It keeps crashing and I am so frustrated with it.", "pain_point"),
        ("I started because I wanted to spend more time with my kids.", "motivation"),
        ("Great app, the reports are excellent and easy to read!", "praise"),
        ("I love how fast the search is.", "praise"),
        ("Please add an option to export everything to a spreadsheet.", "feature_request"),
        ("It would be nice to have a dark mode.", "feature_request"),
    ],
)
def test_plain_cases_are_coded_right(encoder: Encoder, text: str, code: str) -> None:
    assert encoder.codes(encoder.encode([text]).scores)[0][:1] == [code]


@pytest.mark.parametrize(
    "text", ["Hello, good morning.", "My name is Sam.", "It was on a Tuesday."]
)
def test_small_talk_and_facts_get_no_code(encoder: Encoder, text: str) -> None:
    assert encoder.codes(encoder.encode([text]).scores) == [[]]


def test_pain_is_stronger_than_small_talk(encoder: Encoder) -> None:
    intensity = encoder.encode(["I hate it, it ruined my whole week!", "It was Tuesday."]).intensity
    assert intensity[0] > intensity[1] + 1


@pytest.mark.parametrize(
    "text",
    ["", " \n", "\x00", "a\x00b", "👍🏽" * 400, "x" * 100_000, "so slow " * 12_500, "\ud800"],
)
def test_strange_texts_are_survived(encoder: Encoder, text: str) -> None:
    encoded = encoder.encode([text, "Fine."], [text, text])
    assert np.isfinite(encoded.vectors).all()
    assert np.isfinite(encoded.scores).all()
    assert encoder.count_tokens(text) >= 0


def test_a_text_that_says_nothing_gets_no_code(encoder: Encoder) -> None:
    encoded = encoder.encode(["", "  ", "...", "\x00"])
    assert encoder.codes(encoded.scores) == [[], [], [], []]
    assert not encoded.intensity.any()
    assert not encoded.quotable.any()


def test_no_texts_give_empty_arrays(encoder: Encoder) -> None:
    encoded = encoder.encode([])
    assert encoded.vectors.shape == (0, DIMENSIONS)
    assert encoder.codes(encoded.scores) == []


def test_progress_ends_with_all_texts(encoder: Encoder) -> None:
    seen: list[tuple[int, int]] = []
    encoder.encode(["Fine."] * 700, on_progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (700, 700)
    assert seen == sorted(seen)


def test_at_most_two_codes_the_one_furthest_above_its_threshold_first() -> None:
    thresholds = np.array([0.5, 0.3, 0.3], np.float32)
    scores = np.array([[0.6, 0.8, 0.4], [0.4, 0.2, 0.29], [0.9, 0.1, 0.31]], np.float32)
    assert decide(scores, thresholds) == [[1, 2], [], [0, 2]]


def test_thresholds_name_every_code(encoder: Encoder) -> None:
    assert set(encoder.thresholds) == set(CODES)
    assert all(0 < bar < 1 for bar in encoder.thresholds.values())


def test_long_texts_are_counted_whole(encoder: Encoder) -> None:
    assert encoder.count_tokens("word " * 3000) == 3000


def test_the_fingerprint_is_short_and_stable(encoder: Encoder) -> None:
    assert encoder.fingerprint == Encoder().fingerprint
    assert len(encoder.fingerprint) == 12


def test_the_model_is_small_and_carries_a_card() -> None:
    assert sum(file.stat().st_size for file in MODEL.iterdir()) <= 30e6
    assert "Apache-2.0" in (MODEL / "MODEL_CARD.md").read_text(encoding="utf-8")


def test_importing_the_encoder_loads_nothing_heavy() -> None:
    code = (
        "import sys, personagen.encoder;"
        "print(*{'onnxruntime', 'tokenizers', 'torch', 'sklearn'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
