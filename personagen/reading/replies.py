"""What somebody wrote in a message: without quoted replies, signature and legal footer.

Line by line, in linear time. Packages for this were weighed: they take a line that begins with
`Thanks,` or a hyphen for a signature and drop all below it, which here would lose evidence.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_WROTE = (
    r"wrote|writes|schrieb(?: .{0,80})?|a écrit|escribió|escreveu|ha scritto|scrisse|schreef|"
    r"skrev(?: .{0,80})?|napisał(?:\(a\))?|kirjoitti|написала?|napsala?|yazd\u0131|写道"
)
_ATTRIBUTION = re.compile(rf"^.{{0,300}}\b(?:{_WROTE})\s?[:\uff1a]?\s*$", re.I)
_ATTRIBUTION_OPENS = re.compile(
    r"^(?:on|am|le|el|em|il|op|den|dne|w dniu)\s.{4,200}|^.{1,120}<[^<>@\s]+@[^<>@\s]+>.{0,80}$",
    re.I,
)
_ORIGINAL = re.compile(
    r"^\s*[-_]{2,}\s*(?:original message|forwarded message|ursprüngliche nachricht|"
    r"weitergeleitete nachricht|message d'origine|message transféré|mensaje original|"
    r"messaggio originale|oorspronkelijk bericht|mensagem original)\s*[-_]{2,}",
    re.I,
)
_MAIL_FIELD = re.compile(
    r"^[\s*]*(?:from|sent|to|cc|subject|date|von|gesendet|an|betreff|datum|de|envoyé|à|objet|"
    r"enviado|para|asunto|da|inviato|a|oggetto|van|verzonden|aan|onderwerp)\s?:[\s*]",
    re.I,
)
_FIELD_OPENS = re.compile(r"^[\s*]*(?:from|von|de|da|van|expéditeur)\s?:[\s*]", re.I)
_DELIMITER = re.compile(r"^(?:--|—|__)\s*$|^[_-]{20,}\s*$")
_SENT_FROM = re.compile(
    r"^(?:sent from (?:my|mail|outlook|yahoo)|get outlook for|von meinem .{2,30} gesendet|"
    r"gesendet mit|envoyé (?:de|depuis) mon|enviado desde mi|inviato da|verstuurd vanaf)",
    re.I,
)
_CLOSING = re.compile(
    r"^(?:(?:best|kind|warm|many)(?: best| kind| warm)? (?:regards|wishes)|regards|sincerely"
    r"(?: yours)?|yours (?:sincerely|faithfully|truly)|respectfully|mit (?:besten|freundlichen|"
    r"vielen|lieben) gr[üu]e?(?:ß|ss)en|(?:(?:beste|viele|liebe|freundliche) )?gr[üu]e?(?:ß|ss)e|"
    r"mfg|cordialement|bien (?:cordialement|à vous)|"
    r"(?:un )?saludos?(?: cordial(?:es)?)?|atentamente|"
    r"cordiali saluti|met vriendelijke groet|med vänliga hälsningar|mvh|venlig hilsen)"
    r"[\s,.!-]*$",
    re.I,
)
_LEGAL = re.compile(
    r"^[\s*]*(?:(?:confidentiality|legal|privacy) (?:notice|disclaimer)|disclaimer\b|"
    r"(?:this|diese|ce|este) (?:e-?mail|message|nachricht|courriel|mensaje|correo)\b.{0,200}"
    r"\b(?:confidential|intended (?:only|solely)|vertraulich|confidentiel|confidencial))",
    re.I | re.S,
)
_LONGEST_SIGNATURE = 8
"""Lines under a closing phrase that are still a signature."""


def own_words(text: str) -> str:
    """Return a plain-text message without what its author did not write for this reader."""
    lines = [line.rstrip() for line in text.replace("\u200b", "").split("\n")]
    lines = _unquoted(_up_to_history(lines))
    lines = _without_legal(_without_signature(lines))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _up_to_history(lines: Sequence[str]) -> list[str]:
    """Cut at the copy of an earlier message that is not marked by `>`."""
    for at, line in enumerate(lines):
        if _ORIGINAL.match(line) or _is_field_block(lines, at):
            return _without_rule(lines[:at])
        if _ends_attribution(lines, at) and not _quote_follows(lines, at):
            return list(lines[: _attribution_start(lines, at)])
    return list(lines)


def _is_field_block(lines: Sequence[str], at: int) -> bool:
    """Outlook puts `From:`, `Sent:`, `To:` above what it quotes."""
    if not _FIELD_OPENS.match(lines[at][:200]):
        return False
    near = [line for line in lines[at : at + 6] if line.strip()]
    return sum(bool(_MAIL_FIELD.match(line[:200])) for line in near) >= 3


def _without_rule(lines: Sequence[str]) -> list[str]:
    kept = list(lines)
    while kept and (not kept[-1].strip() or _DELIMITER.match(kept[-1])):
        kept.pop()
    return kept


def _ends_attribution(lines: Sequence[str], at: int) -> bool:
    """`On 1 June, Ana wrote:` on one line or wrapped over two; never a sentence of the letter."""
    line = lines[at].strip()
    if not line or len(line) > 300 or line.startswith(">") or not _ATTRIBUTION.match(line):
        return False
    opening = lines[_attribution_start(lines, at)].strip()
    dated = any(letter.isdigit() for letter in opening + line) or "@" in opening + line
    ends = line.endswith((":", "\uff1a"))
    return ends and (dated or bool(_ATTRIBUTION_OPENS.match(opening))) and len(line.split()) < 30


def _attribution_start(lines: Sequence[str], at: int) -> int:
    if at and not _ATTRIBUTION_OPENS.match(lines[at].strip()[:300]):
        before = lines[at - 1].strip()[:300]
        if _ATTRIBUTION_OPENS.match(before) and not before.endswith((".", "!", "?")):
            return at - 1
    return at


def _quote_follows(lines: Sequence[str], at: int) -> bool:
    after = next((line for line in lines[at + 1 :] if line.strip()), "")
    return after.lstrip().startswith(">")


def _unquoted(lines: Sequence[str]) -> list[str]:
    """Drop lines marked by `>` and who they are by; answers between them stay."""
    drop: set[int] = set()
    for at, line in enumerate(lines):
        if line.lstrip().startswith(">"):
            drop.add(at)
        elif _ends_attribution(lines, at) and _quote_follows(lines, at):
            drop.update(range(_attribution_start(lines, at), at + 1))
    return [line for at, line in enumerate(lines) if at not in drop]


def _without_signature(lines: Sequence[str]) -> list[str]:
    for at, line in enumerate(lines):
        if re.fullmatch(r"--\s*", line):
            return _without_signature(lines[:at])
    kept = _without_rule(lines)
    while kept and _SENT_FROM.match(kept[-1].strip()):
        kept = _without_rule(kept[:-1])
    for at in range(max(1, len(kept) - _LONGEST_SIGNATURE), len(kept)):
        if _CLOSING.match(kept[at].strip()) and all(map(_may_sign, kept[at + 1 :])):
            return _without_rule(kept[:at])
    return kept


def _may_sign(line: str) -> bool:
    """A name, a firm, a number; not a sentence."""
    words = line.split()
    return len(line) <= 80 and not (len(words) > 6 and line.rstrip().endswith((".", "!", "?")))


def _without_legal(lines: Sequence[str]) -> list[str]:
    for at, line in enumerate(lines):
        opens = at == 0 or not lines[at - 1].strip()
        if at and opens and _LEGAL.match(line[:400]):
            return _without_signature(lines[:at])
    return list(lines)


_AUTOMATIC = re.compile(
    r"^(?:automatic reply|auto(?:matic)?[- ]?(?:reply|response)|out of (?:the )?office|"
    r"automatische antwort|abwesenheit|réponse automatique|respuesta automática|"
    r"undeliver(?:able|ed)|delivery (?:status notification|has failed)|mail delivery|"
    r"returned mail|failure notice)\b",
    re.I,
)


def is_automatic(subject: str) -> bool:
    """Return whether a subject is a machine's: out of office, bounce."""
    return bool(_AUTOMATIC.match(subject.strip()))


_PREFIX = re.compile(
    r"^\s*(?:(?:re|fwd?|aw|wg|sv|vs|tr|rv|rif|antw|odp|回复|转发)\s?(?:\[\d+\])?"
    r"\s?[:\uff1a]\s*)+",
    re.I,
)


def without_prefix(subject: str) -> tuple[str, bool]:
    """Return a subject without `Re:`, `AW:` …, and whether it had one."""
    bare = _PREFIX.sub("", subject).strip()
    return bare, bare != subject.strip()
