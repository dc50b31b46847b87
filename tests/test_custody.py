"""Consent, the day until which a study is kept, and who can be known again in a document."""

from __future__ import annotations

from pathlib import Path

import pytest

from personagen.config import PRIVACY_FILE
from personagen.errors import UnknownIdError
from personagen.models import Findings, Material, Participant, Persona
from personagen.reidentification import noted, risks_of
from personagen.study import Study
from tests.test_importing import INTERVIEW


@pytest.fixture
def study(tmp_path):
    (tmp_path / "hana.txt").write_text(INTERVIEW, encoding="utf-8")
    study = Study.create(tmp_path / "study")
    study.import_files([tmp_path / "hana.txt"])
    yield study
    study.close()


def test_consent_is_noted_and_counted(study):
    study.custody.consent("P01", "given")
    assert study.status().consent == {"given": 1, "unknown": 1}
    study.import_files([study.folder.parent / "hana.txt"])
    assert study.status().consent == {"given": 1, "unknown": 1}
    with pytest.raises(UnknownIdError, match="no participant 'P99'"):
        study.custody.consent("P99", "given")


def test_after_its_day_the_study_asks_whether_it_may_still_be_kept(study):
    assert study.status().asks == ""
    (study.folder / PRIVACY_FILE).write_text("keep_until = 2020-01-31\n", encoding="utf-8")
    assert "was to be kept until 2020-01-31" in study.status().asks
    (study.folder / PRIVACY_FILE).write_text("keep_until = 2999-01-31\n", encoding="utf-8")
    assert study.status().asks == ""


def _persona(*participants: str) -> Persona:
    return Persona(
        id="pe_1", name="The planner", kind="user", summary="Plans.", participants=participants,
        fields={},
    )  # fmt: skip


def test_a_persona_of_one_person_is_flagged_in_the_document():
    findings = Findings(personas=(_persona("P01"),))
    risks = risks_of(Material(), findings)
    assert [risk.where for risk in risks] == ["pe_1"]
    assert noted(findings, risks).personas[0].notes == (risks[0].why,)
    assert risks_of(Material(), Findings(personas=(_persona("P01", "P02"),))) == []


def test_those_alone_with_their_attributes_are_counted():
    same = {"role": "buyer", "size": "10", "town": "Ulm"}
    people = [Participant(id=f"P0{n}", kind="interviewee", attributes=same) for n in (1, 2)]
    people.append(Participant(id="P03", kind="interviewee", attributes={**same, "town": "Bonn"}))
    (risk,) = risks_of(Material(participants=tuple(people)), Findings())
    assert risk.why.startswith("1 of 3 are alone with their attributes")


def test_the_product_is_nobodys_name(tmp_path: Path) -> None:
    with Study.create(tmp_path / "study") as study:
        facts = tmp_path / "study" / "study.toml"
        named = facts.read_text(encoding="utf-8").replace('name = ""', 'name = "Marlena Desk"')
        facts.write_text(named, encoding="utf-8")
        file = tmp_path / "talk.txt"
        file.write_text(
            "Interviewer: What did you do then?\n\n"
            "Ilse: Thanks, Marlena, I said. My friend called Marlena laughed.\n\n"
            "Interviewer: And then?\n\nIlse: Marlena Desk had lost it all.\n",
            encoding="utf-8",
        )
        study.import_files([file])
        said = " ".join(u.text for s in study.material().sources for u in s.utterances)
    assert "Marlena Desk had lost it all" in said
    assert "[colleague" not in said
