"""Words that change what a sentence says, by language: data, no logic but the look-up.

An operator turns a clause into something its speaker did not assert: it denies it, weakens it,
makes it depend on something or puts it in someone else's mouth. Phrases are matched as whole
words; `*` at the end of a word stands for any ending. Add a language by adding a `Language`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Literal, NamedTuple

Operator = Literal["negation", "denial", "hedge", "condition", "report", "wish", "contrast"]


class Language(NamedTuple):
    """One language's operators; each string is a `|`-separated list of phrases."""

    common: str
    """Words so common that they tell the language."""
    operators: dict[Operator, str]
    subjects: str
    """Words that open a clause of its own after "and"."""
    joins: str
    """Words that add a free clause: and, so, then."""
    reasons: str
    """Words that add a reason and leave the clause before them standing."""


_ENGLISH = Language(
    common="the|and|to|of|it|is|that|i|you|we|was|for|in|on|my|but|have|with|not|this|they|a",
    operators={
        "negation": (
            "not|*n't|no|never|none|nobody|nothing|nowhere|neither|nor|without|hardly|barely|"
            "scarcely|rarely|seldom|cannot|dont|doesnt|didnt|cant|wont|wouldnt|couldnt|shouldnt|"
            "isnt|arent|wasnt|werent|havent|hasnt|hadnt|aint|nope|nah|kidding|joking"
        ),
        "denial": (
            "lack*|fail|fails|failed|failing|"
            "unable|impossible|instead of|rather than|far from|anything but|less|least|stop|"
            "stopped|stops|stopping|avoid*|refuse|refused|refuses|deny|denied|denies|doubt*|"
            "wrong|false|untrue|incorrect|lie|myth|disagree*|unlikely|prevent*|too|few|"
            "little|sarcas*|anymore"
        ),
        "hedge": (
            "maybe|perhaps|probably|possibly|potentially|presumably|apparently|seemingly|"
            "supposedly|allegedly|arguably|conceivably|sometimes|occasionally|often|usually|mostly|"
            "generally|typically|normally|largely|partly|kind of|kinda|sort of|sorta|a bit|"
            "somewhat|almost|nearly|practically|virtually|roughly|approximately|i guess|guess|"
            "guessing|i think|think|thinking|thought|suppose*|believe|believed|believes|believing|"
            "feel like|felt like|feels like|i feel|i felt|imagine*|assume*|assuming|assumption|"
            "suspect*|seem|seems|seemed|appear|appears|appeared|might|may|could|should|would|"
            "*'d|hopefully|in theory|theoretically|on paper|as far as|more or less|at least|"
            "at most|or so|or something|or whatever|or thereabouts|give or take|tend|tends|tended|"
            "as if|as though|likely|sure whether|certain whether|unsure|wonder*|"
            "in a way|in a sense|to some extent|some extent|so-called|so called|for the most part|"
            "in principle|up to a point|only|merely|used to|at first|initially|looks like|"
            "sounds like|i'd say|let's say|can be|my guess|my impression|in my opinion|"
            "to me|for me|personally|from what i|if anything|most of the time|some of the time|"
            "half the time|most days|so far|for now|at the moment|for the moment|on a good day|"
            "now and then|once in a while|from time to time|to a degree"
        ),
        "condition": (
            "if|unless|whether|when|whenever|until|till|once|as long as|so long as|provided|"
            "providing|in case|otherwise|depending|depends|depend|except*|apart from|"
            "aside from|other than|were it|should you|should it|had it|had i|had we|were we|were i|"
            "given that|as soon as|where possible|subject to|say it"
        ),
        "report": (
            "say|says|said|saying|tell|tells|told|telling|claim*|argue|argues|argued|arguing|"
            "insist*|suggest*|mention*|complain*|according to|hear|heard|hears|rumour*|rumor*|"
            "was like|were like|is like|am like|are like|i'm like|he's like|she's like|"
            "they're like|"
            "be like|all like|goes|ask|asks|asked|asking|promis*|announce*|warn|warns|warned|"
            "report|reports|reported|write|writes|wrote|written|read|reads|the idea|the notion|"
            "the argument|called|known as|advertis*|marketed|sold as|convinced|persuad*|swear|"
            "swears|swore|thinks|deems|states|stated|denies|admits|admitted|reckon*|figure|"
            "figured|figures|quote|quotes|quoted|pretend*|joke|joked|jokes"
        ),
        "wish": (
            "wish*|hope|hoped|hopes|hoping|want|wants|wanted|wanting|need|needs|needed|expect*|"
            "plan|plans|planned|planning|try|tries|tried|trying|would like|supposed to|meant to|"
            "going to|gonna|dream|dreamed|ideally|want it|must|ought"
        ),
        "contrast": (
            "but|however|although|though|yet|except|instead|nevertheless|nonetheless|still|"
            "actually|unfortunately|on the other hand|that said|then again|unlike|despite|whereas|"
            "while|rather"
        ),
    },
    subjects=(
        "i|we|you|he|she|it|they|there|that's|it's|i'm|we're|you're|they're|he's|she's|i've|we've|"
        "there's|this|that|i'll|we'll|it'll|they'll|everyone|everybody"
    ),
    joins="and|so|then|plus|but|yet",
    reasons="because|since|cause|'cause|cuz|as|so|and|then|plus",
)

_FRENCH = Language(
    common="le|la|les|des|est|une|et|je|que|pas|pour|dans|qui|sur|avec|mais|c'est|il|du|on|ce|nous",
    operators={
        "negation": (
            "ne|n'*|pas|jamais|rien|personne|aucun*|ni|sans|non|guère|nulle|nul|impossible|"
            "plutôt que|au lieu|moins|trop|faux|qu'*n'est"
        ),
        "hedge": (
            "peut-être|peut être|probablement|sans doute|presque|parfois|environ|plutôt|je pense|"
            "pense|penses|pensais|crois|croyais|suppose|imagine|semble|semblait|paraît|on dirait|"
            "apparemment|souvent|quasiment|à peu près|un peu|pourrait|devrait|serait|aurait|"
            "j'aimerais|éventuellement|en théorie|normalement|l'impression|seulement|au moins"
        ),
        "condition": "si|s'il|s'ils|sauf|à moins|quand|lorsque|lorsqu'*|tant que|dès que|selon que",
        "report": (
            "dit|dis|disent|disait|disaient|selon|d'après|prétend*|affirme*|raconte*|demande|"
            "demandé|expliqué|explique|il paraît|entendu"
        ),
        "wish": "veux|voudrais|voulais|espère|espérais|souhaite*|faudrait|faut|besoin|essaie*",
        "contrast": "mais|cependant|pourtant|toutefois|sauf|alors que|bien que|quoique|par contre",
    },
    subjects="je|j'ai|tu|il|elle|on|nous|vous|ils|elles|c'est|ça|cela|il y a",
    joins="et|donc|alors|puis|mais",
    reasons="parce|car|puisque|comme|donc|et",
)

_SPANISH = Language(
    common="el|la|los|las|es|que|de|y|en|un|una|por|con|para|pero|me|se|lo|muy|más|del|porque",
    operators={
        "negation": (
            "no|nunca|jamás|nada|nadie|ningún|ninguna|ninguno|tampoco|ni|sin|apenas|imposible|"
            "en vez de|en lugar de|menos|demasiado|falso"
        ),
        "hedge": (
            "quizá|quizás|tal vez|probablemente|posiblemente|creo|creía|supongo|pienso|pensaba|"
            "parece|parecía|a veces|casi|aproximadamente|más o menos|al parecer|generalmente|"
            "normalmente|suele|suelen|podría|debería|sería|habría|imagino|a lo mejor|en teoría|"
            "un poco|solo|sólo|al menos"
        ),
        "condition": "si|a menos|salvo|excepto|cuando|mientras|hasta que|siempre que|en caso",
        "report": (
            "dice|dicen|dijo|dijeron|decía|decían|según|afirma*|cuenta|cuentan|pregunt*|"
            "sostiene|asegura*|comenta*|he oído"
        ),
        "wish": "quiero|quería|quisiera|espero|esperaba|ojalá|gustaría|necesito|intento|intenta",
        "contrast": "pero|sin embargo|aunque|excepto|salvo|en cambio|no obstante|mientras que",
    },
    subjects="yo|tú|él|ella|nosotros|ustedes|ellos|ellas|eso|esto|es|hay|me|se",
    joins="y|e|así|entonces|luego|pero",
    reasons="porque|ya|pues|como|y",
)

_GERMAN = Language(
    common="der|die|das|und|ist|nicht|ich|ein|eine|zu|mit|wir|es|für|auf|sich|den|auch|dass|aber",
    operators={
        "negation": (
            "nicht|kein*|nie|niemals|nichts|niemand*|nirgends|ohne|weder|noch|kaum|nein|statt|"
            "anstatt|unmöglich|zu|weniger|falsch|wenig"
        ),
        "hedge": (
            "vielleicht|wahrscheinlich|vermutlich|wohl|eventuell|möglicherweise|glaube|glaubte|"
            "denke|dachte|finde|meine|manchmal|fast|beinahe|ungefähr|etwa|circa|ca|scheint|schien|"
            "könnte*|würde*|sollte*|dürfte*|hätte*|wäre*|eigentlich|angeblich|meistens|"
            "normalerweise|oft|irgendwie|nehme an|theoretisch|nur|mindestens|höchstens|soll"
        ),
        "condition": "wenn|falls|sofern|ob|außer|solange|sobald|bis|es sei denn|vorausgesetzt",
        "report": (
            "sagt|sagte|sagten|sagen|gesagt|meint|meinte|meinen|behaupt*|laut|angeblich|erzähl*|"
            "fragt|fragte|gehört|heißt es|zufolge"
        ),
        "wish": "will|wollte*|möchte*|hoffe|hoffte|wünsch*|brauche|versuch*|müsste*",
        "contrast": "aber|jedoch|allerdings|obwohl|trotzdem|sondern|doch|dennoch|während",
    },
    subjects="ich|du|er|sie|es|wir|ihr|man|das|da",
    joins="und|also|dann|aber",
    reasons="weil|denn|da|und|also",
)

LANGUAGES: dict[str, Language] = {
    "en": _ENGLISH,
    "fr": _FRENCH,
    "es": _SPANISH,
    "de": _GERMAN,
}

# Operators only where they stand next to the quoted words: "about | 40", "almost | finished".
BESIDE: dict[str, frozenset[str]] = {
    "en": frozenset(
        "about around over under up only just quite almost nearly too approximately roughly some "
        "non anti ex former so-called least most than minus half quarter double twice".split()
    ),
    "fr": frozenset("presque environ quasi trop moins plus seulement ex non".split()),
    "es": frozenset("casi unos unas solo sólo menos más demasiado ex no".split()),
    "de": frozenset("fast beinahe etwa circa ca nur zu ungefähr kaum ex nicht".split()),
}
# Further away than a word or two, these belong to another phrase.
ONLY_NEXT_TO = frozenset({"too", "less", "least", "few", "little", "only", "zu", "moins", "menos"})

MAGNITUDES = frozenset(
    "percent per cent hundred thousand million billion trillion dozen k m bn grand percentage "
    "% ‰ $ € £ ¥ ° seconds second minutes minute hours hour days day weeks week months month "
    "years year times euros euro dollars dollar bucks pounds pound cents gb mb tb kb km kg "
    "cm mm miles mile metres meters am pm stars star point".split()
)
NUMBER_WORDS = frozenset(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety "
    "hundred thousand million billion dozen half quarter third couple".split()
)
DATE_WORDS = frozenset(
    "january february march april may june july august september october november december monday "
    "tuesday wednesday thursday friday saturday sunday".split()
)

AFTERTHOUGHT = re.compile(
    r"(?:(?:or|well|but|and|yeah|no|so|just|like|then)\W+)*"
    r"(?:not(?: really| exactly| quite| anymore| yet| always)?|never|i guess|i think|i suppose|"
    r"maybe|probably|perhaps|possibly|hopefully|supposedly|allegedly|"
    r"apparently|kidding|joking|sort of|kind of|kinda|almost|sometimes|mostly|usually|in theory|"
    r"on paper|yeah right|or something|as if|said no one ever|"
    r"(?:so )?(?:they|he|she|people|i'm|i was|we were) (?:say|says|said|claims?|claimed|told)|"
    r"if that|if you ask me|at least in theory|"
    r"pas vraiment|peut-être|je crois|no creo|creo|tal vez|vielleicht|glaube ich|nicht wirklich)"
    r"\W*"
)
"""A sentence that is nothing but an operator belongs to the one before it: "It works. I guess." """


@cache
def _patterns(language: str) -> dict[Operator, re.Pattern[str]]:
    table = LANGUAGES[language].operators
    return {name: _phrases(phrases.split("|")) for name, phrases in table.items()}


def _phrases(phrases: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern over words joined by single spaces, with a space at both ends."""
    longest_first = sorted(phrases, key=len, reverse=True)
    bodies = (re.escape(p).replace(r"\*", r"[^ ]*") for p in longest_first)
    return re.compile(rf"(?<= )(?:{'|'.join(bodies)})(?= )")


@cache
def word_set(
    language: str, name: Literal["common", "subjects", "joins", "reasons"]
) -> frozenset[str]:
    """Return one of a language's word lists."""
    phrases: str = getattr(LANGUAGES[language], name)
    return frozenset(phrases.split("|"))


def guess_language(words: Sequence[str]) -> str:
    """Return the language whose common words stand most often in the list; English on a tie."""
    votes = {name: sum(map(word_set(name, "common").__contains__, words)) for name in LANGUAGES}
    best = max(votes, key=lambda name: votes[name])
    return best if votes[best] > votes["en"] else "en"


class Found(NamedTuple):
    """An operator in a list of words."""

    operator: Operator
    phrase: str
    first: int
    """Place of its first word in the list."""
    last: int
    """Place of its last word."""


def find_operators(words: Sequence[str], language: str = "en") -> list[Found]:
    """Return the operators among lower-case words, in order of place."""
    line = f" {' '.join(words)} "
    found = []
    for name, pattern in _patterns(language).items():
        for match in pattern.finditer(line):
            first = line.count(" ", 0, match.start()) - 1
            phrase = match.group()
            found.append(Found(name, phrase, first, first + phrase.count(" ")))
    return sorted(found, key=lambda f: (f.first, f.operator))
