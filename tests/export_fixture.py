"""An invented study for the tests of `personagen.export`: a stock-taking tool for small breweries.

Written by hand, so that every number in the documents can be counted here. Excerpts are cut from
the sources below by address; none is typed twice.
"""

from __future__ import annotations

from datetime import UTC, datetime

from personagen.models import (
    Claim,
    ClaimType,
    CodebookEntry,
    DocumentProvenance,
    Evidence,
    Excerpt,
    Insight,
    JourneyStage,
    Message,
    Participant,
    Persona,
    Product,
    Provenance,
    ReviewEvent,
    Run,
    Skipped,
    Source,
    Stability,
    Status,
    StudyDocument,
    StudyQuestion,
    Theme,
    Unknown,
    Utterance,
)

AT = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
BY = Provenance(analyst="extractive", model="encoder-1f2e", at=AT)

HOSTILE = (
    "<script>alert(1)</script> is what your search box did with my malt name, "
    "see [this](javascript:alert(2)) & <b>fix</b> it."
)
INTERVIEWS: dict[str, list[tuple[str, str]]] = {
    "P01": [
        ("interviewer", "What does the last week of a month look like for you?"),
        (
            "P01",
            "I run the brewhouse, so I count kegs on a Sunday night with a torch. "
            "By ten I have lost track twice. Honestly I just want my Sundays back.",
        ),
        ("interviewer", "And what do you count with?"),
        (
            "P01",
            "A clipboard, and then I type it into the spreadsheet. "
            "So I keep a photo of every page, because the sheet forgets.",
        ),
        ("interviewer", "Some people say that an app would do it all. What do you make of that?"),
        (
            "P01",
            "My cellar has no signal, so an app is no use to me down there. "
            "I heard of yours from the maltster's newsletter after a bad audit.",
        ),
    ],
    "P02": [
        ("interviewer", "Tell me about the last stock-take."),
        (
            "P02",
            "I'm head brewer. The numbers never match what the taproom sold. "
            "We were forty litres out and I got the blame.",
        ),
        ("interviewer", "What would good look like?"),
        (
            "P02",
            "One number that everybody believes. I want my evenings for brewing, not counting. "
            "To be fair the spreadsheet has never gone down on us.",
        ),
        ("interviewer", "Would you pay for a tool?"),
        (
            "P02",
            "I would have to ask the owner for anything over fifty pounds. "
            "Nobody on my shift will open another app, I promise you.",
        ),
    ],
    "P03": [
        ("interviewer", "What is hard about counting?"),
        (
            "P03",
            "Kegs come back half full and nobody writes it down.\n"
            "So the numbers never match, and my boss said \"we count again\".",
        ),
        ("interviewer", "How did you try tools before?"),
        (
            "P03",
            "We did a free trial for one month and I liked that it printed labels. "
            "I'd be happy with an app if it just worked offline.",
        ),
    ],
    "P04": [
        ("interviewer", "You own the place. What do you look at?"),
        (
            "P04",
            "I own it and I sign for everything. I look at duty, because the tax office does. "
            "If the duty return is wrong it is my licence.",
        ),
        ("interviewer", "What would stop you?"),
        (
            "P04",
            "If I can't get my data out again, I'm not putting it in. "
            "I read the trade magazine and I ask the brewery down the road.",
        ),
    ],
    "P05": [
        ("interviewer", "What do you worry about?"),
        (
            "P05",
            "Duty. We under-declared once and it cost us four thousand. "
            "I decide what we buy, and I count it as good when the accountant stops ringing.",
        ),
        ("interviewer", "Do you fear being locked in?"),
        ("P05", "Not really, you can always export a file. I want to sleep before the return."),
    ],
    "P06": [
        ("interviewer", "How do you do the duty return?"),
        (
            "P06",
            "I copy figures from three places the night before, and I am never sure. "
            "I would want my data out before I ever put it in.",
        ),
    ],
}  # fmt: skip
REVIEWS = {
    "P07": "Counting is quick now, but the numbers never match after a return.",
    "P08": HOSTILE,
    "P09": '=HYPERLINK("http://example.test","free") is how my export begins, please fix.',
}
TICKETS = {"P10": "The duty report is wrong again and the return is due on Friday."}


def _interview(person: str, turns: list[tuple[str, str]]) -> Source:
    utterances = tuple(
        Utterance(
            id=f"u-{person}-{number}",
            speaker=person if who == person else "[interviewer]",
            role="participant" if who == person else "interviewer",
            text=text,
            t_start=95.0 * number,
            participant=person if who == person else None,
        )
        for number, (who, text) in enumerate(turns)
    )
    return Source(
        id=f"s-{person}", path=f"call-{person}.vtt", kind="interview", reader="vtt",
        sha256=person.lower() * 32, lang="en", utterances=utterances,
    )  # fmt: skip


def _table(name: str, kind: str, rows: dict[str, str], context: str) -> Source:
    utterances = tuple(
        Utterance(
            id=f"u-{person}-0", speaker=person, role="participant", text=text, participant=person,
            context=context, record=f"{name}-{number}", date="2026-10-14",
        )
        for number, (person, text) in enumerate(rows.items())
    )  # fmt: skip
    return Source.model_validate(
        dict(id=f"s-{name}", path=f"{name}.csv", kind=kind, reader="csv", sha256="ab" * 32,
             lang="en", utterances=utterances)
    )  # fmt: skip


SOURCES = (
    *(_interview(person, turns) for person, turns in INTERVIEWS.items()),
    _table("reviews", "review", REVIEWS, ""),
    _table("tickets", "ticket", TICKETS, 'What is the matter, and how "urgent" is it?'),
)


def evidence(person: str, words: str) -> Evidence:
    """Return the excerpt of a participant that reads `words`, cut from where it stands."""
    for source in SOURCES:
        for utterance in source.utterances:
            start = utterance.text.find(words)
            if utterance.participant == person and start >= 0:
                end = start + len(words)
                return Evidence(
                    source=source.id, utterance=utterance.id, start=start, end=end,
                    quote=utterance.text[start:end], speaker=person, role="participant",
                    t_start=utterance.t_start, participant=person,
                )  # fmt: skip
    raise LookupError(f"{person} does not say {words!r}")


def claim(
    id: str,
    type: ClaimType,
    text: str,
    supports: list[tuple[str, str]],
    opposes: list[tuple[str, str]] | None = None,
    status: Status = "suggested",
) -> Claim:
    found = tuple(evidence(*item) for item in supports)
    people = tuple(dict.fromkeys(item.participant for item in found))
    kinds = [source.kind for item in found for source in SOURCES if source.id == item.source]
    return Claim(
        id=f"clm_{id}", type=type, theme=f"thm_{id}" if type in CODES else None, text=text,
        supports=found, opposes=tuple(evidence(*item) for item in opposes or []),
        participants=people, n=len(people), of=10, interval=(len(people) / 20, len(people) / 10),
        sources={kind: kinds.count(kind) for kind in sorted(set(kinds))},
        age="2026-10-14" if "review" in kinds else None, status=status, provenance=BY,
    )  # fmt: skip


CODES = ("pain_point", "motivation", "objection", "praise", "feature_request", "workaround")
CLAIMS = (
    claim("sundays", "motivation", "Wants evenings and Sundays back", [
        ("P01", "Honestly I just want my Sundays back."),
        ("P02", "I want my evenings for brewing, not counting."),
        ("P05", "I want to sleep before the return."),
    ], status="accepted"),
    claim("onenumber", "goal", "One number that everybody believes", [
        ("P02", "One number that everybody believes."),
    ]),
    claim("mismatch", "pain_point", "The numbers never match", [
        ("P02", "The numbers never match what the taproom sold."),
        ("P03", "So the numbers never match, and my boss said \"we count again\"."),
        ("P01", "By ten I have lost track twice."),
        ("P07", "the numbers never match after a return"),
    ], [("P02", "To be fair the spreadsheet has never gone down on us.")]),
    claim("photo", "workaround", "Keeps photographs of the count", [
        ("P01", "So I keep a photo of every page, because the sheet forgets."),
    ]),
    claim("app", "objection",
          "Fears “another app” that “Nobody on my shift will open another app, I promise you.”", [
        ("P02", "Nobody on my shift will open another app, I promise you."),
        ("P01", "My cellar has no signal, so an app is no use to me down there."),
    ], [("P03", "I'd be happy with an app if it just worked offline.")]),
    claim("labels", "praise", "Likes printed labels", [("P03", "I liked that it printed labels.")]),
    claim("search", "feature_request", "A search that takes any name", [("P08", HOSTILE)]),
    claim("rejected", "objection", "A line that a person threw out", [
        ("P03", "We did a free trial for one month"),
    ], status="rejected"),
    claim("audit", "trigger", "A bad audit", [
        ("P01", "I heard of yours from the maltster's newsletter after a bad audit."),
    ]),
    claim("newsletter", "channel", "The maltster's newsletter", [
        ("P01", "I heard of yours from the maltster's newsletter after a bad audit."),
    ]),
    claim("trial", "journey", "Tries it for a month", [
        ("P03", "We did a free trial for one month and I liked that it printed labels."),
    ]),
    claim("brewer", "role", "head brewer", [("P02", "I'm head brewer.")]),
    claim("sheet", "tool", "a spreadsheet", [
        ("P01", "A clipboard, and then I type it into the spreadsheet."),
        ("P02", "To be fair the spreadsheet has never gone down on us."),
    ]),
    claim("duty", "pain_point", "The duty return may be wrong", [
        ("P05", "We under-declared once and it cost us four thousand."),
        ("P04", "If the duty return is wrong it is my licence."),
        ("P06", "I copy figures from three places the night before, and I am never sure."),
        ("P10", "The duty report is wrong again and the return is due on Friday."),
    ]),
    claim("lockin", "objection", "Fears not getting the data out again", [
        ("P04", "If I can't get my data out again, I'm not putting it in."),
        ("P06", "I would want my data out before I ever put it in."),
    ], [("P05", "Not really, you can always export a file.")], status="edited"),
    claim("owner", "role", "owner", [("P04", "I own it and I sign for everything.")]),
    claim("signs", "decision_power", "Signs for everything", [
        ("P04", "I own it and I sign for everything."),
        ("P05", "I decide what we buy, and I count it as good when the accountant stops ringing."),
    ]),
    claim("ringing", "success_measure", "The accountant stops ringing", [
        ("P05", "I decide what we buy, and I count it as good when the accountant stops ringing."),
    ]),
    claim("magazine", "channel", "The trade magazine", [
        ("P04", "I read the trade magazine and I ask the brewery down the road."),
    ]),
)  # fmt: skip

INTENSITY = {"clm_mismatch": 3, "clm_duty": 3, "clm_sundays": 2}
INSIGHTS = tuple(
    Insight(
        id=f"ins_{made.id[4:]}_{number}", code=made.type, participant=item.participant,
        excerpt=Excerpt.model_validate(
            item.model_dump(exclude={"participant"})
        ),
        statement=item.quote, intensity=INTENSITY.get(made.id, 1), score=0.875, quotable=True,
        status="rejected" if made.status == "rejected" else "suggested", provenance=BY,
    )
    for made in CLAIMS if made.type in CODES
    for number, item in enumerate(made.supports)
)  # fmt: skip
THEMES = tuple(
    Theme(
        id=f"thm_{made.id[4:]}", code=made.type, label=made.text.replace("“", "").replace("”", ""),
        definition=f"What participants say of this: {made.text.lower()}",
        criterion="Says so in their own words.",
        insights=tuple(i.id for i in INSIGHTS if i.id.startswith(f"ins_{made.id[4:]}_")),
        participants=made.participants, n=made.n, of=10, interval=made.interval,
        status="rejected" if made.status == "rejected" else "suggested", provenance=BY,
    )
    for made in CLAIMS if made.type in CODES
)  # fmt: skip

BREWER = Persona(
    id="per_brewer", name="Head Brewer Harper", kind="influencer", version=2,
    supersedes="per_brewer@1", summary="Counts what was brewed, and is blamed when it is not there",
    participants=("P01", "P02", "P03"), assigned={"review": 2, "ticket": 1},
    fields={
        "goals": ("clm_onenumber",), "motivations": ("clm_sundays",),
        "pain_points": ("clm_mismatch",), "workarounds": ("clm_photo",),
        "objections": ("clm_app", "clm_rejected"), "praise": ("clm_labels",),
        "feature_requests": ("clm_search",), "triggers": ("clm_audit",),
        "channels": ("clm_newsletter",), "content_formats": (), "tools": ("clm_sheet",),
        "roles": ("clm_brewer",), "decision_power": (), "success_measures": (), "vocabulary": (),
    },
    journey=(
        JourneyStage(stage="awareness", happens=("clm_audit",), where=("clm_newsletter",)),
        JourneyStage(stage="consideration", happens=("clm_trial",), feels=()),
    ),
    quotes=(evidence("P01", "Honestly I just want my Sundays back."),),
    unknown=(
        Unknown(field="firmographics", ask_next="How many people work here, and who is \"staff\"?"),
        Unknown(field="decision_power", ask_next="Who signs, and up to what amount?"),
        Unknown(field="journey_decision", ask_next="Tell me about the day it was approved."),
    ),
    priority=1,
    stability=Stability(survival=0.94, resamples=100, groups=2, least_typical="P03"),
)  # fmt: skip
OWNER = Persona(
    id="per_owner", name="Owner Oakley", kind="decision_maker", version=1,
    summary="Answers for the duty, and signs for the tools", participants=("P04", "P05", "P06"),
    fields={
        "motivations": ("clm_sundays",), "pain_points": ("clm_duty",),
        "objections": ("clm_lockin",), "decision_power": ("clm_signs",),
        "success_measures": ("clm_ringing",), "channels": ("clm_magazine",),
        "roles": ("clm_owner",),
    },
    unknown=(Unknown(field="tools", ask_next="What do you open first on the day of the return?"),),
    priority=2, notes=("Rests on three people: a draft to test, not a finding",),
)  # fmt: skip

MESSAGES = (
    Message(
        id="msg_value", persona="per_brewer", kind="value_proposition",
        text="For whoever counts kegs on a Sunday: “One number that everybody believes.”",
        claims=("clm_onenumber", "clm_sundays"), product_facts=("counts kegs by weight",),
    ),
    Message(
        id="msg_app", persona="per_brewer", kind="objection_answer",
        text="[needs a product fact: does it work without a signal?]", claims=("clm_app",),
    ),
    Message(
        id="msg_subject", persona="per_brewer", kind="subject_line", stage="awareness",
        text="Forty litres out again?", claims=("clm_mismatch",), status="accepted",
    ),
    Message(
        id="msg_gone", persona="per_brewer", kind="ad", stage="use",
        text="A line that a person threw out too", claims=("clm_app",), status="rejected",
    ),
    Message(
        id="msg_owner", persona="per_owner", kind="value_proposition",
        text="Sleep before the return. [needs a product fact: what proves the figure right?]",
        claims=("clm_duty",),
    ),
)  # fmt: skip


def study() -> StudyDocument:
    """Return the invented study: 6 interviews, 3 reviews, 1 ticket, 2 personas."""
    kinds = {"P07": "author", "P08": "author", "P09": "author", "P10": "requester"}
    return StudyDocument(
        study=StudyQuestion(question='What does a stock-take cost, and what is "good enough"?'),
        product=Product(name="Kegwise", does=("counts kegs by weight",)),
        participants=tuple(
            Participant.model_validate(
                {"id": f"P{n:02}", "kind": kinds.get(f"P{n:02}", "interviewee")}
            )
            for n in range(1, 11)
        ),
        sources=SOURCES,
        codebook=tuple(
            CodebookEntry(code=code, definition=f"the unit shows {code.replace('_', ' ')}")
            for code in CODES
        ),
        insights=INSIGHTS,
        themes=THEMES,
        claims=CLAIMS,
        personas=(BREWER, OWNER),
        messages=MESSAGES,
        skipped=(
            Skipped(what="answer", where="reviews.csv, row 7", why='says only "n/a"'),
            Skipped(what="sentence", where="call-P01.vtt, 00:01:35", why="too short to code"),
        ),
        provenance=DocumentProvenance(
            analyst="extractive", model="encoder-1f2e", personagen_version="0.1.0", at=AT
        ),
        reviews=(
            ReviewEvent(id=1, at=AT, by="Ana", action="accept", target="clm_sundays"),
            ReviewEvent(id=2, at=AT, by="Ana", action="reject", target="clm_rejected"),
        ),
        runs=(Run(id="run_1", at=AT, analyst="extractive", seconds=4.2, counts={"claims": 19}),),
    )
