import numpy as np
import pytest

from personagen.chunking import chunk
from personagen.coding import units_of
from personagen.embedding import chunk_vectors
from personagen.encoder import load
from personagen.models import Material, Source, Utterance
from personagen.store.encodings import FILE, CachedEncoder
from tests.store_fixture import count_words


class Counting:
    """The encoder, and what it was asked for."""

    def __init__(self, fingerprint: str = "one") -> None:
        self.fingerprint = fingerprint
        self.asked: list[tuple[str, str, str]] = []

    def encode(self, texts, contexts=None, *, kinds=None):
        empty = [""] * len(texts)
        self.asked += zip(texts, contexts or empty, kinds or empty, strict=True)
        return load().encode(texts, contexts, kinds=kinds)

    def codes(self, scores, kinds=None):
        return load().codes(scores, kinds)


@pytest.fixture
def remembering(tmp_path):
    opened = []

    def make(encoder: Counting) -> CachedEncoder:
        opened.append(CachedEncoder(tmp_path, encoder))
        return opened[-1]

    yield make
    for one in opened:
        one.close()


TEXTS = ["We waited three weeks.", "It saves me an hour.", "We waited three weeks."]


def same(one, other):
    return all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


def test_what_was_encoded_once_is_remembered_also_after_closing(remembering):
    encoder = Counting()
    first = remembering(encoder).encode(TEXTS, ["Q"] * 3, kinds=["survey"] * 3)
    assert len(encoder.asked) == 2
    again = remembering(encoder).encode(TEXTS, ["Q"] * 3, kinds=["survey"] * 3)
    assert len(encoder.asked) == 2
    assert same(first, again)
    assert np.array_equal(first.vectors[0], first.vectors[2])


def test_another_context_or_kind_is_another_question_to_the_encoder(remembering):
    encoder = Counting()
    cached = remembering(encoder)
    cached.encode(TEXTS[:1], ["Q"], kinds=["survey"])
    cached.encode(TEXTS[:1], ["R"], kinds=["survey"])
    cached.encode(TEXTS[:1], ["Q"], kinds=["review"])
    assert len(encoder.asked) == 3


def test_what_another_encoder_said_is_forgotten(remembering):
    remembering(Counting("one")).encode(TEXTS)
    other = Counting("two")
    remembering(other).encode(TEXTS)
    assert len(other.asked) == 2


def test_a_damaged_file_is_replaced(tmp_path, remembering):
    (tmp_path / FILE).write_bytes(b"damaged" * 1000)
    encoder = Counting()
    assert remembering(encoder).encode(TEXTS).vectors.shape == (3, 384)


def test_nothing_asked_nothing_said(remembering):
    said = remembering(Counting()).encode([])
    assert said.vectors.shape == (0, 384)
    assert said.scores.shape == (0, 6)


def test_no_words_are_in_the_file(tmp_path, remembering):
    cached = remembering(Counting())
    cached.encode(TEXTS)
    cached.close()
    assert all(b"waited" not in path.read_bytes() for path in tmp_path.iterdir())


def a_survey(*answers: str, kind: str = "survey") -> Source:
    utterances = tuple(
        Utterance(
            id=f"u{number}",
            speaker=f"P{number:02d}",
            role="participant",
            text=text,
            participant=f"P{number:02d}",
            record=f"r{number}",
            context="What would you change?",
        )
        for number, text in enumerate(answers)
    )
    return Source.model_validate(
        {
            "id": "s",
            "path": "a.csv",
            "kind": kind,
            "reader": "csv",
            "sha256": "0",
            "lang": "en",
            "utterances": utterances,
        }
    )


def test_what_is_read_to_embed_an_answer_is_not_read_again_to_code_it(remembering):
    survey = a_survey("The map freezes. I call every driver.", "It saves me an hour a day.", "n/a")
    encoder = Counting()
    cached = remembering(encoder)
    chunk_vectors(chunk(survey, count_words, 100), [survey], cached)
    asked = len(encoder.asked)
    units, _ = units_of(Material(sources=(survey,)))
    assert len(units) == 3
    cached.encode(
        [u.text for u in units], [u.context for u in units], kinds=[u.kind for u in units]
    )
    assert len(encoder.asked) == asked


def test_vectors_have_length_one_and_follow_the_order_of_the_chunks():
    survey = a_survey("The map freezes. I call every driver.", "n/a", "It saves me an hour a day.")
    chunks = chunk(survey, count_words, 100)
    rows = chunk_vectors(chunks, [survey], load())
    assert rows.shape == (3, 384)
    assert np.linalg.norm(rows, axis=1) == pytest.approx(np.ones(3), abs=1e-5)
    whole = load().encode([c.text for c in chunks]).vectors
    assert np.argmax(rows @ whole.T, axis=1).tolist() == [0, 1, 2]
    assert (rows * whole).sum(axis=1).min() > 0.8
