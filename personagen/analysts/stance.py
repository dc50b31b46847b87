"""What a speaker's stance is not: someone else's words, a denial, a supposition.

The encoder reads meaning; these few rules catch what it gets wrong where being wrong would put
words into somebody's mouth. English, with the commonest French, Spanish and German forms.
"""

from __future__ import annotations

import re
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")

FILLERS = frozenset(
    """
    a ah aha alright absolutely n
    anyway anyhow basically certainly correct definitely er erm exactly fine good
    great ha haha hey hi hm hmm hello huh indeed k kinda like lol mhm mm mmhm nah no nope not of
    course oh ok okay oops pretty precisely really right so sure thank thanks that that's the
    thing totally true uh uhh um umm very well whatever wow yeah yep yes you know i mean see guess
    think suppose sort kind is it's it bye goodbye cheers welcome please sorry there everyone all
    ciao merci bonjour oui non salut si sí gracias hola vale claro ja nein danke genau na n/a
    none nothing nil null unknown idk dunno don't do can't say comment comments answer applicable
    moment now far yet much really anything else have never do nada ninguna ninguno rien aucun
    aucune keine nichts test same above
    """.split()
)
_GOODBYES = re.compile(
    r"^(?:(?:well|so|and|ok|okay|yeah)[, ]+)*(?:thank(?:s| you)|hi|hello|hey|bye|goodbye|"
    r"nice to meet you|good (?:morning|afternoon|evening)|you'?re welcome|no worries|"
    r"how are you|talk to you|see you|bonjour|merci|gracias|hola)\b",
    re.IGNORECASE,
)
COMMON = frozenset(
    """
    a about all also am an and any anything are as at be because been being but by can could did
    do does doing don't for from get got had has have he her here hers him his how i i'm i've if in
    into is it it's its just kind know like me more most much my no not of on one or our out over
    quite really she should so some something sort such than that that's the their them then there
    these they thing things think this those to too up us very was way we well were what when where
    which who why will with would yeah yes you your wanna gonna gotta cause won't wouldn't couldn't
    shouldn't haven't hasn't hadn't isn't aren't wasn't weren't didn't doesn't can't cannot i'd i'll
    we've we're we'd we'll they're they've you're you've you'd he's she's there's what's who's
    let's maybe probably perhaps might shall may must going goes went getting gets gotten done
    having make makes made making said say says saying see seen let lets put keep one's ones able
    always never often sometimes usually once twice ever every each many few lot lots bit little
    big small several already still yet even only though although however because since while
    until before after again back away around through under between within without during against
    another same different first last next own etc per via chuckles laughter laughs thank
    zero two three four five six seven eight nine ten eleven twelve fifteen twenty thirty forty
    fifty hundred thousand half dozen monday tuesday wednesday thursday friday saturday sunday
    mondays tuesdays wednesdays thursdays fridays saturdays sundays january february march april
    june july august september october november december today yesterday tomorrow times people
    thing things stuff someone somebody anyone anybody everybody nobody everything nothing
    mean guess suppose feel felt look looks looking want wants wanted try tried trying come came
    comes coming take takes took taken taking give gives gave given tell tells told ask asks asked
    put find found start started happen happens happened turn turned bring brought whole
    """.split()
)
BANAL = frozenset(
    """
    good great nice love loved like best bad awesome excellent amazing perfect terrible horrible
    awful ok okay cool better worst wonderful fantastic happy fine super product thing things stuff
    lot lots way ways time times bit kind use used using easy work works worked people need want
    everything something anything quite enjoy enjoyed honest nicely enough alright problem issue
    trouble difficulty problems issues e.g i.e ie eg day days week weeks month months year years
    hour hours minute minutes morning evening night sleep asleep
    """.split()
)
"""Words that say how somebody feels, hardly about what."""
_DENIES = re.compile(
    r"^(?:(?:um+|uh+|er+m?|well|oh|hm+|yeah|honestly|actually)[,. …-]+)*"
    r"(?:no\b|nope|nah|not (?:really|at all|that|so|exactly|necessarily|particularly|anymore)\b|"
    r"never\b|i (?:don'?t|do not|didn'?t|wouldn'?t|would not) (?:think|say|believe|feel|call)\b|"
    r"non\b|pas (?:vraiment|du tout)|nein\b|nicht wirklich)",
    re.IGNORECASE,
)
# "It isn't the money": whatever the question was, this is not a reason.
_NOT_THAT = re.compile(
    r"^(?:(?:no|well|oh|honestly)[,. ]+)*(?:it|that|this)(?:['’]s| is| was)?(?: not|n['’]t| never) "
    r"(?:(?:really |so much )?about |(?:really )?(?:the|my|our|a matter of) )[\w'’ ]{1,25}[.!]?$",
    re.IGNORECASE,
)
# "I wouldn't go as far as joy": praise that is held back.
_HOLDS_BACK = re.compile(
    r"\bwould(?:n['’]t| not| never) (?:go (?:as|so|that|quite (?:as|so)) far|say|call)\b",
    re.IGNORECASE,
)
_AGREES = re.compile(
    r"^(?:(?:um+|uh+|well|oh|hm+)[,. …-]+)*(?:yeah|yes|yep|right|exactly|sure|correct|definitely|"
    r"absolutely|totally|true|mhm|i (?:guess|suppose|agree)|oui|sí|si|ja|genau)\b",
    re.IGNORECASE,
)
_STRANGERS = re.compile(
    r"\b(?:(?:some|most|many|lots of|a lot of|other) (?:people|folks|users|customers|companies|"
    r"reviewers)|people|reviews?|the reviews|reviewers|they|somebody|someone|critics|folks)"
    r"(?: online| out there| on the internet)? (?:always |often |just |might |may |will |would )?"
    r"(?:say|says|said|saying|claim|claims|claimed|complain|complains|complained|tell you|"
    r"told me that people)\b",
    re.IGNORECASE,
)
_HEARSAY = re.compile(
    r"\bi(?:'ve| have)? (?:heard|read)(?: online| somewhere| reviews?)?(?: that)?\b", re.IGNORECASE
)
_OWN_SIDE = re.compile(
    r"\b(?:i|me|my|our|us|we|mine|ours)\b|\b(?:team|staff|customers|clients|colleagues?|boss|"
    r"manager|kids|wife|husband)\b",
    re.IGNORECASE,
)
_SUPPOSES = re.compile(
    r"\b(?:if|imagine|suppose|say)\b.{0,80}\b(?:would|could|might|'d)\b|"
    r"\b(?:would|could|might|'d)\b.{0,80}\bif\b",
    re.IGNORECASE | re.DOTALL,
)
_ENDING = re.compile(r"(?:ing|ed|es|s|ly)$")
_LIVED = frozenset({"pain_point", "workaround", "praise"})
_NEVER_ASKED = frozenset({"motivation", "praise", "workaround"})
_TROUBLE = (
    r"(?:problems?|issues?|trouble|worr(?:y|ies|ied)|concern(?:ed)?|hard|difficult|slow|expensive|"
    r"bother(?:s|ed)?|mind|matter|confus(?:ing|ed)|annoy(?:ing|ed|s)|stress(?:ed|ful)?|afraid|"
    r"complain(?:ts?)?|struggle[ds]?|fail(?:s|ed)?|lost|broken?|happened)"
)
_DISMISSES = re.compile(
    r"\b(?:no (?:real |big |major )?(?:problems?|issues?|trouble|complaints?|difficulty|"
    r"difficulties|big deal|concerns?|worries)\b"
    rf"|(?:not|never|hardly|\w+n['’]t) (?:[\w'’]+ ){{0,3}}?{_TROUBLE}\b"
    r"|stay out of it|works? (?:just |perfectly )?fine|\w+(?: "
    r"is| was| are| were|['’]s|['’]d be| would be) (?:just |perfectly |totally )?fine\b"
    r"|\b(?:it|that|this|they)(?:['’]s|['’]re| is| was| are| were) "
    r"(?:(?!not |never |too )\w+ ){0,2}(?:simple|easy|straightforward|painless)\b"
    r"|among(?:st)? themselves|could(?:n['’]t| not) care less)",
    re.IGNORECASE,
)


def words(text: str) -> list[str]:
    """Return the words of a text in lower case, apostrophes straight."""
    return [word.lower() for word in _WORD.findall(text.replace("’", "'"))]


def says_nothing(text: str) -> str | None:
    """Return why a unit can't be evidence of anything, or None where it may be."""
    spoken = words(text)
    if not spoken or not any(c.isalpha() for c in text):
        return "no words"
    if all(word in FILLERS for word in spoken):
        return "filler or an empty answer"
    if _GOODBYES.match(text) and len(spoken) <= 8:
        return "a greeting or thanks"
    return None


def not_their_stance(text: str, context: str, code: str, asked: bool) -> str | None:
    """Return why a code would put words into the speaker's mouth, or None where it would not.

    Args:
        text: What was said.
        context: The question or turn before.
        code: The code to be given.
        asked: The context is somebody else's.
    """
    if code in _NEVER_ASKED and text.rstrip().endswith("?"):
        return "a question"
    if code == "pain_point" and dismisses(text):
        return "says that it is no problem"
    if code == "praise" and _HOLDS_BACK.search(text):
        return "holds the praise back"
    if _NOT_THAT.match(text):
        return "denies what the question suggests"
    if asked and _only_echoes(text, context):
        if _DENIES.match(text):
            return "denies what the question suggests"
        if _AGREES.match(text):
            return "agrees without words of their own"
    if _reports_strangers(text):
        return "what strangers are said to say"
    if code in _LIVED and _SUPPOSES.search(text) and not _happened(text):
        return "a supposition, not an experience"
    return None


def dismisses(text: str) -> bool:
    """Return whether a text says that something is no problem or none of the speaker's business.

    "It's not that it's slow, it loses data" complains after all: a "but" or "it's" after the
    dismissal takes it back.
    """
    found = _DISMISSES.search(text)
    if not found or re.match(r"\s*(?:not just|not only)", text[found.start() :], re.IGNORECASE):
        return False
    return not re.search(r"\b(?:but|except|until|unless|though)\b", text, re.IGNORECASE)


def _only_echoes(text: str, context: str) -> bool:
    """Return whether nearly all content words stand in the question already."""
    own = {w for w in words(text) if w not in COMMON and w not in FILLERS}
    asked = set(words(context))
    stems = {_stem(word) for word in asked}
    fresh = [w for w in own if w not in asked and _stem(w) not in stems]
    return len(fresh) <= (1 if len(own) >= 4 else 0)


def _stem(word: str) -> str:
    return _ENDING.sub("", word)


def _reports_strangers(text: str) -> bool:
    found = _STRANGERS.search(text) or _HEARSAY.search(text)
    if not found:
        return False
    rest = text[: found.start()] + text[found.end() :]
    return not _OWN_SIDE.search(rest)


def _happened(text: str) -> bool:
    """Return whether a past or present event of their own stands beside the supposition."""
    return bool(
        re.search(
            r"\b(?:i|we|it|they) (?:had|have|was|were|did|spent|lost|got|keep|always|never|still)\b"
            r"|\b(?:every (?:day|week|month|time|morning|\w+day)|last (?:week|month|year))\b",
            text,
            re.IGNORECASE,
        )
    )


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """Return a word without its commonest English endings."""
    for ending, least in (("'s", 3), ("ies", 5), ("ing", 6), ("ed", 5), ("es", 5), ("s", 4)):
        if word.endswith(ending) and len(word) >= least and not word.endswith("ss"):
            return word[: -len(ending)] + ("y" if ending == "ies" else "")
    return word.removesuffix("e") if len(word) > 4 else word
