import csv

import pytest

from personagen.bench import BEGIN, END, BenchRow, as_markdown, generate, measure, write_section
from personagen.errors import UsageError

ROW = BenchRow(
    answers=1000,
    sentences=1700,
    read=5000,
    encode=800,
    code=9000,
    theme=700,
    whole=100,
    seconds=10.04,
    import_seconds=4,
    cpu_seconds=17,
    megabytes=512.3,
)


def test_the_same_seed_writes_the_same_answers_and_another_seed_others(tmp_path):
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        generate(tmp_path / name, 200, seed)
    a, b, c = ((tmp_path / name).read_text(encoding="utf-8") for name in "abc")
    assert a == b
    assert a != c


def test_generated_answers_vary_and_leave_no_slot_open(tmp_path):
    generate(tmp_path / "a.csv", 1000)
    with (tmp_path / "a.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))[1:]
    answers = [row[-1] for row in rows]
    assert len(rows) == len({row[0] for row in rows}) == 1000
    assert len(set(answers)) > 800
    assert not any("{" in answer for answer in answers)


def test_the_table_goes_between_its_markers_and_nothing_else_changes(tmp_path):
    path = tmp_path / "benchmarks.md"
    path.write_text(f"# Speed\n\n{BEGIN}\nold\n{END}\n\nWhy: because.\n", encoding="utf-8")
    write_section([ROW], path)
    write_section([ROW], path)
    text = path.read_text(encoding="utf-8")
    assert text.startswith(f"# Speed\n\n{BEGIN}\n| answers |")
    assert text.endswith(f"{END}\n\nWhy: because.\n")
    assert "| 1,000 | 1,700 | 5,000 |" in text
    assert "| 4 s | 10 s | 17 s | 512 MB |" in text
    assert "old" not in text


def test_a_file_that_is_not_there_is_made_and_one_without_markers_left_alone(tmp_path):
    write_section([ROW], tmp_path / "new.md")
    assert as_markdown([ROW]) in (tmp_path / "new.md").read_text(encoding="utf-8")
    other = tmp_path / "other.md"
    other.write_text("# Other\n", encoding="utf-8")
    with pytest.raises(UsageError, match="no place for the table"):
        write_section([ROW], other)
    assert other.read_text(encoding="utf-8") == "# Other\n"


@pytest.mark.slow
def test_a_small_study_is_measured_through_and_through():
    row = measure(200)
    assert row.answers == 200
    assert row.sentences > 200
    assert min(row.read, row.encode, row.code, row.theme, row.whole) > 0
    assert 0 < row.import_seconds < row.seconds
    assert row.cpu_seconds > 0
