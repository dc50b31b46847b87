"""The exam asks what the study can and can't answer, grades strictly, and says how sure it is."""

from __future__ import annotations

import json
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from personagen.answering.lexicon import fitted
from personagen.cli import main
from personagen.errors import UsageError
from personagen.exam.card import basis_of, card_of, shares, with_cards
from personagen.exam.grading import grade, key_of
from personagen.exam.making import make
from personagen.exam.places import Places
from personagen.exam.questions import Item, read_questions
from personagen.exam.rendering import MEASURES, lines, table
from personagen.exam.sitting import sit
from personagen.exam.topics import topics
from personagen.export import html, markdown
from personagen.ids import version_of
from personagen.models import Answer, Provenance, Share
from personagen.study import Study
from tests import export_fixture
from tests.llm_fixture import write_study

AT = datetime(2026, 11, 2, tzinfo=UTC)
SUNDAYS = ("P01", "Honestly I just want my Sundays back.")
OFFLINE = ("P03", "I'd be happy with an app if it just worked offline.")
NO_APP = ("P02", "Nobody on my shift will open another app, I promise you.")


@pytest.fixture(scope="module")
def document():
    return export_fixture.study()


@pytest.fixture(scope="module")
def places(document):
    return Places(document)


def item(cls: str, gold=(), against=(), questions=("Why?",), **more) -> Item:
    return Item.model_validate(
        {"class": cls, "questions": questions, "gold": gold, "against": against, **more}
    )


def said(basis="quoted", says="", cited=(), opposes=(), persona="per_brewer") -> Answer:
    return Answer(
        id="a_1", at=AT, persona=persona, question="Why?", answer="“…”", basis=basis, says=says,
        evidence=tuple(export_fixture.evidence(*c) for c in cited),
        opposes=tuple(export_fixture.evidence(*c) for c in opposes),
        provenance=Provenance(analyst="extractive", at=AT),
    )  # fmt: skip


def graded(asked: Item, answer: Answer, places: Places, number: int = 0):
    return grade(asked, number, asked.questions[0], answer, key_of(asked, places))


def test_gold_is_found_whatever_its_apostrophes_and_spaces(places):
    assert places.find("I’d be  happy with an app")[0].participant == "P03"


def test_gold_is_not_found_inside_a_word(places):
    assert not places.find("onestly I just")


def test_a_sentence_next_to_gold_may_be_cited_for_it_and_one_further_off_may_not(places):
    asked = item("answerable", [("x", "By ten I have lost track twice.")])
    near = graded(asked, said(cited=[SUNDAYS]), places)
    far = graded(asked, said(cited=[("P01", "My cellar has no signal")]), places)
    assert (near.cited_right, far.cited_right) == (1, 0)
    assert far.quotes == ("My cellar has no signal",)


def test_declining_is_right_for_the_unanswerable_and_wrong_for_the_answerable(places):
    declined = said("no_evidence")
    assert graded(item("unanswerable"), declined, places).right
    assert not graded(item("answerable", [SUNDAYS]), declined, places).right
    assert not graded(item("unanswerable"), said(cited=[SUNDAYS]), places).right


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (said("no_evidence"), "declined"),
        (said(says="no", cited=[SUNDAYS]), "corrected"),
        (said(cited=[NO_APP]), "contradicted"),
        (said(says="yes", cited=[NO_APP]), "accepted"),
        (said(cited=[SUNDAYS, NO_APP]), "accepted"),
    ],
)
def test_a_leading_question_is_accepted_unless_it_is_contradicted_first(places, answer, outcome):
    result = graded(item("leading", [NO_APP]), answer, places)
    assert result.outcome == outcome
    assert result.right == (outcome != "accepted")


def test_both_sides_need_a_passage_each(places):
    asked = item("contradictory", [NO_APP], [OFFLINE])
    assert graded(asked, said(cited=[NO_APP], opposes=[OFFLINE]), places).right
    assert not graded(asked, said(cited=[NO_APP]), places).right
    same = item("contradictory", [NO_APP], [NO_APP])
    assert not graded(same, said(cited=[NO_APP]), places).right


def test_a_card_counts_questions_and_passages_with_their_intervals(places):
    results = [
        graded(item("unanswerable"), said("no_evidence"), places),
        graded(item("unanswerable"), said(cited=[SUNDAYS]), places),
        graded(item("answerable", [SUNDAYS]), said(cited=[SUNDAYS, NO_APP]), places),
    ]
    card = shares(results)
    assert card["abstention"] == Share(k=1, of=2, interval=(0.0945, 0.9055))
    assert (card["citation_precision"].k, card["citation_precision"].of) == (1, 2)
    assert card["leading_accepted"].of == 0


def test_phrasings_are_consistent_only_if_all_get_the_same_decision(places):
    asked = item("unanswerable", questions=("Why?", "How come?"), paraphrases=True)
    split = [graded(asked, said("no_evidence"), places), graded(asked, said(), places)]
    alike = [graded(asked, said("no_evidence"), places, number=1)] * 2
    assert (shares([*split, *alike])["consistency"].k, shares(split)["consistency"].of) == (1, 1)


def test_a_share_holds_its_bar_or_misses_it_and_nothing_counted_is_neither():
    refusals = next(m for m in MEASURES if m.name == "false_refusals")
    assert refusals.held(Share(k=1, of=10, interval=(0, 1)))
    assert not refusals.held(Share(k=2, of=10, interval=(0, 1)))
    assert refusals.held(Share(k=0, of=0, interval=(0, 1))) is None
    assert refusals.bar == "≤ 10 %"


def test_a_card_of_a_persona_that_changed_says_so(document):
    persona = document.personas[0]
    card = card_of(persona, [], "generated", basis_of(persona, document), AT)
    carried = with_cards(document, [card]).personas[0]
    assert carried.exam == (card,)
    later = persona.model_copy(update={"version": persona.version + 1})
    changed = document.model_copy(update={"personas": (later, *document.personas[1:])})
    assert not with_cards(changed, [card]).personas[0].exam[0].current


def test_the_card_is_shown_in_the_persona_s_documents_with_what_it_is_of(document, places):
    persona = document.personas[0]
    results = [graded(item("unanswerable"), said("no_evidence"), places)]
    old = card_of(persona, results, "generated", "b_another", AT)
    shown = with_cards(document, [old])
    for page in (markdown.render(shown)["personas.md"], html.render(shown)["personas.html"]):
        assert "Examined on 2026-11-02 with 1 question made from the study" in page
        assert "of an earlier version of this persona (v2)" in page
        assert "1 of 1, 100.0 % (20.6–100.0); bar ≥ 95 %: holds" in page
        assert "both sides" not in page.split("Examined on")[1].split("##")[0]


def test_an_exam_does_not_count_as_a_change_of_the_persona(document):
    persona = document.personas[0]
    card = card_of(persona, [], "generated", basis_of(persona, document), AT)
    carried = with_cards(document, [card]).personas[0]
    assert version_of(carried) == version_of(persona)


def test_what_stands_after_an_article_is_a_topic_and_what_may_be_a_verb_is_not():
    named = [t.name for t in topics("The tag printer was slow, a pleasant change, my own sheet.")]
    assert named == ["tag printer", "sheet"]


def test_held_out_questions_are_on_things_the_persona_s_people_never_name(document):
    brewer = next(p for p in document.personas if p.id == "per_brewer")
    spoken = " ".join(
        u.text.lower()
        for s in document.sources
        for u in s.utterances
        if u.participant in brewer.participants
    )
    items = [i for i in make(document, [brewer]) if i.cls == "unanswerable"]
    held_out = [i.theme for i in items if i.questions[0].startswith("What do you say about")]
    assert "return" in held_out or "licence" in held_out
    assert not [theme for theme in held_out if theme in spoken]


def test_generated_questions_have_gold_unless_nobody_spoke_of_them(document):
    items = make(document, document.personas)
    assert {i.cls for i in items} == {"answerable", "unanswerable", "leading", "contradictory"}
    for made in items:
        assert len(made.questions) == 3
        if made.cls in {"answerable", "contradictory"}:
            assert made.gold
        if made.cls == "unanswerable":
            assert not made.gold
        assert bool(made.against) == (made.cls == "contradictory")
    assert items == make(document, document.personas)


def test_a_disagreement_that_stands_under_a_claim_is_asked_about(document):
    owner = next(p for p in document.personas if p.id == "per_owner")
    [asked] = [i for i in make(document, [owner]) if i.cls == "contradictory"]
    assert {words for _, words in asked.against} == {"Not really, you can always export a file."}


def test_questions_of_an_archetype_go_to_the_persona_whose_people_said_the_gold(document):
    asked = [
        item("answerable", [SUNDAYS], archetype="brewers"),
        item("unanswerable", archetype="brewers"),
    ]
    sitting = sit(asked, "mine.jsonl", document, lambda q, p: said("no_evidence", persona=p))
    assert {g.persona for g in sitting.graded} == {"per_brewer"}
    assert [c.persona for c in sitting.cards] == ["per_brewer"]


def test_what_cannot_be_asked_here_is_told_with_the_reason(document):
    asked = [
        item("unanswerable", persona="per_owner"),
        item("unanswerable", persona="nobody"),
        item("answerable", [("x", "never said by anyone")], persona="per_owner"),
    ]
    sitting = sit(asked, "mine.jsonl", document, lambda q, p: said("no_evidence", persona=p))
    assert [s.why for s in sitting.skipped] == [
        "no persona for 'nobody' in this study",
        "what answers it does not stand in this study",
    ]


def test_a_theme_in_both_halves_is_refused(tmp_path: Path):
    path = tmp_path / "q.jsonl"
    halves = [{"half": h, "theme": "price"} for h in ("calibration", "graded")]
    path.write_text(
        "\n".join(json.dumps({"class": "unanswerable", "questions": ["?"], **h}) for h in halves)
    )
    with pytest.raises(UsageError, match="price in both halves"):
        read_questions(path)


def test_a_line_that_is_no_question_is_named(tmp_path: Path):
    path = tmp_path / "q.jsonl"
    path.write_text('{"class": "unanswerable", "questions": ["?"]}\n{"class": "odd"}\n')
    with pytest.raises(UsageError, match=r"q\.jsonl, line 2"):
        read_questions(path)


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    folder = write_study(tmp_path_factory.mktemp("exam") / "study")
    with Study.open(folder) as study:
        study.analyze()
    return folder


def test_the_card_stands_in_the_persona_s_document_and_no_question_in_the_chats(folder):
    with Study.open(folder) as study:
        sitting = study.examine()
        document = study.document()
    shown = {c.persona: c for p in document.personas for c in p.exam or ()}
    assert shown == {c.persona: c for c in sitting.cards}
    assert all(c.current and c.questions == "generated" for c in shown.values())
    assert document.chats == ()


def test_the_command_prints_a_card_and_gives_it_to_machines(folder):
    with Study.open(folder) as study:
        name = study.findings().personas[0].name
    shown = CliRunner().invoke(main, ["exam", name, "-s", str(folder)])
    assert shown.exit_code == 0
    assert "unanswerable questions declined" in shown.output
    told = CliRunner().invoke(main, ["exam", name, "--json", "-s", str(folder)])
    [card] = json.loads(told.stdout)["cards"]
    assert card["abstention"]["of"] == card["asked"]["unanswerable"] > 0


def test_a_line_of_the_card_gives_counts_share_interval_and_bar(document, places):
    results = [graded(item("unanswerable"), said("no_evidence"), places)]
    card = card_of(document.personas[0], results, "generated", "b_1", AT)
    first = lines(card)[0]
    assert first[1:] == ("1 of 1", "100.0 % (20.6–100.0)", "≥ 95 %", "holds")


def _calibration(path: Path, graded_question: str) -> Path:
    def line(cls: str, half: str, theme: str, question: str, gold=()) -> str:
        return json.dumps(
            {"class": cls, "half": half, "theme": theme, "archetype": "close",
             "questions": [question], "gold": gold}
        )  # fmt: skip

    fridays = [["marta", "I spend every Friday matching invoices"]]
    export = [["jonas", "The export breaks on long lists"]]
    path.write_text(
        "\n".join(
            [
                line("answerable", "calibration", "fridays", "What takes your Fridays?", fridays),
                line("answerable", "calibration", "export", "What breaks on long lists?", export),
                line("unanswerable", "calibration", "cars", "Which car do you drive?"),
                line("unanswerable", "calibration", "sport", "Which team do you support?"),
                line("unanswerable", "graded", "votes", graded_question),
            ]
        )
    )
    return path


def test_calibrating_never_looks_at_graded_questions_and_writes_what_answering_reads(
    folder, tmp_path: Path
):
    written = []
    for number, question in enumerate(("Who gets your vote?", "What takes your Fridays, then?")):
        questions = _calibration(tmp_path / "q.jsonl", question)
        weights = tmp_path / f"{number}.toml"
        result = CliRunner().invoke(
            main,
            ["exam", "--questions", str(questions), "--calibrate", str(weights), "-s", str(folder)],
        )
        assert result.exit_code == 0, result.output
        written.append(tomllib.loads(weights.read_text(encoding="utf-8")))
    assert written[0] == written[1]
    assert {k: set(v) for k, v in written[0].items()} == {k: set(v) for k, v in fitted().items()}


def test_a_table_of_shares_has_no_row_for_what_was_not_asked(places):
    told = table([graded(item("unanswerable"), said("no_evidence"), places)])
    assert "unanswerable questions declined | 1 of 1" in told
    assert "phrasings" not in told
    assert "leading" not in told
