"""The documents say what the study holds, in every format, and nothing that it does not."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import jsonschema
import pytest

from personagen import export
from personagen.errors import PersonagenError, UsageError
from personagen.export.base import FieldView, SectionView
from personagen.export.charts import charts
from personagen.export.csv import safe_cell
from personagen.export.evidence import kept_quotes
from personagen.export.markdown import escaped
from personagen.export.view import MOST_QUOTES, view
from personagen.export.wording import authors_counted, clock, passages_counted, unquoted
from personagen.models import StudyDocument, Utterance
from personagen.schema import study_schema, study_schema_text
from tests.export_fixture import AT, HOSTILE, evidence, study

GOLDEN = Path(__file__).parent / "golden"
ALL = ("md", "html", "json", "csv")


def text(document: StudyDocument, format: str, name: str) -> str:
    content = export.render(document, format)[name]
    assert isinstance(content, str)
    return content


def rows(document: StudyDocument, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text(document, "csv", name).lstrip("\ufeff"))))


@pytest.mark.parametrize(
    ("format", "name"),
    [
        ("md", "personas.md"),
        ("md", "messages.md"),
        ("html", "personas.html"),
        ("csv", "insights.csv"),
        ("csv", "claims.csv"),
        ("csv", "themes.csv"),
    ],
)
def test_the_documents_are_the_golden_ones(
    format: str, name: str, pytestconfig: pytest.Config
) -> None:
    made = text(study(), format, name)
    golden = GOLDEN / name
    if pytestconfig.getoption("--update-golden"):
        golden.parent.mkdir(exist_ok=True)
        golden.write_bytes(made.encode())
    assert made.encode() == golden.read_bytes()


def test_writing_names_every_file_and_leaves_no_draft_behind(tmp_path: Path) -> None:
    written = export.write(study(), ALL, tmp_path / "new" / "exports")
    assert sorted(path.name for path in written) == [
        "claims.csv", "insights.csv", "messages.md", "personas.html", "personas.md",
        "study.json", "themes.csv",
    ]  # fmt: skip
    assert sorted(written) == sorted((tmp_path / "new" / "exports").iterdir())


def test_a_file_that_cannot_be_replaced_stays_whole_and_the_error_is_one_line(
    tmp_path: Path,
) -> None:
    (tmp_path / "study.json").mkdir()
    with pytest.raises(PersonagenError, match="can't write the documents") as caught:
        export.write(study(), ["json"], tmp_path)
    assert "\n" not in str(caught.value)
    assert [path.name for path in tmp_path.iterdir()] == ["study.json"]


def test_an_unknown_format_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"'odt'.*md, html, json, csv"):
        export.write(study(), ["md", "odt"], tmp_path)
    assert not list(tmp_path.iterdir())


def test_an_export_read_again_is_the_same_study(tmp_path: Path) -> None:
    (path,) = export.write(study(), ["json"], tmp_path)
    assert export.load(path) == study()


def test_a_json_file_that_is_no_study_is_refused_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "study.json"
    path.write_text('{"schema_version": 99}')
    with pytest.raises(PersonagenError, match=r"study\.json is not a study of this version") as e:
        export.load(path)
    assert "\n" not in str(e.value)


def test_study_json_obeys_its_published_schema() -> None:
    schema = study_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    written = json.loads(text(study(), "json", "study.json"))
    jsonschema.Draft202012Validator(schema).validate(written)
    written["claims"][0]["status"] = "perhaps"
    assert not jsonschema.Draft202012Validator(schema).is_valid(written)


def test_the_published_schema_is_current(pytestconfig: pytest.Config) -> None:
    published = Path(__file__).parents[1] / "docs" / "study.schema.json"
    if pytestconfig.getoption("--update-golden"):
        published.write_text(study_schema_text(), encoding="utf-8")
    assert published.read_text(encoding="utf-8") == study_schema_text()


def test_every_quotation_in_a_document_is_an_excerpt_word_for_word() -> None:
    document = study()
    said = [e.quote for c in document.claims for e in (*c.supports, *c.opposes)]
    visible = _visible(text(document, "html", "personas.html"))
    quotations = re.findall(r"“([^”]*)”", visible)
    assert len(quotations) > 40
    assert [q for q in quotations if not any(q in quote for quote in said)] == []
    assert '"' not in visible.replace(' "we count again".', "")


def test_a_quotation_keeps_its_place_and_its_participant() -> None:
    made = text(study(), "md", "personas.md")
    assert "“Honestly I just want my Sundays back.” — P01, interview, 00:01:35" in made
    assert "— P08, review, 2026-10-14" in made


def test_counts_are_members_and_participants_not_passages() -> None:
    made = text(study(), "md", "personas.md")
    line = next(line for line in made.splitlines() if "The numbers never match.**" in line)
    assert "3 of these 3, 4 of all 10 (95 % interval 20–40 %) · pain · strong" in line
    assert "3 passages in interviews, 1 in reviews" in line


def test_evidence_against_stands_under_its_claim() -> None:
    made = text(study(), "md", "personas.md").splitlines()
    at = next(n for n, line in enumerate(made) if "Fears not getting the data" in line)
    assert any("*Against:* “Not really, you can" in line for line in made[at : at + 4])


@pytest.mark.parametrize(("format", "name"), [("md", "personas.md"), ("html", "personas.html")])
def test_what_a_person_rejected_is_left_out_and_counted(format: str, name: str) -> None:
    made = text(study(), format, name)
    assert "threw out" not in made
    assert "1 claim rejected by a person" in made
    assert "accepted by a person" in made
    assert "edited by a person" in made


@pytest.mark.parametrize("format", ["md", "html"])
def test_documents_are_drafts_until_every_persona_is_approved(format: str) -> None:
    draft = study()
    name = f"personas.{format}"
    assert "Draft, not reviewed" in text(draft, format, name)
    approved = draft.model_copy(
        update={"personas": tuple(_approved(persona) for persona in draft.personas)}
    )
    made = text(approved, format, name)
    assert "Draft" not in made
    assert "Approved" in made
    assert "persona v2" in made
    half = draft.model_copy(update={"personas": (_approved(draft.personas[0]), draft.personas[1])})
    assert view(half).banner[0] == "Draft: 1 of 2 personas approved"


def _approved(persona):
    return persona.model_copy(update={"status": "approved"})


def test_a_field_without_evidence_says_so_and_what_to_ask() -> None:
    made = text(study(), "md", "personas.md")
    assert "- *Say in the decision:* Who signs, and up to what amount?" in made
    assert "| decision | not in the data · *ask: Tell me about the day it was approved.*" in made


def test_a_field_that_has_no_heading_yet_is_shown_all_the_same() -> None:
    document = study()
    first = document.personas[0]
    renamed = first.model_copy(update={"fields": {**first.fields, "superstitions": ("clm_duty",)}})
    made = text(document.model_copy(update={"personas": (renamed,)}), "md", "personas.md")
    assert "## Superstitions" in made
    assert "The duty return may be wrong" in made


def test_markup_of_participants_shows_as_text() -> None:
    page = text(study(), "html", "personas.html")
    tags = _tags(page)
    assert "script" not in tags
    assert "b" not in tags
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert HOSTILE in _visible(page)
    assert not re.search(r'(href|src)="(?!#)', page)
    made = text(study(), "md", "personas.md")
    assert "&lt;script>alert(1)&lt;/script>" in made
    assert r"[this]\(javascript:" in made


def test_the_page_needs_nothing_from_elsewhere() -> None:
    page = text(study(), "html", "personas.html")
    assert "default-src 'none'" in page
    assert not re.search(r"url\(|@import|<link|<img|<iframe|\son\w+=", page)


def test_every_link_of_the_page_leads_somewhere_and_no_anchor_stands_twice() -> None:
    page = text(study(), "html", "personas.html")
    anchors = re.findall(r'\sid="([^"]+)"', page)
    assert len(anchors) == len(set(anchors))
    targets = set(re.findall(r'href="#([^"]+)"', page))
    assert targets - set(anchors) == set()
    assert {"clm_mismatch", "clm_sundays", "clm_sundays-per_owner", "turn-u-P01-1"} <= targets


def test_the_page_is_well_formed_and_its_headings_skip_no_level() -> None:
    page = text(study(), "html", "personas.html")
    checker = _WellFormed()
    checker.feed(page)
    assert checker.open == []
    levels = [int(level) for level in re.findall(r"<h([1-6])", page)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(deeper - level <= 1 for level, deeper in pairwise(levels))


def test_a_turn_shows_the_question_before_it_and_marks_the_excerpt() -> None:
    page = text(study(), "html", "personas.html")
    at = page.index('id="turn-u-P02-5"')
    turn = page[at : at + 900]
    assert "Would you pay for a tool?" in turn
    assert "<mark>Nobody on my shift will open another app, I promise you.</mark>" in turn


def test_only_turns_that_evidence_refers_to_are_in_the_page() -> None:
    document = study()
    noise = tuple(
        Utterance(id=f"u-n-{n}", speaker="P07", role="participant", text=f"unused answer {n}",
                  participant="P07", record=f"n-{n}")
        for n in range(20_000)
    )  # fmt: skip
    big = document.sources[-1].model_copy(
        update={"id": "s-big", "kind": "survey", "utterances": noise}
    )
    page = text(document.model_copy(update={"sources": (*document.sources, big)}), "html",
                "personas.html")  # fmt: skip
    assert "unused answer" not in page
    assert "20,000 survey answers" in page


def test_a_claim_with_thousands_of_excerpts_shows_some_and_counts_the_rest() -> None:
    document = study()
    crowded = document.claims[2].model_copy(
        update={"supports": (evidence("P01", "By ten I have lost track twice."),) * 3_000}
    )
    claims = (*document.claims[:2], crowded, *document.claims[3:])
    page = text(document.model_copy(update={"claims": claims}), "html", "personas.html")
    assert f"{3_000 - MOST_QUOTES:,} more in insights.csv" in page
    assert len(page) < 250_000


def test_messages_show_what_they_rest_on_and_their_blanks() -> None:
    made = text(study(), "md", "messages.md")
    assert "[needs a product fact: does it work without a signal?]" in made
    assert "rests on: One number that everybody believes, 1 of 3" in made
    assert "product: counts kegs by weight" in made
    assert made.count("*suggested*") == 3


def test_charts_count_people_of_each_persona_and_of_each_kind_of_source() -> None:
    document = study()
    by_persona, by_kind = charts(document, document.personas)
    duty = next(g for g in by_persona.groups if g.theme == "thm_duty")
    assert [(b.series, b.n, b.of) for b in duty.bars] == [
        ("Head Brewer Harper", 0, 3),
        ("Owner Oakley", 3, 3),
    ]
    duty = next(g for g in by_kind.groups if g.theme == "thm_duty")
    assert [(b.series, b.n, b.of) for b in duty.bars] == [
        ("Interviews", 3, 6), ("Reviews", 0, 3), ("Tickets", 1, 1),
    ]  # fmt: skip
    page = text(document, "html", "personas.html")
    assert "Head Brewer Harper: 0 of 3; Owner Oakley: 3 of 3" in page


@pytest.mark.parametrize(
    "cell",
    ["=1+1", "+44", "-2", "@cmd", "\t=1", "\r=1", "\n=1", "  =1", "＝1"],  # noqa: RUF001
)
def test_no_cell_starts_a_formula(cell: str) -> None:
    assert safe_cell(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "plain", "a=b", 3, 0.5])
def test_other_cells_stay_as_they_are(cell: str | int | float) -> None:
    assert safe_cell(cell) == cell


def test_the_tables_hold_every_insight_and_claim() -> None:
    document = study()
    insights = rows(document, "insights.csv")
    assert [row["insight"] for row in insights] == [i.id for i in document.insights]
    first = next(row for row in insights if row["participant"] == "P07")
    assert first["quote"] == "the numbers never match after a return"
    assert (first["source"], first["date"], first["theme"]) == (
        "reviews.csv", "2026-10-14", "The numbers never match",
    )  # fmt: skip
    claims = {row["claim"]: row for row in rows(document, "claims.csv")}
    assert claims["clm_sundays"]["personas"] == "Head Brewer Harper; Owner Oakley"
    assert (claims["clm_mismatch"]["n"], claims["clm_mismatch"]["passages_against"]) == ("4", "1")


def test_a_study_without_findings_still_gives_documents() -> None:
    document = study()
    bare = StudyDocument(provenance=document.provenance, sources=document.sources)
    for format in ALL:
        assert all(export.render(bare, format).values())
    assert "No persona stands yet." in text(bare, "html", "personas.html")


def test_evidence_of_a_turn_that_is_gone_is_still_shown() -> None:
    document = study().model_copy(update={"sources": ()})
    assert "This turn is not in the study any more." in text(document, "html", "personas.html")
    assert "“Honestly I just want my Sundays back.” — P01, 00:01:35" in text(
        document, "md", "personas.md"
    )


def test_a_long_turn_is_shown_in_part_under_the_claim_and_whole_at_the_end() -> None:
    document = study()
    long = document.sources[0].utterances[1].text + " And so on." * 400
    first = document.sources[0]
    turns = list(first.utterances)
    turns[1] = turns[1].model_copy(update={"text": long})
    grown = first.model_copy(update={"utterances": tuple(turns)})
    page = text(
        document.model_copy(update={"sources": (grown, *document.sources[1:])}),
        "html", "personas.html",
    )  # fmt: skip
    assert page.count("And so on." * 1 + " And so on." * 399) == 1


def test_words_that_are_no_excerpt_lose_their_quotation_marks() -> None:
    assert unquoted('is it “good enough” or "fine"?') == "is it ʺgood enoughʺ or ʺfineʺ?"
    assert unquoted("they call it 'the big one' here, don't they") == (
        "they call it ʹthe big oneʹ here, don't they"  # noqa: RUF001
    )


def test_a_fragment_keeps_its_marks_only_where_it_can_stand_alone() -> None:
    said = [evidence("P02", "Nobody on my shift will open another app, I promise you.")]
    whole = f"They say “{said[0].quote}”"
    assert kept_quotes(whole, said) == whole
    two = [
        evidence("P02", "The numbers never match what the taproom sold. We were forty litres out")
    ]
    first = "They say “The numbers never match what the taproom sold”"
    assert kept_quotes(first, two) == first
    lower = [evidence("P07", "the numbers never match after a return")]
    assert kept_quotes("“The numbers never match after a return”", lower).startswith("“")
    assert kept_quotes("They say “will open another app” and “all of them”", said) == (
        "They say ʺwill open another appʺ and ʺall of themʺ"
    )


def test_markdown_shows_text_as_it_is() -> None:
    assert escaped("a | b\n*c* <i> &amp; [x](y) snake_case ~~z~~") == (
        r"a \| b \*c\* &lt;i> &amp;amp; [x]\(y) snake_case \~\~z\~\~"
    )


def test_numbers_read_as_people_say_them() -> None:
    assert clock(751.9) == "00:12:31"
    assert clock(None) == ""
    assert authors_counted({"review": 63, "ticket": 1, "survey": 2}) == (
        "63 authors of reviews, 1 author of tickets and 2 respondents of surveys"
    )
    assert passages_counted({"ticket": 1}) == "1 passage in tickets"
    assert f"{AT:%Y-%m-%d}" in text(study(), "md", "messages.md")


class _Reader(HTMLParser):
    """Collects tags, and text outside style."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        if self.tags[-1:] != ["style"]:
            self.words.append(data)


class _WellFormed(HTMLParser):
    """Fails at a closing tag that closes nothing."""

    VOID = ("meta", "br")

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, self.getpos()


def _visible(page: str) -> str:
    reader = _Reader()
    reader.feed(page)
    return "".join(reader.words)


def _tags(page: str) -> set[str]:
    reader = _Reader()
    reader.feed(page)
    return set(reader.tags)


def test_a_way_of_coping_never_stands_for_what_hurts_in_an_overview() -> None:
    shown = next(c for p in view(study()).personas for s in p.sections for c in s.claims)
    pain = replace(shown, id="c_pain", n_members=1)
    coping = replace(shown, id="c_coping", n_members=5)
    copes = FieldView("workaround", "How they cope", (coping,), "")
    both = SectionView("a", "What hurts", (FieldView("pain_point", "Pains", (pain,), ""), copes))
    assert both.foremost == pain
    assert SectionView("a", "What hurts", (copes,)).foremost is None
