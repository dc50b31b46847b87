"""E-mail: single messages (.eml) and mailboxes (.mbox), as support threads.

Who opens a thread is the customer, whom they wrote to is staff; a shared mailbox (`support@…`) is
always staff, machines are bots. Quoted replies, signatures and legal footers are left out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from personagen.models import Role
from personagen.reading.base import ReadUtterance
from personagen.reading.files import Format, Parsed, RawFile
from personagen.reading.letters import Letter, letter_of
from personagen.reading.replies import is_automatic, without_prefix

# Possessive: header lines that lead nowhere are not tried again in other ways.
_FIELD = re.compile(rb"(?:[A-Za-z][A-Za-z0-9-]{1,40}:.*+\n(?:[ \t].*+\n)*+)++(?:\n|\Z)")
_DECISIVE = re.compile(
    rb"^(?:message-id|mime-version|received|return-path|delivered-to|content-type|"
    rb"in-reply-to|references|x-[a-z-]+):",
    re.I | re.M,
)
_FROM_LINE = re.compile(rb"(?:\A|(?<=\n\n)|(?<=\n\r\n))From \S{1,320}[^\n]{0,80}\d{4}[^\n]{0,20}\n")
_ESCAPED = re.compile(rb"^>(>*From )", re.M)
_HEAD = 64_000
_MOST_MESSAGES = 200_000
_SHARED = re.compile(
    r"^(?:support|help|helpdesk|hello|info|service|services|customerservice|kundenservice|care|"
    r"customercare|contact|kontakt|contacto|billing|sales|success|team|office|feedback|admin|"
    r"accounts?|hilfe|soporte|ayuda|no-?reply|do-?not-?reply|notifications?)"
    r"(?:[+._-][^@]*)?@",
    re.I,
)
_MACHINES = re.compile(r"^(?:mailer-daemon|postmaster|no-?reply|do-?not-?reply|bounces?)\b", re.I)


class _Thread(NamedTuple):
    """Messages that answer one another, oldest first."""

    number: int
    """Of its first message in the file."""
    letters: list[tuple[int, Letter]]


def _sniff(file: RawFile) -> bool:
    head = file.data[:_HEAD].removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")
    head = re.sub(rb"\AFrom \S+[^\n]*\n", b"", head.replace(b"\r\n", b"\n"))
    fields = _FIELD.match(head)
    if not fields or not re.search(rb"^from: ?.*", fields[0], re.I | re.M):
        return False
    return bool(_DECISIVE.search(fields[0])) or file.suffix in (".eml", ".mbox")


def _parse(file: RawFile) -> Parsed:
    warnings: list[str] = []
    letters, again = _letters(file)
    if again:
        warnings.append(f"{again} message(s) that stand twice in the file left out")
    threads = _threads(letters)
    staff = _staff(threads)
    utterances = [u for thread in threads for u in _utterances(thread, staff)]
    if not utterances:
        raise file.refuse("its messages hold no words", "Export them with their text.")
    warnings += _notes(threads, utterances)
    return Parsed("email", "ticket", utterances, len(threads), warnings, speech=False)


def _letters(file: RawFile) -> tuple[list[Letter], int]:
    letters: dict[str, Letter] = {}
    again = 0
    for number, raw in enumerate(_messages(file.data), 1):
        if number > _MOST_MESSAGES:
            raise file.refuse(f"it holds more than {_MOST_MESSAGES} messages", "Split it.")
        letter = letter_of(raw)
        again += letter.id in letters
        letters.setdefault(letter.id or f"#{number}", letter)
    return list(letters.values()), again


def _messages(data: bytes) -> Iterator[bytes]:
    """Cut a mailbox at its `From ` lines; a single message is given back as it is."""
    data = data.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")
    lines = [match.span() for match in _FROM_LINE.finditer(data)]
    if not lines:
        yield data
        return
    ends = [start for start, _ in lines[1:]]
    for (_, start), end in zip(lines, [*ends, len(data)], strict=True):
        yield _ESCAPED.sub(rb"\1", data[start:end])


def _threads(letters: Sequence[Letter]) -> list[_Thread]:
    """Join messages by what they refer to, then by their subject without `Re:`."""
    of_id: dict[str, int] = {}
    of_subject: dict[str, int] = {}
    threads: dict[int, list[tuple[int, Letter]]] = {}
    for number, letter in enumerate(letters, 1):
        bare, answers = without_prefix(letter.subject)
        known = next((of_id[ref] for ref in reversed(letter.refers_to) if ref in of_id), None)
        if known is None and (answers or letter.refers_to):
            known = of_subject.get(bare.casefold())
        at = known or number
        threads.setdefault(at, []).append((number, letter))
        for ref in (letter.id, *letter.refers_to):
            if ref:
                of_id.setdefault(ref, at)
        if bare:
            of_subject.setdefault(bare.casefold(), at)
    return [_Thread(at, sorted(found, key=_when)) for at, found in threads.items()]


def _when(numbered: tuple[int, Letter]) -> tuple[float, int]:
    number, letter = numbered
    return (datetime.fromisoformat(letter.sent).timestamp() if letter.sent else 0.0), number


def _staff(threads: Sequence[_Thread]) -> frozenset[str]:
    """Return addresses that are staff all over the file: shared ones, and whom most write to."""
    addresses = {a for t in threads for _, x in t.letters for a in (x.address, *x.to)}
    asked = Counter(a for t in threads for a in set(t.letters[0][1].to))
    opened = Counter(t.letters[0][1].address for t in threads)
    often = {a for a, n in asked.items() if n >= 2 and n >= len(threads) / 2 and n > opened[a]}
    return frozenset(often | {a for a in addresses if _SHARED.match(a)})


def _role(letter: Letter, opener: Letter, staff: frozenset[str]) -> Role:
    if letter.automatic or is_automatic(letter.subject) or _MACHINES.match(letter.address):
        return "bot"
    if letter.address in staff:
        return "agent"
    if letter.address == opener.address:
        return "participant"
    if opener.address in staff:
        return "participant" if letter.address in opener.to else "unknown"
    firms = set(map(_firm, opener.to)) - {"", _firm(opener.address)}
    if letter.address in opener.to or _firm(letter.address) in firms:
        return "agent"  # a colleague of whom they wrote to answers
    return "unknown"


_EVERYBODYS = re.compile(
    r"^(?:gmail|googlemail|outlook|hotmail|live|msn|yahoo|ymail|icloud|me|mac|aol|gmx|web|proton|"
    r"protonmail|pm|mail|zoho|fastmail|t-online|orange|free|laposte|libero|qq|163|126|yandex)\."
)


def _firm(address: str) -> str:
    """Return the domain of an address, empty where everybody can have one there."""
    domain = address.rpartition("@")[2].lower()
    return "" if _EVERYBODYS.match(domain) else domain


def _utterances(thread: _Thread, staff: frozenset[str]) -> Iterator[ReadUtterance]:
    opener = next((x for _, x in thread.letters if not x.automatic), thread.letters[0][1])
    subject, answers = without_prefix(opener.subject)
    for number, letter in thread.letters:
        role = _role(letter, opener, staff)
        if letter is opener and subject and not answers:
            yield _utterance(letter, role, subject, f"m{number}:subject", thread, "subject")
        if letter.text:
            yield _utterance(letter, role, letter.text, f"m{number}:body", thread)


def _utterance(
    letter: Letter, role: Role, text: str, place: str, thread: _Thread, context: str = ""
) -> ReadUtterance:
    return ReadUtterance(
        speaker=letter.name or letter.address,
        role=role,
        text=text,
        place=place,
        record=f"t{thread.number}",
        identity=(letter.address or None) if role == "participant" else None,
        person="requester",
        context=context,
        date=letter.sent[:10] if letter.sent else None,
    )


def _notes(threads: Sequence[_Thread], utterances: Sequence[ReadUtterance]) -> Iterator[str]:
    spoken = {u.record for u in utterances if u.role == "participant"}
    silent = sum(f"t{thread.number}" not in spoken for thread in threads)
    if silent:
        yield f"{silent} of {len(threads)} thread(s) hold no words of a customer"
    unknown = {u.speaker for u in utterances if u.role == "unknown"}
    if unknown:
        yield (
            f"{len(unknown)} sender(s) are neither who opened a thread nor whom it was sent to; "
            "their words are not coded: say who is who with --role"
        )
    files = sum(letter.attachments for thread in threads for _, letter in thread.letters)
    if files:
        yield f"{files} attachment(s) left out"


FORMAT = Format("email", _sniff, _parse)
