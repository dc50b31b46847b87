from hypothesis import given
from hypothesis import strategies as st

from personagen.chunking import chunk
from personagen.models import Source, Utterance

WORDS = st.text(alphabet="ab é.!?\n…“”", max_size=60)
TALK = st.lists(
    st.tuples(WORDS, st.sampled_from([None, "r1", "r2"])),
    max_size=30,
)


def count_words(text: str) -> int:
    return len(text.split())


def source(*said: tuple[str, str | None]) -> Source:
    utterances = tuple(
        Utterance(id=f"u{i}", speaker="P01", role="participant", text=text, record=record)
        for i, (text, record) in enumerate(said)
    )
    return Source(
        id="s", path="a.txt", kind="interview", reader="text", sha256="0", utterances=utterances
    )


@given(TALK, st.integers(min_value=1, max_value=20))
def test_chunks_joined_again_are_the_transcript(said, budget):
    talk = source(*said)
    texts = {u.id: u.text for u in talk.utterances}
    joined: dict[str, str] = {}
    for one in chunk(talk, count_words, budget):
        for part in one.parts:
            assert part.start == len(joined.get(part.utterance, ""))
            piece = texts[part.utterance][part.start : part.end]
            joined[part.utterance] = joined.get(part.utterance, "") + piece
    assert joined == {id_: text for id_, text in texts.items() if text.strip()}


@given(TALK, st.integers(min_value=1, max_value=20))
def test_a_chunk_never_reaches_over_two_records(said, budget):
    talk = source(*said)
    records = {u.id: u.record for u in talk.utterances}
    for one in chunk(talk, count_words, budget):
        assert len({records[part.utterance] for part in one.parts}) == 1


def test_short_turns_are_packed_up_to_the_budget():
    talk = source(("one two", None), ("three four", None), ("five", None))
    assert [c.text for c in chunk(talk, count_words, 4)] == ["one two\nthree four", "five"]


def test_a_long_turn_is_cut_between_sentences_and_never_inside_one():
    sentences = ["We waited three weeks.", "Nobody could say why.", "Then it came back wrong."]
    talk = source((" ".join(sentences), None))
    assert [c.text for c in chunk(talk, count_words, 5)] == sentences


def test_a_sentence_longer_than_the_budget_stays_whole():
    talk = source(("it never once stopped working for us", None))
    assert [c.text for c in chunk(talk, count_words, 3)] == ["it never once stopped working for us"]


def test_the_same_words_in_the_same_place_get_the_same_id_and_other_words_another():
    first = chunk(source(("It broke.", None)), count_words)
    again = chunk(source(("It broke.", None)), count_words)
    other = chunk(source(("It works.", None)), count_words)
    assert first == again
    assert first[0].id != other[0].id
