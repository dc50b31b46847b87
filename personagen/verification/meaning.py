"""Whether words keep their meaning once they are cut out of what was said.

The rule for a cut: outside it, in the same sentence, nothing may deny, weaken, condition or
report what stands inside it, unless a clause of its own begins in between. When in doubt the
answer is no: a whole sentence is always there to be quoted instead.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from personagen.verification.operators import (
    BESIDE,
    DATE_WORDS,
    MAGNITUDES,
    NUMBER_WORDS,
    ONLY_NEXT_TO,
    Found,
    find_operators,
    word_set,
)
from personagen.verification.sentences import Sentences, sentences, word_places
from personagen.verification.typography import DASH, SLOT, SYMBOL, WORD, Tokens, is_pause

_OPENERS = frozenset(
    "and but so or because well yeah yes yep no nope like oh ah okay ok honestly look also then "
    "now right plus anyway actually basically really frankly seriously again first second i mean "
    "you know um uh er erm hmm et mais alors donc bon ben y pero pues entonces und aber also naja "
    "oui non sí ja nein".split()
)
_ANSWERS = frozenset({"no", "nope", "non", "nein"})
_WEAK = frozenset("about around over under some half than quarter ca circa environ casi".split())
_ENDS = frozenset({".", "!", "?", "…"})
_NEAR = 25
"""Words over which an operator is still felt across an "and"."""
_FAR = 40
"""Words over which an operator is felt where nothing comes between."""
_COMPLEMENT = frozenset(
    "think believe say mean know feel sure see that convinced certain guess suppose imagine sold "
    "claim expect want need understand".split()
)


def standing_alone(text: str, start: int, end: int) -> str | None:
    """Return why `text[start:end]` must not be cut out of its sentence, or None when it may.

    Args:
        text: One utterance's stored text.
        start: First character of the cut: Unicode code points, from 0.
        end: One past its last character.

    Returns:
        One clause a researcher understands, such as `it is cut out from under "don't"`.
    """
    return cut_problem(sentences(text), start, end)


def cut_problem(view: Sentences, start: int, end: int) -> str | None:
    """Return the same as `standing_alone`, for a text whose sentences are known."""
    span = _span(view.tokens, start, end)
    if span is None:
        return "it holds no words"
    first, last = span
    cuts = _cut_word(view.tokens, start, end)
    return cuts or _head_problem(view, first) or _tail_problem(view, first, last)


def omission_problem(view: Sentences, start: int, end: int) -> str | None:
    """Return why the characters from start to end must not be left out behind a mark, or None.

    Whole sentences may go unless they deny or reverse; inside a sentence nothing that denies,
    weakens, conditions, reports or contrasts may go.
    """
    tokens = view.tokens
    first, last = bisect_left(tokens.start, start), bisect_left(tokens.start, end)
    places = word_places(tokens, first, last)
    if not places:
        return _left_out_question(tokens, first, last)
    found = find_operators([tokens.low[i] for i in places], view.language)
    denied = next((f for f in found if f.operator == "negation"), None)
    if denied is not None and denied.phrase not in ONLY_NEXT_TO:
        return f'the omission takes away "{denied.phrase}"'
    ends_whole = first > 0 and _only_stops(tokens, first, view.close(first - 1))
    if ends_whole and _begins_sentence(view, last):
        return _reversal(view, first, last)
    return _omitted_inside(view, first, last, found)


def _omitted_inside(view: Sentences, first: int, last: int, found: list[Found]) -> str | None:
    tokens = view.tokens
    if found:
        return f'the omission takes away "{found[0].phrase}"'
    crosses = any(first < s <= last for s in view.starts)
    if crosses and not _begins_sentence(view, last):
        return "the omission joins parts of two sentences"
    asked = _left_out_question(tokens, first, last)
    if asked:
        return asked
    if any(_is_number(tokens.low[i]) for i in (first - 1, last) if 0 <= i < len(tokens)):
        places = word_places(tokens, first, last)
        if places and any(tokens.low[i] in MAGNITUDES for i in (places[0], places[-1])):
            return "the omission takes a number from its unit"
    return _joins_two_clauses(view, first, last)


def _joins_two_clauses(view: Sentences, first: int, last: int) -> str | None:
    """Return why an omission that ends in "… and my wife" gives one clause's verb to another."""
    tokens = view.tokens
    places = word_places(tokens, first, last)
    joins = word_set(view.language, "joins") | word_set(view.language, "reasons") | {"or", "who"}
    tail = places[-4:]
    for i in tail[:-1]:
        balanced = is_pause(tokens, first) and is_pause(tokens, last - 1)
        if tokens.low[i] in joins and i != places[0] and not balanced:
            return f'the omission runs over "{tokens.low[i]}" into another clause'
    return None


def _reversal(view: Sentences, first: int, last: int) -> str | None:
    tokens = view.tokens
    for start in (s for s in view.starts if first <= s < last):
        places = word_places(tokens, start, min(start + 4, last))[:2]
        for found in find_operators([tokens.low[i] for i in places], view.language):
            if found.operator == "contrast":
                return f'the omission takes away "{found.phrase} …"'
    return None


def _left_out_question(tokens: Tokens, first: int, last: int) -> str | None:
    asked = any(tokens.exact[i] == "?" for i in range(first, last))
    return "the omission takes away a question mark" if asked else None


def _begins_sentence(view: Sentences, i: int) -> bool:
    return not word_places(view.tokens, view.begin(i), i)


def _only_stops(tokens: Tokens, first: int, last: int) -> bool:
    return not word_places(tokens, first, last)


def _span(tokens: Tokens, start: int, end: int) -> tuple[int, int] | None:
    """Return the first word of the cut and one past its last token."""
    first = bisect_right(tokens.end, start)
    last = bisect_left(tokens.start, end)
    spoken = (i for i in range(first, last) if tokens.kind[i] in (WORD, SLOT, SYMBOL))
    word = next(spoken, None)
    return (word, last) if word is not None else None


def _cut_word(tokens: Tokens, start: int, end: int) -> str | None:
    """Return why the cut splits a word, a number or a compound."""
    for place in (start, end):
        i = bisect_left(tokens.start, place)
        within = i > 0 and tokens.start[i - 1] < place < tokens.end[i - 1]
        if within or _inside_compound(tokens, i, place):
            return "it is cut inside a word or a number"
    return None


def _inside_compound(tokens: Tokens, i: int, place: int) -> bool:
    """Whether place splits `non-toxic`, `5-10`, `v2.0`, `$40`, `40%`."""
    if not (0 < i < len(tokens)) or tokens.start[i] != place or not tokens.touches(i):
        return False
    left, right = tokens.exact[i - 1], tokens.exact[i]
    if tokens.kind[i] == WORD and tokens.kind[i - 1] == SYMBOL:
        return left not in "([{"
    if tokens.kind[i] == SYMBOL and tokens.kind[i - 1] == WORD:
        return right not in ")]}"
    if tokens.kind[i] == WORD and (tokens.kind[i - 1] == DASH or left in ".:"):
        return _is_short_joint(tokens, i - 1)
    if tokens.kind[i - 1] == WORD and (tokens.kind[i] == DASH or right in ".:"):
        return i + 1 < len(tokens) and tokens.touches(i + 1) and _is_short_joint(tokens, i)
    return False


def _is_short_joint(tokens: Tokens, i: int) -> bool:
    """Whether token i ties two words without white space: a hyphen, not a long dash."""
    tied = tokens.touches(i) and tokens.kind[i - 1] == WORD
    return tied and tokens.text[tokens.start[i] : tokens.end[i]] in "-‐‑–.:"


# The part of the sentence before the cut.


def _head_problem(view: Sentences, first: int) -> str | None:
    tokens = view.tokens
    places = _without_openers(tokens, word_places(tokens, view.begin(first), first), first)
    if not places:
        return None
    beside = _beside(view, first)
    if beside:
        return f'"{beside}" before it is left out'
    found = find_operators([tokens.low[i] for i in places], view.language)
    for operator in reversed(found):
        if _reaches(view, places, operator, first):
            return f'it is cut out from under "{operator.phrase}"'
    return None


def _without_openers(tokens: Tokens, places: list[int], first: int) -> list[int]:
    """Return the words before the cut without "So, yeah," and "No, no," at the beginning.

    "No" opens only where a pause follows; "No support" denies.
    """
    kept = 0
    for k, i in enumerate(places):
        low = tokens.low[i]
        if low not in _OPENERS:
            break
        paused = is_pause(tokens, i + 1)
        if paused or (k == len(places) - 1 and low not in _ANSWERS):
            kept = k + 1
        elif low in _ANSWERS:
            break
    return places[kept:]


def _beside(view: Sentences, first: int) -> str | None:
    """Return the word directly before the cut that changes its first word: "about | 40"."""
    if first == 0:
        return None
    tokens = view.tokens
    before, word = tokens.low[first - 1], tokens.low[first]
    if before in BESIDE[view.language] and (before not in _WEAK or _is_number(word)):
        return before
    if _is_number(word) and (_is_number(before) or before in DATE_WORDS):
        return before
    symbol = tokens.kind[first - 1] == SYMBOL and before not in "()[]{}"
    return before if symbol else None


def _reaches(view: Sentences, places: list[int], operator: Found, first: int) -> bool:
    """Whether an operator before the cut is still in force at the cut."""
    if operator.operator == "contrast":
        return False
    away = len(places) - 1 - operator.last
    tokens = view.tokens
    if operator.phrase in ONLY_NEXT_TO:
        between = range(places[operator.last] + 1, first)
        return away <= 2 and not any(is_pause(tokens, i) for i in between)
    if away > _FAR:
        return False
    wide = operator.operator not in ("negation", "denial") or _takes_clause(
        tokens, places, operator
    )
    for i in [*places[operator.last + 1 :], first]:
        opening = _opens_clause(view, i)
        if opening is None:
            continue
        if not wide or opening == ";" or away > _NEAR:
            return operator.operator == "condition" and away <= _NEAR
        if opening == "but" and operator.operator != "condition":
            return False
    return True


def _takes_clause(tokens: Tokens, places: list[int], operator: Found) -> bool:
    """Whether a negation governs a clause: "don't think", "not that"."""
    after = places[operator.last + 1 : operator.last + 4]
    return any(tokens.low[i] in _COMPLEMENT for i in after)


def _opens_clause(view: Sentences, i: int) -> str | None:
    """Return what sets a clause of its own off at token i: `;`, `but`, `and`; None if nothing.

    The clause must begin with a pronoun subject: "the support" after "and" may be a list.
    """
    tokens = view.tokens
    if tokens.low[i] not in word_set(view.language, "subjects"):
        return None
    k = i - 1
    while k > 0 and is_pause(tokens, k):
        k -= 1
    if k >= 0 and tokens.exact[k] == ";":
        return ";"
    if k <= 0 or tokens.low[k] not in word_set(view.language, "joins"):
        return None
    if tokens.low[k] in ("but", "mais", "pero", "aber"):
        return "but"
    if k > 0 and tokens.exact[k - 1] == ";":
        return ";"
    return "and" if is_pause(tokens, k - 1) else None


# The part of the sentence after the cut.


def _tail_problem(view: Sentences, first: int, last: int) -> str | None:
    tokens = view.tokens
    close = view.close(last - 1)
    opened = view.quoted.get(last)
    if opened is not None and opened >= first and tokens.exact[last - 1] in _ENDS:
        return None  # whole sentences of reported speech, with the words that report it
    if any(tokens.exact[i] == "?" for i in range(last, close)):
        return "it is part of a question and leaves the question mark out"
    places = word_places(tokens, last, close)
    if not places:
        return None
    after = _unit_after(tokens, last)
    if after:
        return f'"{after}" after its number is left out'
    return _taken_back(view, last, places)


def _unit_after(tokens: Tokens, last: int) -> str | None:
    if last >= len(tokens) or not _is_number(tokens.low[last - 1]):
        return None
    said = tokens.low[last]
    return said if said in MAGNITUDES or _is_number(said) or tokens.kind[last] == DASH else None


def _taken_back(view: Sentences, last: int, places: list[int]) -> str | None:
    tokens = view.tokens
    if _adds_a_clause(view, places):
        return None
    until = next((k for k, i in enumerate(places[1:], 1) if _opens_clause(view, i)), None)
    reach = places[: min(until or _NEAR, _NEAR)] if not _contrasts(view, places) else places[:_FAR]
    for found in find_operators([tokens.low[i] for i in reach], view.language):
        near = found.phrase not in ONLY_NEXT_TO - {"only"} or found.first <= 1
        if found.operator != "contrast" and near:
            return f'the sentence goes on with "{found.phrase}"'
    return None


def _contrasts(view: Sentences, places: list[int]) -> bool:
    words = [view.tokens.low[i] for i in places[:2]]
    return any(f.operator == "contrast" for f in find_operators(words, view.language))


def _adds_a_clause(view: Sentences, places: list[int]) -> bool:
    """Whether the sentence goes on with a free clause or a reason."""
    tokens = view.tokens
    words = [tokens.low[i] for i in places[:4]]
    reasons = word_set(view.language, "reasons")
    if words[0] not in reasons:
        return False
    if any(f.operator in ("report", "condition") for f in find_operators(words, view.language)):
        return False
    if words[0] in word_set(view.language, "joins"):
        return len(words) > 1 and words[1] in word_set(view.language, "subjects")
    return True


def _is_number(word: str) -> bool:
    return word[:1].isdigit() or word in NUMBER_WORDS
