"""Try: `test-message`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from personagen.cli.base import emit, json_option, opened, plain, progress, shorten, study_option
from personagen.errors import UsageError

if TYPE_CHECKING:
    from personagen.messagetest import BackTest, Compared, Scored, TestedLine, TestedMessage
    from personagen.messagetest.results import Share, Voice
    from personagen.study import Study

VERDICTS = {"supported": "SUPPORTED", "opposed": "OPPOSED", "not_supported": "not supported"}
QUOTES = 3
"""Excerpts shown for each way; `--json` has them all."""
_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command("test-message")
@click.argument("text", required=False)
@click.option("--file", "file", type=_FILE, help="A draft in a txt, md, html or docx file.")
@click.option("--against", help="A second variant, side by side.")
@click.option("--file-b", "file_b", type=_FILE, help="A second variant in a file.")
@click.option("--persona", default="", help="Id or name (default: all).")
@click.option("--back-test", is_flag=True, help="Hold people out: are their objections foreseen?")
@click.option(
    "--results", type=_FILE, help="A/B results: CSV of test, variant, text, shown, taken."
)
@click.option(
    "--out", type=click.Path(path_type=Path), help="Write it as JSON; else it isn't kept."
)
@study_option
@json_option
def test_message(
    text: str | None,
    file: Path | None,
    against: str | None,
    file_b: Path | None,
    persona: str,
    back_test: bool,
    results: Path | None,
    out: Path | None,
    folder: Path,
    as_json: bool,
) -> None:
    """Put a draft before personas: line by line, who would object to what, with evidence.

    A verdict stands only where people's own words carry one, with n of N beside it; otherwise it
    says "not supported". Nothing of a test is kept in the study.

    Example: personagen test-message "Only 49 a month." --persona p_0123456789 -s my-study
    """
    first, second = _one(text, file, "TEXT or --file"), _one(against, file_b, "--against")
    if first is None and not back_test and results is None:
        raise UsageError(
            "There is nothing to test", 'Give "TEXT", --file FILE, --results FILE or --back-test.'
        )
    if second is not None and first is None:
        raise UsageError("There is a second variant and no first", 'Give "TEXT" or --file FILE.')
    with opened(folder) as study:
        found = _found(study, first, second, persona, back_test, results)
    data = found[0] if len(found) == 1 else found
    if out is not None:
        out.write_text(json.dumps(plain(data), ensure_ascii=False, indent=1), encoding="utf-8")
        click.echo(f"Written: {out}", err=True)
    if as_json:
        emit(data)
        return
    from personagen.messagetest import TestedMessage

    for one in found:
        _show(one)
    said = next((one.back_test for one in found if isinstance(one, TestedMessage)), "")
    if said and not back_test:
        click.echo(f"\nHow far to trust this: {said}")


def _one(text: str | None, file: Path | None, what: str) -> str | Path | None:
    if text is not None and file is not None:
        raise UsageError(f"{what} is given twice, as a text and as a file", "Give one of them.")
    return file if file is not None else text


def _found(
    study: Study,
    first: str | Path | None,
    second: str | Path | None,
    persona: str,
    back_test: bool,
    results: Path | None,
) -> list[TestedMessage | Compared | BackTest | Scored]:
    found: list[TestedMessage | Compared | BackTest | Scored] = []
    with progress() as report:
        desk = study.message_test
        if first is not None and second is not None:
            one, other, compared = desk.compare(first, second, persona, report)
            found += [part for three in zip(one, other, compared, strict=True) for part in three]
        elif first is not None:
            found += desk.test(first, persona, report=report)
        if results is not None:
            found.append(desk.score(results, persona, report))
        if back_test:
            found.append(desk.back_test(report))
    return found


def _show(one: TestedMessage | Compared | BackTest | Scored) -> None:
    from personagen.messagetest import BackTest, Compared, Scored

    if isinstance(one, BackTest):
        show_back_test(one)
    elif isinstance(one, Scored):
        _show_scored(one)
    elif isinstance(one, Compared):
        _show_compared(one)
    else:
        _show_tested(one)


def _show_tested(tested: TestedMessage) -> None:
    from personagen.messagetest.comparing import in_short

    click.echo(f"\n== {tested.name} ({tested.persona}), {tested.of} people, draft {tested.variant}")
    click.echo(in_short(tested))
    for line in tested.lines:
        _show_line(line)
    for left in tested.untouched:
        click.echo(f"\nThe draft doesn't touch on what they object to: {left.text} [{left.claim}]")
    for part in tested.skipped:
        click.echo(f"not tested: {part.what!r} ({part.why})", err=True)


def _show_line(line: TestedLine) -> None:
    click.echo(f"\n“{line.text}”")
    click.echo(f"  {VERDICTS[line.verdict]}: {line.why}")
    for way, words in (("speaks_to", "speaks to"), ("raises", "runs into")):
        voices = [v for v in line.evidence if v.bears == way]
        if voices:
            share = getattr(line.base_rate, way)
            click.echo(f"  {words}: {_counted(share)}")
            _quote(voices)
    shown = {v.utterance for v in line.evidence}
    left = [o for o in line.leaves_open if o.evidence.utterance not in shown]
    if left:
        click.echo("  leaves open:")
        _quote([one.evidence for one in left])
    for fact in line.facts:
        click.echo(f"  backed by: {fact}")
    for promise in line.unbacked:
        click.echo(f"  promises what study.toml doesn't name: {promise}")
    if line.not_their_words:
        foreign = ", ".join(
            f"{w.word} (they say {w.theirs})" if w.theirs else w.word for w in line.not_their_words
        )
        click.echo(f"  not their words: {foreign}")


def _quote(voices: list[Voice]) -> None:
    for voice in voices[:QUOTES]:
        claims = f" [{', '.join(voice.claims)}]" if voice.claims else ""
        outside = "" if voice.member else ", not of this persona"
        click.echo(f"    “{shorten(voice.quote, 160)}” ({voice.participant}{outside}){claims}")
    if len(voices) > QUOTES:
        click.echo(f"    and {len(voices) - QUOTES} more; --json has them all")


def _counted(share: Share) -> str:
    low, high = share.interval
    said = f"{share.n} of {share.of}; of the whole study {share.study_n} of {share.study_of}"
    said += f" ({low:.0%}–{high:.0%})"
    more = ", ".join(f"{n} in {kind}s" for kind, n in share.elsewhere.items())
    return f"{said}; and {more}" if more else said


def _show_compared(one: Compared) -> None:
    click.echo(f"\n== A beside B, {one.name}")
    for name, pair in (
        ("people it speaks to", one.speaks_to),
        ("people it runs into", one.raises),
        ("lines that promise what no fact names", one.unbacked),
        ("words that aren't theirs", one.not_their_words),
    ):
        click.echo(f"  {name}: A {pair[0]}, B {pair[1]}")
    click.echo(f"  {one.said}")


def show_back_test(one: BackTest) -> None:
    """Write how well held-out people's objections are foreseen."""
    click.echo(f"\n== Back-test\n{one.said}")
    if not one.bins:
        return
    low, high = one.brier_interval
    click.echo(f"Brier score {one.brier:.3f} ({low:.3f}–{high:.3f}; the base rate alone: 0.250).")
    for part in one.bins:
        click.echo(
            f"  {part.sure:.0%} sure: right in {part.right:.0%} of {part.guesses} pairs "
            f"({part.interval[0]:.0%}–{part.interval[1]:.0%})"
        )


def _show_scored(one: Scored) -> None:
    click.echo(f"\n== A/B results\n{one.said}")
    for pair in one.pairs:
        foreseen = pair.predicted or "no prediction"
        came = pair.better or "too close to tell"
        click.echo(
            f"  {pair.test or 'test'}: {pair.variants[0]} {pair.rates[0]:.1%}, "
            f"{pair.variants[1]} {pair.rates[1]:.1%}; foreseen: {foreseen}; better: {came}"
        )
