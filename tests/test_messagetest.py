"""The message test: verdicts where the evidence carries one, in people's own words."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from personagen.cli import main
from personagen.demo import Demo
from personagen.errors import ReadingError, UnknownIdError, UsageError
from personagen.messagetest import MessageDesk
from personagen.messagetest.backtest import BackTest, back_test
from personagen.messagetest.bearing import bears, line_of, move_of
from personagen.messagetest.comparing import in_short, people_for
from personagen.messagetest.drafts import LONGEST, Draft, draft_from, draft_of
from personagen.messagetest.heard import Said, telling
from personagen.messagetest.judging import Bench, Read
from personagen.messagetest.outcomes import read_results, score
from personagen.models import Evidence, Persona, StudyDocument
from personagen.resources import folder
from personagen.study import Study

if TYPE_CHECKING:
    from personagen.messagetest import TestedLine, TestedMessage

NOTHING = (
    "Our chatbot answers legal questions about inheritance around the clock.",
    "Trusted by leading pharmaceutical companies.",
    "Get a free tote bag with your order.",
)
PHOTOS = "End the argument over who made that dent with a dated photo at the door."
WISH = "Say done or zap a barcode gun and the job moves along: one big button, no typing at all."
DENIED = (
    "You don't want to say done or zap a barcode gun so that the job moves along, or a big button."
)


@pytest.fixture(scope="module")
def study(demo: Demo) -> Iterator[Study]:
    with Study.open(demo.open.parents[1]) as opened:
        yield opened


@pytest.fixture(scope="module")
def desk(study: Study) -> MessageDesk:
    return study.message_test


@pytest.fixture(scope="module")
def document(study: Study) -> StudyDocument:
    return study.document()


def of_bench(document: StudyDocument) -> Persona:
    """Return the persona that the first interviewee, who runs a bench, is in."""
    return next(p for p in document.personas if "P01" in p.participants)


def lines(tested: list[TestedMessage]) -> list[TestedLine]:
    return [line for one in tested for line in one.lines]


def said(quote: str, *codes: str, kind: str = "interview") -> Said:
    evidence = Evidence(
        source="s", utterance="u", start=0, end=len(quote), quote=quote, speaker="P01",
        role="participant", participant="P01",
    )  # fmt: skip
    return Said(evidence, frozenset(codes), {}, kind, codes[0])  # type: ignore[arg-type]


# Drafts.


def test_a_pasted_draft_is_a_line_a_sentence_heading_or_item() -> None:
    draft = draft_of(
        "# Fewer calls\nDear Ann,\n- Bikes leave once. They stay out!\n\nwww.example.com"
    )
    assert draft.lines == ("Fewer calls", "Bikes leave once.", "They stay out!")
    assert [s.why for s in draft.skipped] == ["a greeting or formality", "an address"]


def test_names_in_a_draft_are_masked_before_anything_is_done_with_them() -> None:
    assert draft_of("Ask Ann Lee about it.", lambda t: t.replace("Ann Lee", "P07")).lines == (
        "Ask P07 about it.",
    )


@pytest.mark.parametrize(("text", "why"), [("  \n!!", "no line"), ("a b " * LONGEST, "characters")])
def test_a_draft_that_says_nothing_or_too_much_is_refused(text: str, why: str) -> None:
    with pytest.raises(UsageError, match=why):
        draft_of(text)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.txt", "Fewer calls.\n\nMore rides."),
        ("a.md", "# Fewer calls.\n\n*More* rides.\n"),
        ("a.html", "<h1>Fewer calls.</h1><p>More <b>rides</b>.</p><script>No</script>"),
    ],
)
def test_drafts_are_read_from_files(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert draft_from(tmp_path / name).lines == ("Fewer calls.", "More rides.")


def test_a_word_file_is_read_and_a_picture_is_refused(tmp_path: Path) -> None:
    import docx

    page = docx.Document()
    page.add_paragraph("Fewer calls at the stand.")
    page.save(str(tmp_path / "a.docx"))
    assert draft_from(tmp_path / "a.docx").lines == ("Fewer calls at the stand.",)
    with pytest.raises(ReadingError, match=r"a\.png"):
        draft_from(tmp_path / "a.png")


# Which way words bear on a line.


@pytest.mark.parametrize(
    ("text", "move"),
    [
        ("No more soggy tags.", "promises"),
        ("You don't have to type it in again.", "promises"),
        ("Update it as often as you like.", "promises"),
        ("You don't want bikes to stay out.", "denies"),
        ("Nobody minds a bike that comes back.", "denies"),
        ("Your team will love learning one more system.", "enjoys"),
        ("You enjoy reading soggy cards.", "enjoys"),
        ("The board is hard to read.", "disparages"),
    ],
)
def test_lines_that_turn_things_round_are_told_from_promises(text: str, move: str) -> None:
    assert move_of(text) == move


def test_a_wish_is_spoken_to_by_a_promise_and_opposes_its_denial() -> None:
    wish = said("I want every bike to leave here once.", "motivation")
    assert bears(line_of("Bikes leave once.", ()), wish) == "speaks_to"
    assert bears(line_of("You don't want bikes to leave once.", ()), wish) == "raises"


def test_an_objection_is_answered_only_by_what_a_fact_backs() -> None:
    objection = said("They said they'd not be clocked like a driver.", "objection")
    text = "The timer can be switched off."
    assert bears(line_of(text, ()), objection) == "raises"
    assert bears(line_of(text, ("the timer can be switched off",)), objection) == "speaks_to"


def test_praise_opposes_a_line_that_runs_the_praised_down() -> None:
    praise = said("The board is the best bit, anyone can look at it.", "praise")
    assert bears(line_of("The board is hard to read.", ()), praise) == "raises"
    assert bears(line_of("One look at the board.", ()), praise) == "speaks_to"


def test_what_is_no_problem_opposes_the_promise_to_solve_it() -> None:
    fine = said("Parts are no bother to us, there is a drawer for everything.", "dismissal")
    assert bears(line_of("Never run out of parts again.", ()), fine) == "raises"


def test_a_pain_with_the_product_opposes_a_promise_and_an_old_pain_does_not() -> None:
    line = line_of("Every job is saved at once.", ())
    product = said("The tablet has no signal there and nothing was saved.", "pain_point")
    before = said("We used to lose half of the jobs on soggy cards.", "pain_point")
    assert bears(line, product) == "raises"
    assert bears(line, before) == "speaks_to"


def test_numbers_are_the_same_in_words_and_in_digits() -> None:
    assert telling("Forty-nine a month") & telling("only 49 pounds")
    assert not telling("P49 said so") & telling("forty-nine")


# A study.


def test_every_excerpt_of_a_test_is_verbatim(desk: MessageDesk, document: StudyDocument) -> None:
    texts = {u.id: u.text for source in document.sources for u in source.utterances}
    tested = desk.test(f"{PHOTOS} Only 49 pounds a month. One shared login, no e-mail needed.")
    voices = [v for line in lines(tested) for v in line.evidence]
    voices += [o.evidence for line in lines(tested) for o in line.leaves_open]
    assert len(voices) > 6
    for voice in voices:
        assert texts[voice.utterance][voice.start : voice.end] == voice.quote


@pytest.mark.parametrize("text", NOTHING)
def test_a_line_on_nothing_in_the_data_is_not_supported(desk: MessageDesk, text: str) -> None:
    assert {line.verdict for line in lines(desk.test(text))} == {"not_supported"}


def test_what_members_ask_for_is_supported_with_its_base_rate(
    desk: MessageDesk, document: StudyDocument
) -> None:
    bench = of_bench(document)
    [line] = desk.test(WISH, bench.id)[0].lines
    assert line.verdict == "supported"
    share = line.base_rate.speaks_to
    members = {v.participant for v in line.evidence if v.member and v.bears == "speaks_to"}
    assert share.n == len(members) >= 2
    assert share.of == len(bench.participants)
    assert share.study_n >= share.n
    assert share.interval[0] < share.study_n / share.study_of < share.interval[1]


def test_a_claim_turned_round_is_opposed(desk: MessageDesk, document: StudyDocument) -> None:
    bench = of_bench(document)
    [good], [bad] = (desk.test(text, bench.id)[0].lines for text in (WISH, DENIED))
    assert (good.verdict, bad.verdict) == ("supported", "opposed")
    asked = {v.utterance for v in good.evidence if v.bears == "speaks_to"}
    assert asked & {v.utterance for v in bad.evidence if v.bears == "raises"}


def test_no_verdict_stands_on_one_voice(desk: MessageDesk) -> None:
    text = "\n".join(
        x for x in (folder("corpus") / "benchwren_messages.toml").read_text("utf-8").split('"')
        if x.endswith(".")
    )  # fmt: skip
    for line in lines(desk.test(text)):
        pro, con = line.base_rate.speaks_to.n, line.base_rate.raises.n
        if line.verdict == "supported":
            assert pro >= 2
            assert pro > con
        elif line.verdict == "opposed":
            assert con >= 2
            assert con >= pro
        else:
            assert max(pro, con) < 2


def test_claims_named_under_a_line_are_in_the_study(
    desk: MessageDesk, document: StudyDocument
) -> None:
    known = {claim.id for claim in document.claims}
    found = {c for line in lines(desk.test("Bikes go out and stay out.")) for c in line.speaks_to}
    assert found
    assert found <= known


def test_what_no_fact_backs_is_listed_and_what_one_backs_is_not(desk: MessageDesk) -> None:
    backed, alone, number = (
        desk.test(text)[0].lines[0]
        for text in (
            "Benchwren sends a message when the bike is ready.",
            "Benchwren works under water and on the moon.",
            "Join 900 workshops.",
        )
    )
    assert backed.facts == ("sends a message when the bike is ready",)
    assert not backed.unbacked
    assert alone.unbacked == ("no product fact says this",)
    assert number.unbacked == ("'900' is in no product fact",)


def test_words_that_nobody_there_said_are_named_sellers_words_first(desk: MessageDesk) -> None:
    [one, *_] = desk.test("A mudguard on our seamless platform for your spokes and bikes.")
    words = [w.word for w in one.lines[0].not_their_words]
    assert words[:2] == ["seamless", "platform"]
    assert "bikes" not in words
    assert all(w.jargon for w in one.lines[0].not_their_words[:2])


def test_an_answered_objection_is_not_left_open(desk: MessageDesk, document: StudyDocument) -> None:
    heard = desk._heard(lambda _: None)
    bench = Bench(heard, of_bench(document))
    near = np.zeros(len(heard.said), np.float32)
    near[bench._objecting[0]] = 1.0
    touched = Read(line_of("It counts the minutes.", ()), near, ())
    answer = Read(line_of("It can be switched off.", ("it can be switched off",)), near, ())
    [alone] = bench.test([touched], Draft((), ())).lines
    [both, _] = bench.test([touched, answer], Draft((), ())).lines
    assert len(alone.leaves_open) == 1
    assert both.leaves_open == ()


def test_all_personas_but_negative_ones_are_tested(
    desk: MessageDesk, document: StudyDocument
) -> None:
    wanted = [p.id for p in document.personas if p.kind != "negative"]
    assert [one.persona for one in desk.test(PHOTOS)] == wanted
    negative = next(p for p in document.personas if p.kind == "negative")
    assert desk.test(PHOTOS, negative.name)[0].persona == negative.id
    with pytest.raises(UnknownIdError, match="p_nobody"):
        desk.test(PHOTOS, "p_nobody")


def test_two_variants_are_counted_in_people(desk: MessageDesk, document: StudyDocument) -> None:
    bench = of_bench(document).id
    _, _, [beside] = desk.compare(WISH, NOTHING[0], bench)
    assert beside.speaks_to[0] >= 2
    assert beside.speaks_to[1] == 0
    assert "B meets nothing that this persona's people said" in beside.said
    _, _, [same] = desk.compare(NOTHING[0], NOTHING[1], bench)
    assert same.said == "The evidence doesn't tell them apart."


def test_a_test_leaves_no_trace_in_the_study(study: Study) -> None:
    before = study.stamp()
    study.test_message("A line that nobody wrote before, about xylophones.")
    assert study.stamp() == before


# The back-test, and what really happened.


def test_the_back_test_stands_beside_the_verdicts(desk: MessageDesk) -> None:
    found = desk.back_test()
    assert found.said == desk.test(PHOTOS)[0].back_test
    assert found.people == 17
    assert found.pairs == desk.back_test().pairs > 0
    assert sum(b.guesses for b in found.bins) <= found.pairs
    assert found.hit_interval[0] <= found.hit_rate <= found.hit_interval[1]


def test_with_objections_dealt_at_random_the_back_test_sees_no_skill(
    desk: MessageDesk, document: StudyDocument, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard = desk._heard(lambda _: None)
    draw = np.random.default_rng(7)
    people = sorted(heard.base.participants)

    def dealt() -> BackTest:
        order = dict(zip(people, draw.permutation(people), strict=True))
        themes = tuple(
            t.model_copy(update={"participants": tuple(order.get(p, p) for p in t.participants)})
            for t in document.themes
        )
        monkeypatch.setattr(heard, "document", document.model_copy(update={"themes": themes}))
        return back_test(heard)

    assert abs(np.mean([dealt().hit_rate for _ in range(30)]) - 0.5) < 0.06


def results(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "ab.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_predictions_are_scored_where_the_outcome_is_clear(tmp_path: Path) -> None:
    path = results(
        tmp_path,
        "Test;Variant;Subject;Sent;Opens\n1;A;good;1000;200\n1;B;bad;1000;100\n"
        "2;A;good;100;10\n2;B;bad;100;11\n3;A;good;1000;10\n3;B;dull;1000;90\n",
    )
    found = score(read_results(path), {"good": 3, "bad": 0, "dull": 3})
    assert (found.right, found.of) == (1, 1)
    assert [p.better for p in found.pairs] == ["A", None, "B"]
    assert [p.predicted for p in found.pairs] == ["A", "A", None]
    assert "1 carry no prediction" in found.said


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("variant,text\nA,x\nB,y\n", "how many saw them .*nor for how many took them up"),
        ("text,sent,clicks\na,10,20\nb,10,2\n", "row 2"),
        ("text,sent,clicks\na,10,1%\nb,10,2\n", "no count"),
        ("text;sent;clicks\na;100;1,5\nb;10;2\n", "'1,5' is no count"),
        ("text;sent;clicks\na;100;0.025\nb;10;2\n", "'0.025' is no count"),
        ("text,sent,clicks\na,10,1\n", "fewer than two"),
    ],
)
def test_results_that_make_no_sense_are_refused_by_row(tmp_path: Path, text: str, why: str) -> None:
    with pytest.raises(UsageError, match=why):
        read_results(results(tmp_path, text))


@pytest.mark.parametrize("written", ["1200", "1,200", "1.200", "1 200", "1’200", "1200.0"])
def test_a_count_may_have_its_thousands_set_apart(tmp_path: Path, written: str) -> None:
    found = read_results(results(tmp_path, f"text;sent;clicks\na;{written};3\nb;10;2\n"))
    assert found[0].shown == 1200


def test_the_page_of_how_often_it_is_right_is_written_by_the_command_that_it_names(
    demo: Demo, tmp_path: Path
) -> None:
    drafts, page = tmp_path / "drafts.toml", tmp_path / "page.md"
    line = 'lines = [{ text = "No more calls about bikes.", speaks = ["phone_interruptions"] }]'
    other = 'lines = [{ text = "See what a repair earned.", speaks = ["blind_numbers"] }]'
    drafts.write_text(
        f'[calibration]\nthemes = ["phone_interruptions"]\n{line}\n'
        f'[graded]\nthemes = ["blind_numbers"]\n{other}\n'
    )
    truth = folder("corpus") / "benchwren" / "truth.json"
    study = str(demo.open.parents[1])
    asked = ["evaluate", "--messages", str(drafts), "--truth", str(truth), "-s", study]
    result = CliRunner().invoke(main, [*asked, "--write", str(page)])
    assert result.exit_code == 0, result.stderr
    assert page.read_text().startswith("# How often the message test is right")
    assert "--write docs/quality/message-test.md" in page.read_text()


def test_a_page_that_nothing_is_written_to_is_refused(tmp_path: Path) -> None:
    truth = folder("corpus") / "benchwren" / "truth.json"
    asked = ["evaluate", "--truth", str(truth), "--write", str(tmp_path / "page.md")]
    result = CliRunner().invoke(main, asked)
    assert result.exit_code == 2
    assert "--write goes with --gold or --messages" in result.stderr


# The review room.


def room(demo: Demo, tmp_path: Path) -> Callable[..., dict[str, Any]]:
    from personagen.ui.desk import answer
    from personagen.ui.incoming import Incoming
    from personagen.ui.jobs import Jobs
    from personagen.ui.room import Desk
    from personagen.ui.shelf import Shelf

    place = demo.open.parents[1]
    desk = Desk(Shelf(place), Incoming(place, tmp_path), Jobs())
    return lambda at, do="", **fields: answer(
        desk, {"turn": 1, "at": at, "by": "Ana", "do": do, "fields": fields}, ""
    )


def test_a_draft_is_tested_in_the_room_and_its_evidence_opens(
    demo: Demo, tmp_path: Path, document: StudyDocument
) -> None:
    ask = room(demo, tmp_path)
    bench = of_bench(document)
    at = f"#/messaging/{bench.id}?try=yes"
    assert 'id="testing"' in ask(at)["html"]
    hostile = "<img src=x onerror=alert(1)> breaks your board and your bikes."
    found = ask(at, "try", text=WISH, against=hostile, persona=bench.id)
    assert (found["tone"], found["said"]) == ("done", "Tested. It is not kept in the study.")
    assert f"A beside B: {bench.name}" in found["html"]
    assert "<img" not in found["html"]
    assert ">Supported</span>" in found["html"]
    quoted = [x for x in found["html"].splitlines() if "on a lanyard" in x and 'id="t' in x]
    assert quoted
    assert all("#/sources/" in line for line in quoted)
    again = ask(found["at"])["html"]
    assert again == found["html"]


def test_a_test_that_is_gone_says_so_and_a_draft_without_words_is_refused(
    demo: Demo, tmp_path: Path, document: StudyDocument
) -> None:
    ask = room(demo, tmp_path)
    bench = of_bench(document).id
    assert "That test is gone" in ask(f"#/messaging/{bench}?tried=nothing")["html"]
    refused = ask(f"#/messaging/{bench}?try=yes", "try", text=" ", persona=bench)
    assert refused["tone"] == "problem"
    assert "no line that says anything" in refused["said"]


# The command line.


def run(demo: Demo, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["test-message", *arguments, "-s", str(demo.open.parents[1])])


def test_the_command_gives_the_lines_of_one_persona_as_json(
    demo: Demo, document: StudyDocument
) -> None:
    found = run(demo, PHOTOS, "--persona", of_bench(document).id, "--json")
    assert found.exit_code == 0, found.output
    [line] = json.loads(found.stdout)["lines"]
    wanted = {"text", "speaks_to", "raises", "leaves_open", "not_their_words", "verdict"}
    assert wanted | {"base_rate", "evidence"} <= set(line)


def test_the_command_says_it_in_words_and_points_to_nothing_invented(demo: Demo) -> None:
    found = run(demo, NOTHING[1])
    assert found.exit_code == 0, found.output
    assert "not supported: nothing near enough was found in the study" in found.stdout
    assert "How far to trust this" in found.stdout


def test_variants_results_and_the_back_test_come_as_one_array(demo: Demo, tmp_path: Path) -> None:
    path = results(tmp_path, "text,sent,clicks\nfree tote bag,100,10\nno soggy tags,100,30\n")
    out = tmp_path / "kept.json"
    asked = (PHOTOS, "--against", NOTHING[0], "--persona", "negative?")
    assert run(demo, *asked).exit_code == 2
    found = run(
        demo, *asked[:3], "--results", str(path), "--back-test", "--json", "--out", str(out)
    )
    assert found.exit_code == 0, found.output
    assert json.loads(found.stdout) == json.loads(out.read_text("utf-8"))
    assert {"hit_rate", "hit_interval"} <= set(json.loads(found.stdout)[-1])


@pytest.mark.parametrize("arguments", [(), ("x y", "--file", __file__), ("--against", "x y")])
def test_wrong_use_is_said_in_one_line(demo: Demo, arguments: tuple[str, ...]) -> None:
    found = run(demo, *arguments)
    assert found.exit_code == 2
    assert found.output.startswith("personagen: ")


def test_what_stands_around_an_email_is_no_line_of_it() -> None:
    draft = draft_of("Subject: Get your Sundays back\n\nHi there, still copying numbers on Sunday?")
    assert draft.lines == ("Get your Sundays back", "still copying numbers on Sunday?")


def test_naming_the_price_is_no_answer_to_whom_the_price_holds_back() -> None:
    objection = said("We cancelled, forty-nine pounds a month is too much.", "pain_point")
    fact = ("messages are included in the price of 49 pounds a month",)
    assert bears(line_of("Only 49 pounds a month, cancel any time.", fact), objection) == "raises"
    free = line_of("Pause any time and pay nothing while you are closed.", ("pausing is free",))
    assert bears(free, objection) == "speaks_to"


def test_a_difference_of_one_person_is_too_few_to_choose_by(desk: MessageDesk) -> None:
    draft = "The board works in daylight and with dirty hands."
    one, other, found = desk.compare(draft, "We sell sandwiches on the moon.")
    assert found
    for a, b, result in zip(one, other, found, strict=True):
        more = abs(people_for(a) - people_for(b))
        thin = more == 1 and a.of > 3 and "meets nothing" not in result.said
        assert thin == ("too few to choose by" in result.said)
        assert str(len(a.lines)) in in_short(a) or "one line" in in_short(a)
        silent = sum(line.verdict == "not_supported" for line in a.lines)
        assert ("not that nobody cares" in in_short(a)) == (2 * silent > len(a.lines))
