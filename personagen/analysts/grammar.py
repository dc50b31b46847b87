"""A clause as a headline: from "I copy it by hand" to "Copies it by hand", by grammar alone.

No word of content is added, dropped from the middle or exchanged; where a form is in doubt the
clause is refused, and another is taken. English; other languages keep their clause as it is.
"""

from __future__ import annotations

import itertools
import re

from personagen.analysts.stance import words

# Base forms that headlines of customers' words need; what is not here is taken for no verb.
VERBS = frozenset(
    """
    accept access add adjust admit afford agree allow answer appear apply appreciate approve argue
    arrange arrive ask attach avoid back balance beat become begin believe belong block book borrow
    break bring browse build burn buy call cancel care carry catch cause change charge chase check
    choose clean click close code collect combine come compare complain complete confirm connect
    consider contact contain continue control convert cope copy cost count cover crash create cross
    customize cut deal debug decide delay delete deliver depend deploy describe design develop die
    disappear discover do download drag draw drive drop duplicate eat edit email enable end enjoy
    enter escape expect experiment explain explore export face fail fall fear feel fetch fight
    figure file fill find finish fit fix follow force forget forward freeze get give go google grab
    grow guess handle happen hate have hear help hide hire hold hope ignore imagine import improve
    include install integrate invest join jump keep know lack last launch lead learn leave let lie
    like limit link list listen live load log look lose love maintain make manage mark match matter
    mean measure meet mention merge miss move need notice offer open order organize organise own
    panic parse paste pay pick plan play post prefer prepare print produce promise protect prove
    provide pull push put quit read realize realise rebuild receive recommend record reduce refer
    refresh refuse reinstall rely remember remove rename repeat replace reply report request require
    reset restart return review rewrite ring risk rotate run save say scan schedule screenshot
    scroll search see seem select sell send separate set share shop show sign sit skip sleep slow
    solve sort speak spend split spread stand start stay step stick stop store struggle study
    subscribe succeed suffer suggest support suspect switch sync take talk teach tell tend test text
    think throw track train transfer translate trust try turn type understand update upgrade upload
    use validate value verify view visit wait walk want warn waste watch wear wish wonder work worry
    write yell
    """.split()
)
PAST = frozenset(
    """
    was were had did went got made said took came saw knew thought felt found left kept told gave
    lost paid bought brought spent ran wrote broke chose began built sent sat stood understood won
    met meant heard held led grew drew drove ate fell forgot froze woke caught taught fought sold
    slept dealt stuck became threw hid rang wore spoke hated loved needed wanted used
    """.split()
)
_DOUBTFUL = frozenset("read put set cut hit let quit cost shut spread hurt bet beat".split())
_ED_BASE = frozenset("need feed speed succeed exceed proceed bleed breed embed".split())
MODALS = frozenset("can could will would should must may might shall cannot".split())
FINITE = frozenset(
    "is are was were am be been has have had do does did can could will would should must may "
    "might isn't aren't wasn't weren't hasn't haven't hadn't don't doesn't didn't can't couldn't "
    "won't wouldn't shouldn't cannot it's that's there's he's she's they're we're you're i'm "
    "i've i'd i'll we've we'd we'll they've they'd you've you'd you'll they'll it'll what's who's "
    "let's".split()
)
_ADVERBS = frozenset(
    "always never also really just still often usually only actually sometimes already even "
    "definitely personally generally mostly constantly rarely basically currently regularly "
    "probably simply truly absolutely frequently honestly then".split()
)
_FIRST = r"(?:i|we)"
# "No", "like", "well" and "right" are fillers only before a pause: "No documentation" is no filler.
_LEAD = re.compile(
    r"^(?:(?:yeah|yes|yep|no|like|well|right|plus|then|honestly|actually|basically|overall|anyway|"
    r"personally|really|sure|also|oh|okay|ok|in general|first(?:ly)?|second(?:ly)?|however|"
    r"to be honest|to be fair|in my opinion|imo|for me|you know|i mean|pros?|cons?)"
    r"\s*(?:[,.:;…–—]+|-+\s)\s*"
    r"|(?:um+|uh+|and|but|or|then|imo|so(?! far\b| many\b| much\b)|because|cause|i mean|i guess|"
    r"i think(?: that)?|i feel(?: like| that)|"
    r"i(?:['’]d| would) say(?: that)?|i believe(?: that)?|i find(?: that)|although|though|"
    r"the (?:biggest |main |only )?(?:thing|problem|issue) (?:is|was)(?: that)?|"
    r"it['’]s just(?: that)?)\b[\s,.:;…–—-]+)+",
    re.IGNORECASE,
)
_ASIDE = re.compile(
    r",?\s*\b(?:you know|i mean|kind of|sort of|like,|um+|uh+|i guess|i think)\b,?(?=\s|$)",
    re.IGNORECASE,
)
# "I don't wanna- I don't wanna lose", "the-the": said twice, meant once.
_REPEATED = re.compile(
    r"\b((?:[\w'’]+)(?: [\w'’]+){0,3})(?:(?:[-–—,]+\s*|\s+)\1\b)+", re.IGNORECASE
)
_SLACK = [(re.compile(rf"\b{slack}\b", re.IGNORECASE), tidy) for slack, tidy in {
    "wanna": "want to", "gonna": "going to", "gotta": "have to", "kinda": "kind of",
    "cuz": "because", "'cause": "because", "dont": "don't", "cant": "can't", "wont": "won't",
    "doesnt": "doesn't", "didnt": "didn't", "isnt": "isn't", "i": "I", "im": "I'm", "ive": "I've",
}.items()]  # fmt: skip
_SHIFT = {
    "i": "they", "me": "them", "my": "their", "mine": "theirs", "myself": "themselves",
    "we": "they", "us": "them", "our": "their", "ours": "theirs", "ourselves": "themselves",
    "i'm": "they're", "i've": "they've", "i'd": "they'd", "i'll": "they'll",
    "we're": "they're", "we've": "they've", "we'd": "they'd", "we'll": "they'll",
}  # fmt: skip
_FIRST_PERSON = re.compile(
    r"\b(?:i|me|my|mine|myself|we|us|our|ours|ourselves)\b(?:['’]\w+)?", re.I
)
_OTHERS = re.compile(r"\b(?:they|them|their|theirs|he|she|him|her|his)\b", re.IGNORECASE)
_TOKEN = re.compile(r"[\w'’-]+|[^\w\s]|\s+")


def without_lead(clause: str) -> str:
    """Return a clause without the fillers and joining words before and inside it."""
    bare = _LEAD.sub("", clause.strip(" ,;:-–—…."))
    bare = " ".join(_ASIDE.sub(" ", bare).split())
    for slack, tidy in _SLACK:
        bare = slack.sub(tidy, bare)
    return _REPEATED.sub(r"\1", bare).strip(" ,;:-–—….")


def has_verb(clause: str) -> bool:
    """Return whether a clause has a finite verb, as far as forms can tell."""
    spoken = words(clause)
    if any(w in FINITE for w in spoken):
        return True
    return any(
        base(w) in VERBS and before in _SUBJECTS for before, w in itertools.pairwise(spoken)
    ) or any(w.endswith(("s", "ed")) and w not in VERBS and base(w) in SURE for w in spoken[1:])


_SUBJECTS = (
    frozenset(
        "i you we they he she it that which who people everyone nobody this there what".split()
    )
    | _ADVERBS
)
# Forms of these are hardly ever nouns.
SURE = frozenset(
    "allow appear become believe belong break bring cause come depend disappear enable fail feel "
    "find forget get give go happen have hold include keep know lack lead learn leave let lose "
    "make mean need offer prefer provide remember require save say seem send stand stay stop take "
    "tell tend think understand want work write crash freeze".split()
)


def base(word: str) -> str:
    """Return the base form of a regular verb form, or the word itself."""
    for ending, put in (("ies", "y"), ("ied", "y"), ("es", ""), ("es", "e"), ("s", ""), ("ed", ""),
                        ("ed", "e")):  # fmt: skip
        if word.endswith(ending) and word[: -len(ending)] + put in VERBS:
            return word[: -len(ending)] + put
    return word


def third_person(clause: str) -> str | None:
    """Return a clause told of its speaker, or None where a form is in doubt.

    "I keep my own sheet" becomes "Keeps their own sheet"; a clause that does not begin with "I"
    keeps its subject, and only its "my" and "me" change.
    """
    if not _FIRST_PERSON.search(clause):
        return clause
    if _OTHERS.search(clause) or re.search(r"\band (?:i|me)\b", clause, re.IGNORECASE):
        return None
    tokens = _TOKEN.findall(clause.replace("’", "'"))
    first = tokens[0].lower()
    if first in ("i", "i'm", "i've", "i'd", "i'll"):
        told = _of_one(first, tokens[1:])
        if told is None:
            return None
        return _shifted(told)
    return _shifted(tokens)


def _shifted(tokens: list[str]) -> str | None:
    out = []
    for i, token in enumerate(tokens):
        low = token.lower()
        if low == "us" and token != "us":
            out.append(token)
            continue
        before = next((t.lower() for t in reversed(tokens[:i]) if t.strip()), "")
        if low in ("was", "am") and before == "i":
            out.append("were" if low == "was" else "are")
        elif low in ("wasn't",) and before == "i":
            out.append("weren't")
        else:
            new = _SHIFT.get(low)
            out.append(new.capitalize() if new and i == 0 else new or token)
    return "".join(out)


def _of_one(first: str, rest: list[str]) -> list[str] | None:
    """Return the tokens after "I", with their verb in the third person; None where in doubt."""
    opening = {"i'm": "is", "i've": "has", "i'd": "would", "i'll": "will"}.get(first)
    if opening == "would" and not _is_would(rest):
        return None
    if opening:
        return [opening, *rest]
    at = next((i for i, t in enumerate(rest) if t.strip() and t.lower() not in _ADVERBS), None)
    if at is None or not rest[at][0].isalpha():
        return None
    verb = _conjugated(rest[at].lower())
    if verb is None:
        return None
    after = rest[at + 1 :]
    if verb != rest[at].lower() and verb not in ("doesn't", "isn't", "hasn't"):
        coordinated = _also_conjugated(after)
        if coordinated is None:
            return None
        after = coordinated
    return [*_stripped(rest[:at]), verb, *after]


def _is_would(rest: list[str]) -> bool:
    """Return whether "'d" is "would": before a base form; "had" stands before a past one."""
    following = next((t.lower() for t in rest if t.strip() and t.lower() not in _ADVERBS), "")
    return following in VERBS or following in ("be", "rather", "not")


def _stripped(tokens: list[str]) -> list[str]:
    while tokens and not tokens[0].strip():
        tokens = tokens[1:]
    return tokens


def _conjugated(verb: str) -> str | None:
    special = {"am": "is", "have": "has", "do": "does", "don't": "doesn't", "haven't": "hasn't",
               "go": "goes", "was": "was", "wasn't": "wasn't"}  # fmt: skip
    if verb in special:
        return special[verb]
    if verb in MODALS or verb in PAST or verb in FINITE:
        return verb
    if verb in _DOUBTFUL:
        return None
    if verb.endswith("ed") and verb not in _ED_BASE:
        return verb
    return _with_s(verb) if verb in VERBS else None


def _with_s(verb: str) -> str:
    if verb.endswith(("s", "sh", "ch", "x", "z", "o")):
        return verb + "es"
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return verb[:-1] + "ies"
    return verb + "s"


def _also_conjugated(tokens: list[str]) -> list[str] | None:
    """Return tokens with a second verb of the same subject in the third person as well."""
    low = [t.lower() for t in tokens]
    spoken = [i for i, t in enumerate(low) if t.strip()]
    out = list(tokens)
    for here, following in itertools.pairwise(spoken):
        if low[here] not in ("and", "then", "or", "but") or low[following] not in VERBS:
            continue
        if _governs_infinitive(low[:here]):
            return tokens
        infinitive = any(
            low[a] == "to" and low[b] in VERBS for a, b in itertools.pairwise(spoken) if b < here
        )
        if infinitive or low[following] in _DOUBTFUL:
            return None
        out[following] = _conjugated(low[following]) or tokens[following]
    return out


def _governs_infinitive(tokens: list[str]) -> bool:
    """Return whether "to" follows the verb at once: "want to export and paste"."""
    return next((t for t in tokens if t.strip()), "") == "to"
