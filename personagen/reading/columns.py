"""Which part each column of a table plays: by its header, then by what stands in it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from personagen.reading.clock import iso_day
from personagen.reading.headers import Table


class Column(NamedTuple):
    """One column, and what it is for."""

    at: int
    header: str
    part: str
    """A member of `mapping.Part`."""


_SAMPLE = 400

_RULES: tuple[tuple[str, str], ...] = (
    (
        "ignored",
        r"ip ?addr|\bip\b|latitude|longitude|\burl\b|\blink\b|avatar|image|phone|fivetran|"
        r"user ?agent|collector id|network id|\basin\b|millis|distribution channel|"
        r"external (data )?ref|"
        r"external ?reference|^progress$|^duration|^finished$|signature|^token$|thumb|helpful|"
        r"useful|"
        r"^(assignee|agent|owner|submitter|group|ticket owner|contact owner)\b.*|assignee|"
        r"(repl|respon)\w* (date|millis|link|time|email)|replied at|reply date|name(s)? of the|"
        r"^(first|initial) (response|reply)|resolution|due |sla|^(user)?image|video title|"
        r"last (update|activity|synced|modified)|updated|closed?( at| date| time)|resolved|"
        r"review link|stage date|end ?date|^ending$|attachments?$|^custom data|vote ?(sum|count)|"
        r"criterias",
    ),
    ("email", r"\be ?mail\b"),
    (
        "reply",
        r"\brepl(y|ies)\b|(developer|company|owner|seller|vendor|merchant|business|staff|agent|our)"
        r" ?(response|answer|comment)|\bresponse (text|from)|case comments|(internal|private|agent)"
        r" (note|comment)|developerresponse body|^response$(?=review)",
    ),
    (
        "person",
        r"^(user|customer|client|respondent|participant|requester|author|reviewer|contact|member|"
        r"account|person|subscriber|visitor|end user)( id| no| number| key)$|^respondent$|"
        r"^participant$|^(pid|userid|reviewerid|respondentid|customerid)$",
    ),
    (
        "name",
        r"^((full|first|last|display|user|screen|nick|contact|customer|requester|reviewer|author|"
        r"respondent|participant|recipient (first|last)|consumer display|review user) ?name|name|"
        r"author|"
        r"reviewer|user|nickname|reviewer nickname|reporter|requester|customer|associated contact|"
        r"author name|user login|user name|nombre|vorname|nachname)$",
    ),
    (
        "id",
        r"^(id|#|no|number|key|uuid|(review|ticket|case|issue|response|conversation|record|"
        r"submission|"
        r"comment|message|order|feedback|transcript|entry|row|answer|survey response)( ?id|"
        r" ?number| key| no)|"
        r"antwort id|case number|issue key|identifier)$",
    ),
    ("question", r"^(question|prompt|question text|frage|pregunta)$"),
    (
        "speaker",
        r"^(speaker|interlocutor|speaker name|speaker label|sprecher(in)?|orador|locuteur|"
        r"turn speaker)$",
    ),
    ("time", r"^(timestamp|time ?code|start( time)?|start ?ms|offset|time)$"),
    (
        "pros",
        r"\bpros?\b|like (best|most)|advantages?\b|\bpositives?\b|what (do|"
        r"did) you like\b(?!.*least)"
        r"|strengths?$",
    ),
    (
        "cons",
        r"\bcons?\b|dislike|like least|disadvantages?|\bnegatives?\b|weakness(es)?$|drawbacks?",
    ),
    (
        "title",
        r"^((review|ticket|issue|feedback|raw) ?)?(title|headline|subject|summary|betreff|asunto)$|"
        r"^ticket name$|^review headline$",
    ),
    (
        "rating",
        r"\brating\b|how would you rate|how satisfied|\bstars?\b|\bscore\b|^nps$|satisfaction|"
        r"^overall$|csat|^grade$|how likely (are|is)",
    ),
    (
        "role",
        r"^(author|sender|message|user|message author|created by|author role|speaker)? ?(type|"
        r"role)$",
    ),
    (
        "date",
        r"\bdate\b|^(created|submitted|updated|reviewed|posted|recorded)( at| on| time)?$|"
        r"time ?stamp|"
        r"^at$|^created( at| time| date)?|submitted|recorded ?date|started|opened|zeitstempel|"
        r"marca temporal|review created|unixreviewtime|reviewtime|^time$",
    ),
    (
        "text",
        r"^(review|ticket|comment|feedback|message|answer|body|content)?s?"
        r" ?(text|body|content|comments?|description|message|verbatim|feedback|review|answer)s?$|"
        r"^(comments?|reviews?|description|verbatim|utterance( text)?|quote|text|remark|note|"
        r"kommentar|comentario|commentaire|response( text)?|transcript|overall comments|"
        r"description text|body text|reasons? for .*|anmerkung(en)?)$",
    ),
)
_COMPILED = tuple((part, re.compile(pattern)) for part, pattern in _RULES)

_ATTRIBUTE = re.compile(
    r"\b(job title|role|position|occupation|seniority|department|company|companysize|employees|"
    r"segment|"
    r"industry|sector|plan|tier|country|region|location|territory|language|lang|version|device|"
    r"platform|"
    r"os|browser|status|state|priority|channel|via|source|type|category|tags?|labels?|product|"
    r"age|gender|"
    r"sex|income|education|experience|years|verified|currency|stage|lead|persona|pipeline|group|"
    r"organization|team|cohort|origin|topic|resolution|reason code)\b"
)
_OTHER = re.compile(
    r"other\b.*(specify|write|text)|write[- ]?in|_TEXT$|please specify|– other$", re.I
)
_ASKS = re.compile(
    r"\?|^(what|why|how|which|when|where|who|do|did|would|could|if|please|describe|tell|explain|"
    r"anything|any )\b",
    re.I,
)
_ROLE_VALUES = frozenset(
    "customer user agent admin bot staff end-user enduser end_user lead contact system client "
    "support "
    "requester message note operator employee visitor team_member".split()
)
_HASH = re.compile(r"^[A-Za-z0-9+/]{22}==$|^[0-9a-f]{32,64}$")


def classify(table: Table, mapping: Mapping[str, str]) -> list[Column]:
    """Return the part of every column.

    Args:
        table: With one header a column.
        mapping: The user's word, by header, by the tool's short name, in any case.
    """
    told = {header.casefold().strip(): part for header, part in mapping.items()}
    columns = []
    for at, header in enumerate(table.headers):
        values = _sample(table, at)
        code = table.codes[at] if at < len(table.codes) else ""
        part = told.get(header.casefold()) or told.get(code.casefold().strip())
        columns.append(Column(at, header, part or _part(header, code, values)))
    return _settled(table, columns, set(told.values()))


def _sample(table: Table, at: int) -> list[str]:
    values = []
    for row in table.rows:
        if at < len(row.cells) and row.cells[at].strip() not in ("", "-"):
            values.append(row.cells[at].strip())
            if len(values) == _SAMPLE:
                break
    return values


def words_of(header: str) -> str:
    """Return a header as lower-case words: `reviewCreatedVersion` → `review created version`."""
    last = header.rsplit(".", 1)[-1] if " " not in header else header
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", last)
    words = re.sub(r"[^\w#]+|_", " ", re.sub(r"\(.*?\)", " ", spaced)).lower().strip()
    return re.sub(r"\s+", " ", words)


def _part(header: str, code: str, values: Sequence[str]) -> str:
    if not values:
        return "ignored"
    if _share(values, lambda v: bool(_HASH.match(v))) > 0.8 and len(values) > 1:
        return "ignored"
    if _OTHER.search(header) or _OTHER.search(code):
        return "text"
    is_question = header.strip().endswith("?") or len(header.split()) > 6
    for words in dict.fromkeys((words_of(header), words_of(code))):
        for part, pattern in _COMPILED:
            if is_question and part not in ("pros", "cons", "rating", "ignored"):
                continue
            if pattern.search(words) and _fits(part, words, values):
                return part
    return _by_values(header, values)


def _fits(part: str, words: str, values: Sequence[str]) -> bool:
    """A header's word counts only where the values agree with it."""
    check = {
        "email": lambda v: "@" in v,
        "date": lambda v: iso_day(v) is not None,
        "rating": lambda v: _number(v) is not None,
        "role": lambda v: v.lower() in _ROLE_VALUES,
        "time": lambda v: bool(re.match(r"^[\d:.,]+$", v)),
    }.get(part)
    if check:
        return _share(values, check) > 0.6
    if part in ("text", "title", "pros", "cons", "reply", "question"):
        return _share(values, lambda v: any(letter.isalpha() for letter in v)) > 0.5
    if part == "ignored" and ("name of the" in words or "names of the" in words):
        return True
    return part != "name" or _share(values, lambda v: len(v) < 80) > 0.9


def _number(value: str) -> float | None:
    match = re.match(
        r"^(\d{1,3}(?:[.,]\d+)?)(?:\s*/\s*\d+(?:\.\d+)?|\s*-\s*\D.*|\s*stars?)?$", value
    )
    return float(match[1].replace(",", ".")) if match else None


def _share(values: Sequence[str], check: object) -> float:
    assert callable(check)
    return sum(bool(check(value)) for value in values) / max(1, len(values))


def _by_values(header: str, values: Sequence[str]) -> str:
    if _share(values, lambda v: v.startswith(("http://", "https://", "www."))) > 0.5:
        return "ignored"
    if _share(values, lambda v: bool(re.match(r"^[^@\s]+@[^@\s]+\.\w+$", v))) > 0.8:
        return "email"
    if _share(values, lambda v: not any(letter.isalpha() for letter in v)) > 0.8:
        dates = _share(values, lambda v: iso_day(v) is not None and len(v) > 7) > 0.8
        return "ignored" if dates else _numeric(header)
    return "text" if _is_open(header, values) else _closed(header, values)


def _numeric(header: str) -> str:
    asks = _ATTRIBUTE.search(words_of(header)) or _ASKS.search(header)
    return "attribute" if asks else "ignored"


def _is_open(header: str, values: Sequence[str]) -> bool:
    """Open answers are many words, mostly different, and no list of ready options."""
    words = sum(len(value.split()) for value in values) / len(values)
    different = len({value.casefold() for value in values}) / len(values)
    if _ATTRIBUTE.search(words_of(header)) and words < 6 and not _ASKS.search(header):
        return False
    if _are_options(header, values):
        return False
    if len(values) < 8:
        return words >= 4 or (words >= 3 and bool(_ASKS.search(header)))
    if different < 0.5:
        return words >= 12 and different > 0.2
    return words >= 4 or (bool(_ASKS.search(header)) and words >= 1.5 and different > 0.6)


def _are_options(header: str, values: Sequence[str]) -> bool:
    """One option a column, or several joined by commas; options may hold commas themselves."""
    if all(value.casefold() in header.casefold() for value in values):
        return True
    for joiner in (", ", ";", " / ", "\n"):
        parts = Counter(part.strip() for value in values for part in value.split(joiner) if part)
        total = sum(parts.values())
        again = sum(n for n in parts.values() if n >= 2)
        if len(values) >= 8 and again >= 0.7 * total and len(parts) < 0.6 * total:
            return True
    return False


def _closed(header: str, values: Sequence[str]) -> str:
    longest = max(len(value) for value in values)
    return "attribute" if longest <= 200 else "ignored"


def _settled(table: Table, columns: list[Column], told: set[str]) -> list[Column]:
    """Settle what single columns can't know: counters, a lone title, times of surveys."""
    parts = {column.part for column in columns}
    settled = []
    for column in columns:
        part = column.part
        values = _sample(table, column.at)
        if part == "person" and "person" not in told and _is_counter(values):
            part = "id" if "id" not in parts else "ignored"
        if part in ("time", "speaker") and "speaker" not in parts and "time" not in told:
            part = "date" if values and iso_day(values[0]) else "ignored"
        if part == "title" and _is_job_title(column.header, parts):
            part = "attribute"
        if part == "ignored" and "date" not in parts and column.header.lower() == "updated":
            part = "date"
        settled.append(column._replace(part=part))
    return _one_each(settled)


def _is_job_title(header: str, parts: set[str]) -> bool:
    """In a list of contacts, `Title` is what a person is, not what a person wrote."""
    return "job" in header.lower() or (
        words_of(header) == "title" and not parts & {"text", "pros", "cons", "reply"}
    )


def _is_counter(values: Sequence[str]) -> bool:
    """1, 2, 3 … numbers the rows of this file; it names nobody across files."""
    return len(values) > 1 and list(values) == [str(n) for n in range(1, len(values) + 1)]


def _one_each(columns: list[Column]) -> list[Column]:
    """Of ids, people and dates the first counts; the others are left out."""
    seen: set[str] = set()
    kept = []
    for column in columns:
        once = column.part in (
            "id",
            "person",
            "email",
            "speaker",
            "role",
            "question",
            "date",
            "time",
        )
        if once and column.part in seen:
            kept.append(column._replace(part="ignored"))
            continue
        seen.add(column.part)
        kept.append(column)
    return kept
