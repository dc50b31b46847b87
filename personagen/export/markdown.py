"""`personas.md` and `messages.md`: read in any editor, every line with its words and people."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from personagen.export.base import (
    ClaimView,
    DocumentView,
    FieldView,
    MessageView,
    PersonaView,
    QuoteView,
    SectionView,
    StageView,
)
from personagen.export.templating import sentence
from personagen.export.view import view
from personagen.export.wording import INTENSITY, NOT_IN_THE_DATA, SLOTS
from personagen.models import StudyDocument

QUOTES = 2
"""Quotes shown under a claim; the rest are counted, and stand in the HTML and the tables."""
LABELLED = frozenset(("channel", "format", "tool", "role", "organisation", "decision power"))
"""Claims whose text is a label: what one voice says of anything else are its own words."""
MILD = INTENSITY[1]
"""What is felt mildly needs no word."""

_MARKUP = re.compile(r"([\\`*|~]|(?<!\w)_|_(?!\w)|(?<=\])[(\[:])")
_ENTITY = re.compile(r"&(?=#?\w+;)")
_TAG = re.compile(r"<(?=[A-Za-z/!?])")


def render(document: StudyDocument) -> dict[str, str]:
    """Return both documents."""
    shown = view(document)
    return {
        "personas.md": _joined(_personas(shown)),
        "messages.md": _joined(_messages(shown)),
    }


def escaped(text: str) -> str:
    """Return text on one line that Markdown shows as it is: no markup, no tags, no table cells."""
    line = _MARKUP.sub(r"\\\1", " ".join(text.split()))
    return _TAG.sub("&lt;", _ENTITY.sub("&amp;", line))


def _joined(lines: Iterable[str]) -> str:
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"


def _personas(shown: DocumentView) -> Iterator[str]:
    if not shown.personas:
        yield from (_banner(shown.banner), "", "# Personas", "", "No persona stands yet.", "")
    for persona in shown.personas:
        yield from _persona(persona)
        yield from ("", "---", "")
    yield from _record(shown)


def _persona(persona: PersonaView) -> Iterator[str]:
    yield from (_banner(persona.banner), "")
    yield from (f"# {escaped(persona.persona.name)} — *{persona.kind}*", "")
    yield from (f"{_bold(persona.summary)} {_basis(persona)}", "")
    if persona.notes:
        yield from (f"*{' '.join(escaped(sentence(note)) for note in persona.notes)}*", "")
    yield from _profile(persona.profile)
    sections = [s for s in persona.sections if s.fields[0].field != "vocabulary"]
    yield from _words(s for s in persona.sections if s.fields[0].field == "vocabulary")
    for section in sections:
        if section.claims:
            yield from _section(section)
    yield from _journey(persona)
    yield from _message_list(persona, level="##")
    yield from _unknown(persona)
    yield from _behind(persona)


def _banner(parts: Sequence[str]) -> str:
    return f"**{escaped(parts[0])}** · " + " · ".join(escaped(part) for part in parts[1:] if part)


def _bold(text: str) -> str:
    return f"**{escaped(sentence(text))}**"


def _basis(persona: PersonaView) -> str:
    head, _, tail = persona.rests_on.partition(";")
    people = " ".join(persona.participants)
    if persona.more_participants:
        people += f" and {persona.more_participants:,} more"
    tail = f";{tail}" if tail else ""
    firm = f" {persona.firmness}." if persona.firmness else ""
    return f"{head} ({people}){tail}.{firm}"


def _profile(fields: Sequence[FieldView]) -> Iterator[str]:
    yield from ("", "| | |", "|---|---|")
    for field in fields:
        claims = " · ".join(f"{escaped(c.text)} ({c.short_count})" for c in field.claims)
        yield f"| {field.name} | {claims or _missing(field.ask)} |"
    yield ""


def _words(sections: Iterable[SectionView]) -> Iterator[str]:
    """Yield the words they use as one line."""
    said = [f"{escaped(c.text)} ({c.n_members})" for s in sections for c in s.claims]
    if said:
        yield from (f"**Their words,** and how many of them say it: {', '.join(said)}.", "")


def _behind(persona: PersonaView) -> Iterator[str]:
    """Yield one quote a claim, for claims that tables show without room for quotes."""
    table = [claim for field in persona.profile for claim in field.claims]
    lines = list(_in_their_words((*table, *persona.journey_evidence)))
    if any(lines):
        yield from ("", "## The words behind the tables", "", *lines)


def _in_their_words(claims: Iterable[ClaimView]) -> Iterator[str]:
    for claim in claims:
        if claim.quotes:
            text = "" if _says_itself(claim) else f"{escaped(claim.text)} · "
            said = _quoted(claim.fresh[0]) if claim.fresh else _named(claim.quotes[0])
            rest = _more(len(claim.quotes) - 1 + claim.more)
            yield f"- *{claim.name}:* {text}{claim.count} · {said}{rest}"
            yield from _against(claim)
    yield ""


def _says_itself(claim: ClaimView) -> bool:
    """Return whether the claim's text is its first quote, which need not stand twice."""
    if not claim.fresh or not claim.text.startswith("“"):
        return False
    quoted = claim.fresh[0].evidence.quote
    return claim.text.strip("“”. ").casefold() == quoted.strip(" .,;").casefold()


def _section(section: SectionView) -> Iterator[str]:
    """Yield a section: what several say first, and below it what one of them says."""
    yield from ("", f"## {section.title}", "")
    for field in section.fields:
        for claim in field.claims:
            if not claim.single:
                yield from _claim(claim, field.label)
    for field in section.fields:
        for claim in field.claims:
            if claim.single:
                yield from _single(claim, field.label)


def _claim(claim: ClaimView, field: str = "") -> Iterator[str]:
    label = f"*{field}:* " if field else ""
    shown = list(claim.fresh[:QUOTES])
    said = ""
    if _says_itself(claim):
        said = f"— {_who(shown.pop(0))} · "
    yield f"- {label}{_bold(claim.text)} {said}" + " · ".join(_details(claim))
    rest = _more(len(claim.quotes) - len(shown) - bool(said) + claim.more)
    for position, quote in enumerate(shown, start=1):
        yield f"  - {_quoted(quote)}{rest if position == len(shown) else ''}"
    yield from _against(claim)


def _single(claim: ClaimView, field: str = "") -> Iterator[str]:
    """Yield what one of them says, in one line, told apart from what several say."""
    label = f"One voice, {field.lower()}:" if field else "One voice:"
    if claim.fresh:
        quote = claim.fresh[0]
        text = f"“{escaped(quote.evidence.quote)}” — {_who(quote)}"
        if claim.name in LABELLED and not claim.text.startswith("“"):
            text = f"{escaped(sentence(claim.text))} {text}"
    else:
        text = f"{escaped(sentence(claim.text))} {', '.join(map(_named, claim.quotes[:1]))}"
    elsewhere = f" · {claim.n:,} of all {claim.of:,}" if claim.n > 1 else ""
    status = f" · *{claim.status}*" if claim.status else ""
    yield f"- *{label}* {text}{elsewhere}{status}"
    yield from _against(claim)


def _details(claim: ClaimView) -> Iterator[str]:
    yield claim.count
    yield claim.name
    yield from (tag for tag in claim.tags[1:] if tag != MILD)
    if claim.passages:
        yield claim.passages
    if claim.status:
        yield f"*{claim.status}*"
    if claim.elsewhere or (claim.quotes and not claim.fresh):
        yield "quoted under another line"


def _against(claim: ClaimView) -> Iterator[str]:
    if claim.against:
        rest = _more(len(claim.against) - 1 + claim.more_against)
        fresh = [quote for quote in claim.against if not quote.again]
        said = _quoted(fresh[0]) if fresh else _named(claim.against[0])
        yield f"  - *Against:* {said}{rest}"


def _quoted(quote: QuoteView) -> str:
    return f"“{escaped(quote.evidence.quote)}” — {_who(quote)}"


def _who(quote: QuoteView) -> str:
    outside = " (of another group)" if quote.outside else ""
    who = ", ".join(part for part in (quote.evidence.participant, quote.place) if part)
    return f"{who}{outside}"


def _named(quote: QuoteView) -> str:
    """Return who says so where another line of the persona quotes it."""
    return f"{_who(quote)}, quoted under another line"


def _more(count: int) -> str:
    return f" · *{count:,} more*" if count > 0 else ""


def _missing(ask: str) -> str:
    return f"{NOT_IN_THE_DATA} · *ask: {escaped(ask)}*" if ask else NOT_IN_THE_DATA


def _journey(persona: PersonaView) -> Iterator[str]:
    titles = [title.lower() for _, title in SLOTS]
    yield from ("", "## Journey", "", f"| stage | {' | '.join(titles)} |")
    yield "|---" * (len(titles) + 1) + "|"
    for stage in persona.stages:
        yield _stage(stage)


def _stage(stage: StageView) -> str:
    if stage.empty:
        return f"| {stage.stage} | {_missing(stage.ask)} {'|  ' * (len(stage.slots) - 1)}|"
    cells = (
        " · ".join(f"{escaped(claim.text)} ({claim.short_count})" for claim in claims)
        for _, claims in stage.slots
    )
    return f"| {stage.stage} | {' | '.join(cells)} |"


def _message_list(persona: PersonaView, level: str) -> Iterator[str]:
    open_ones = all(line.message.status == "suggested" for line in persona.messages)
    yield from ("", f"{level} Messages to try{' *(suggested)*' if open_ones else ''}", "")
    if not persona.messages:
        yield "None yet."
    yield from map(_message, persona.messages)


def _message(line: MessageView) -> str:
    claims = "; ".join(f"{escaped(text)}, {count}" for _, text, count in line.rests_on)
    facts = "; ".join(escaped(fact) for fact in line.message.product_facts)
    rests = "; ".join(part for part in (claims, f"product: {facts}" if facts else "") if part)
    text = "".join(part for part, _ in line.parts)
    basis = f" *(rests on: {rests})*" if rests else ""
    return f"- **{escaped(line.title)}** — {escaped(text)}{basis} · *{line.status}*"


def _unknown(persona: PersonaView) -> Iterator[str]:
    yield from ("", "## What we don't know", "")
    if not persona.silent:
        yield "Every field has evidence; how much, stands in each line."
    else:
        names = ", ".join(_inside(name) for name in persona.silent)
        yield f"Nobody of these {len(persona.persona.participants):,} speaks of: {names}."
    if persona.people:
        yield from ("", "Talk next to:", "")
        yield from (f"{n}. {escaped(whom)}" for n, whom in enumerate(persona.people, start=1))
    if persona.unknown:
        yield from ("", "And ask:", "")
        yield from (f"- *{escaped(name)}:* {escaped(ask)}" for name, ask in persona.unknown)
    for exam in persona.exams:
        yield from ("", f"{escaped(exam.title)}:", "")
        yield from (f"- *{escaped(label)}:* {escaped(figures)}" for label, figures in exam.rows)


def _inside(name: str) -> str:
    return escaped(name[:1].lower() + name[1:])


def _record(shown: DocumentView) -> Iterator[str]:
    record = shown.record
    yield from ("# Method and record", "")
    yield "Counts are people, not mentions, unless a line says passages. Intervals are Wilson's."
    yield ""
    yield from (f"- {name}: {escaped(value)}" for name, value in record.made_by)
    yield from (f"- Decided: {escaped(line)}" for line in record.decisions)
    yield from (f"- Left out: {escaped(line)}" for line in record.left_out)


def _messages(shown: DocumentView) -> Iterator[str]:
    yield from (_banner(shown.banner), "", "# Messages to try", "")
    yield "Each line rests on claims in personas.md; a blank in brackets waits for a product fact."
    for persona in shown.personas:
        yield from _message_list(persona, level=f"## {escaped(persona.persona.name)}:")
