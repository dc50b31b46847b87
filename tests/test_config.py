import pytest

from personagen.config import NEW_STUDY, read_codebook, read_facts
from personagen.encoder import CODES
from personagen.errors import UsageError


def test_a_new_study_file_is_read_as_empty_facts(tmp_path):
    (tmp_path / "study.toml").write_text(NEW_STUDY, encoding="utf-8")
    facts = read_facts(tmp_path)
    assert facts.study.question == ""
    assert facts.product.does == ()


def test_facts_are_read_from_the_study_file(tmp_path):
    (tmp_path / "study.toml").write_text(
        '[study]\nquestion = "Why wait?"\n[product]\nname = "Tally"\ndoes = ["Counts"]\n',
        encoding="utf-8",
    )
    facts = read_facts(tmp_path)
    assert facts.study.question == "Why wait?"
    assert (facts.product.name, facts.product.does, facts.product.proof) == (
        "Tally",
        ("Counts",),
        (),
    )


def test_a_folder_without_a_study_file_has_empty_facts(tmp_path):
    assert read_facts(tmp_path).product.name == ""


@pytest.mark.parametrize(
    ("toml", "named"),
    [
        ('[produkt]\nname = "Tally"', "'produkt'"),
        ('[product]\ntitle = "Tally"', "'product.title'"),
        ('[product]\ndoes = "Counts"', "'product.does'"),
        ("[product]\ndoes = [1]", "'product.does.0'"),
        ("study = 3", "'study'"),
        ("[product", "not valid TOML"),
    ],
)
def test_a_mistake_in_the_study_file_is_named(tmp_path, toml, named):
    (tmp_path / "study.toml").write_text(toml, encoding="utf-8")
    with pytest.raises(UsageError) as error:
        read_facts(tmp_path)
    assert named in str(error.value)
    assert "study.toml" in str(error.value)
    assert "\n" not in str(error.value)


def test_the_default_codebook_has_the_codes_that_the_encoder_knows(tmp_path):
    codebook = read_codebook(tmp_path)
    assert [entry.code for entry in codebook] == list(CODES)
    assert all(entry.definition and entry.example and entry.exclusion for entry in codebook)


def test_a_study_overrules_lines_of_the_codebook_and_keeps_the_others(tmp_path):
    (tmp_path / "codebook.toml").write_text('[praise]\ndefinition = "Joy."\n', encoding="utf-8")
    default = {entry.code: entry for entry in read_codebook(tmp_path / "elsewhere")}
    own = {entry.code: entry for entry in read_codebook(tmp_path)}
    assert own["praise"].definition == "Joy."
    assert own["praise"].example == default["praise"].example
    assert own["objection"] == default["objection"]


def test_a_code_that_no_analyst_knows_is_refused(tmp_path):
    (tmp_path / "codebook.toml").write_text('[delight]\ndefinition = "Joy."\n', encoding="utf-8")
    with pytest.raises(UsageError, match="'delight'"):
        read_codebook(tmp_path)
