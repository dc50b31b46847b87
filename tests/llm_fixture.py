"""A small invented study on disk, and a model that answers from rules, over a real server."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from personagen.chatmodel import ModelSettings
from personagen.llm.options import LlmOptions
from personagen.study import Study
from tests.model_server import Handler, user_text

MARTA = """\
Interviewer: How do you close the month?
Marta Reyes: I spend every Friday matching invoices by hand. It takes four hours and I hate it.
Interviewer: What would you change?
Marta Reyes: I wish the export to Excel worked on long lists. It breaks every time.
Interviewer: What keeps you from switching?
Marta Reyes: The price is too high for our small team. I love the reminders though.
"""
JONAS = """\
Interviewer: How do you close the month?
Jonas Weber: Matching invoices by hand eats up my whole Friday. I want my weekends back.
Interviewer: And the export?
Jonas Weber: The export breaks on long lists so I copy everything by hand into my own sheet.
Interviewer: Would you pay for help?
Jonas Weber: It is too expensive for a small team like ours. The reminders are great.
"""
REVIEWS = """\
author,rating,text
Ana Lopez,2,The export breaks on long lists and support never answers.
Bo Chen,1,Too expensive for a small team.
Cy Young,4,I love the reminders. They save me every month.
Di Marsh,2,Matching invoices by hand takes hours every Friday.
Ed Stone,3,I wish there was a dark mode.
Flo Kern,2,The export to Excel breaks whenever lists are long.
Gil Amos,5,Reminders are great and setup was easy.
Hal Finch,1,The price is too high for us.
Ida Crane,3,I copy everything by hand into my own sheet.
Jo Birch,2,I spend hours matching invoices by hand.
"""
CUES = {
    "pain_point": ("breaks", "hours", "eats up", "hate"),
    "objection": ("price", "expensive"),
    "praise": ("love", "great", "easy"),
    "feature_request": ("wish",),
    "motivation": ("want",),
    "workaround": ("copy",),
}


def write_study(folder: Path, **options) -> Path:
    """Import two interviews and ten reviews into a new study."""
    files = folder.parent / f"{folder.name}-files"
    files.mkdir()
    (files / "marta.txt").write_text(MARTA)
    (files / "jonas.txt").write_text(JONAS)
    (files / "reviews.csv").write_text(REVIEWS)
    with Study.create(folder) as study:
        study.import_files([files], **options)
    (folder / "study.toml").write_text(
        '[study]\nquestion = "What costs Marta Reyes her Fridays?"\n'
        '[product]\nname = "Ledgerly"\ndoes = ["Matches invoices to payments"]\nproof = []\n'
    )
    return folder


def options(server, **more) -> LlmOptions:
    settings = {"model": "openai:gpt-4o", "base_url": server.url, "retries": 0, "timeout": 20}
    kept = {k: more.pop(k) for k in list(more) if k in ModelSettings.model_fields}
    return LlmOptions(settings=ModelSettings(**{**settings, **kept}), **more)


def asked_for(body: dict[str, Any]) -> str:
    """Return the name of the shape that a request asks for."""
    if "tools" in body:
        return body["tools"][0]["function"]["name"]
    return body["response_format"]["json_schema"]["name"]


def said(body: dict[str, Any]) -> str:
    """Return what stands between the markers."""
    return re.search(r"<said>\n(.*?)\n</said>", user_text(body), re.DOTALL).group(1)


def good_model(handler: Handler, body: dict[str, Any]) -> None:
    """Answer as a careful model would, by rules."""
    handler.say(careful_answer(body), body)


def careful_answer(body: dict[str, Any]) -> dict[str, Any]:
    match asked_for(body):
        case "CodedSentences":
            return {"coded": [] if "Coded so far" in user_text(body) else list(_coded(said(body)))}
        case "ThemeLabel":
            first = _excerpts(body)[0].rstrip(".")
            label = " ".join(first.split()[:9])
            return {"label": label, "definition": first + ".", "criterion": first + "."}
        case "SameThemes":
            return {"same": []}
        case "Opposing":
            return {"against": [1]}
        case "Sentence":
            return {"text": _excerpts(body)[0]}
        case "Summary":
            return {"sentences": [{"text": _excerpts(body)[0], "rests_on": [1]}]}
    raise AssertionError(json.dumps(body)[:300])


def _excerpts(body: dict[str, Any]) -> list[str]:
    return [line.strip(" -") for line in said(body).splitlines() if line.strip().startswith("- ")]


def _coded(text: str):
    turn = 0
    for line in text.splitlines():
        if head := re.match(r"Turn (\d+)", line):
            turn = int(head.group(1))
        elif sentence := re.match(r"\s+\[(\d+)\] (.*)", line):
            number = int(sentence.group(1))
            for code, cues in CUES.items():
                if any(cue in sentence.group(2) for cue in cues):
                    place = {"turn": turn, "first_sentence": number, "last_sentence": number}
                    yield {**place, "code": code, "intensity": 2}
                    break
