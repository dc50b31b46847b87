"""Speech-to-text JSON: Whisper, Deepgram, AssemblyAI, Rev, Fireflies, AWS, Google, Azure, Zoom."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from itertools import chain
from typing import Any

from personagen.reading.captions import NO_SPEAKERS, without_faults
from personagen.reading.clock import CLOCK, seconds
from personagen.reading.files import Format, Parsed, RawFile
from personagen.reading.turns import Cue, merge

_TICKS = 1e7
"""Azure counts 100 nanoseconds."""


def _sniff(file: RawFile) -> bool:
    return file.json is not None and _shape(file.json) is not None


def _parse(file: RawFile) -> Parsed:
    shape = _shape(file.json or ())
    assert shape is not None
    document, reader = shape
    cues, doubts = without_faults([cue for cue in reader(document) if cue.text.strip()])
    utterances = merge(cues)
    if not utterances:
        raise file.refuse("the transcription holds no words", "Export it again.")
    named = any(u.speaker for u in utterances)
    warnings = [*file.decoded.warnings, *doubts] + ([] if named else [NO_SPEAKERS])
    return Parsed("speech-json", "interview", utterances, len(cues), warnings, speech=named)


def _shape(
    documents: tuple[Any, ...],
) -> tuple[Any, Callable[[Any], list[Cue]]] | None:
    """Return the transcription in the file and the reader of its vendor."""
    if len(documents) != 1:
        return None
    document = documents[0]
    for wrap in ("data", "transcript", "transcripts"):
        inner = document.get(wrap) if isinstance(document, dict) else None
        if (
            isinstance(inner, list)
            and inner
            and isinstance(inner[0], dict)
            and "sentences" in inner[0]
        ):
            inner = inner[0]
        if isinstance(inner, dict):
            document = inner
    if isinstance(document, list):
        sentences = document and all(
            isinstance(s, dict) and "speaker_name" in s and "text" in s for s in document
        )
        return ({"sentences": document}, _fireflies) if sentences else None
    if not isinstance(document, dict):
        return None
    for has, reader in _VENDORS:
        if has(document):
            return document, reader
    return None


def _list(value: Any, key: str) -> list[dict[str, Any]]:
    found = value.get(key) if isinstance(value, dict) else None
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _has(value: Any, *keys: str) -> bool:
    return isinstance(value, dict) and all(key in value for key in keys)


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or value is None:
        return None
    try:
        return float(str(value).rstrip("s"))
    except ValueError:
        return None


def _label(value: Any) -> str:
    """Numbers and single letters are no names: `Speaker 0`."""
    if value is None or isinstance(value, bool) or value == "":
        return ""
    text = str(value).strip()
    return f"Speaker {text}" if re.fullmatch(r"\d+|[A-Z]", text) else text


def _segments(
    items: Iterable[dict[str, Any]],
    text: str,
    speaker: str,
    start: str,
    end: str,
    unit: float = 1.0,
) -> list[Cue]:
    cues = []
    for at, item in enumerate(items):
        begin, stop = _number(item.get(start)), _number(item.get(end))
        words = " ".join(str(item.get(text) or "").split())
        cues.append(
            Cue(
                _label(item.get(speaker)),
                words,
                f"s{at + 1}",
                t_start=None if begin is None else begin / unit,
                t_end=None if stop is None else stop / unit,
            )
        )
    return cues


def _grouped(words: Iterable[tuple[str, str, float | None, float | None]]) -> list[Cue]:
    """Return one cue for each word; `merge` joins those of one speaker."""
    return [
        Cue(speaker, text, f"w{at + 1}", t_start=start, t_end=end)
        for at, (speaker, text, start, end) in enumerate(words)
    ]


def _whisper(document: Any) -> list[Cue]:
    return _segments(_list(document, "segments"), "text", "speaker", "start", "end")


def _podcast(document: Any) -> list[Cue]:
    return _segments(_list(document, "segments"), "body", "speaker", "startTime", "endTime")


def _whisper_cpp(document: Any) -> list[Cue]:
    items = [item | (item.get("offsets") or {}) for item in _list(document, "transcription")]
    return _segments(items, "text", "speaker", "from", "to", 1000)


def _assemblyai(document: Any) -> list[Cue]:
    utterances = _list(document, "utterances")
    if utterances:
        return _segments(utterances, "text", "speaker", "start", "end", 1000)
    return _segments(_list(document, "words"), "text", "speaker", "start", "end", 1000)


def _deepgram(document: Any) -> list[Cue]:
    results = document["results"]
    said = _list(results, "utterances")
    if said:
        if len({str(one.get("channel")) for one in said}) > 1:
            said = [{"speaker": f"Channel {one.get('channel')}"} | one for one in said]
        return _segments(said, "transcript", "speaker", "start", "end")
    cues: list[Cue] = []
    channels = _list(results, "channels")
    for number, channel in enumerate(channels):
        alternative = (_list(channel, "alternatives") or [{}])[0]
        words = [
            word | {"said": word.get("punctuated_word") or word.get("word")}
            for word in _list(alternative, "words")
        ] or [{"said": alternative.get("transcript")}]
        for cue in _segments(words, "said", "speaker", "start", "end"):
            # Each side of a call may have a channel of its own instead of a speaker's number.
            who = cue.speaker or (f"Channel {number}" if len(channels) > 1 else "")
            cues.append(cue._replace(place=f"ch{number}.{cue.place}", speaker=who))
    return sorted(cues, key=lambda cue: cue.t_start or 0.0) if len(channels) > 1 else cues


def _rev(document: Any) -> list[Cue]:
    cues = []
    for at, monologue in enumerate(_list(document, "monologues")):
        elements = _list(monologue, "elements")
        text = "".join(str(e.get("value") or "") for e in elements)
        times = [t for e in elements if (t := _number(e.get("ts"))) is not None]
        ends = [t for e in elements if (t := _number(e.get("end_ts"))) is not None]
        info = monologue.get("speaker_info")
        name = info.get("display_name") if isinstance(info, dict) else None
        cues.append(
            Cue(
                _label(name or monologue.get("speaker")),
                " ".join(text.split()),
                f"s{at + 1}",
                t_start=times[0] if times else None,
                t_end=ends[-1] if ends else None,
            )
        )
    return cues


def _fireflies(document: Any) -> list[Cue]:
    items = [
        item | {"who": item.get("speaker_name") or item.get("speaker_id")}
        for item in _list(document, "sentences")
    ]
    return _segments(items, "text", "who", "start_time", "end_time")


def _aws(document: Any) -> list[Cue]:
    """Words and speakers stand in two lists, joined by time; punctuation has no time."""
    results = document["results"]
    spans = [
        (
            _number(s.get("start_time")) or 0.0,
            _number(s.get("end_time")) or 0.0,
            s.get("speaker_label"),
        )
        for s in _list(results.get("speaker_labels"), "segments")
    ]
    cues: list[Cue] = []
    at = 0
    for item in _list(results, "items"):
        content = str((_list(item, "alternatives") or [{}])[0].get("content") or "")
        start, end = _number(item.get("start_time")), _number(item.get("end_time"))
        if start is None:
            if cues:
                cues[-1] = cues[-1]._replace(text=cues[-1].text + content)
            continue
        while at + 1 < len(spans) and spans[at][1] < start:
            at += 1
        speaker = item.get("speaker_label") or (spans[at][2] if spans else None)
        cues.append(Cue(_label(speaker), content, f"w{len(cues) + 1}", t_start=start, t_end=end))
    return cues


def _google(document: Any) -> list[Cue]:
    """With speakers, the last result may repeat every word; else each result is a piece."""
    results = _list(document, "results")
    words = [_list((_list(r, "alternatives") or [{}])[0], "words") for r in results]
    tagged = [w for w in words if w and any(_first(one, *_WHO) for one in w)]
    if tagged:
        whole = _spoken_at(tagged[-1][0]) <= _spoken_at(tagged[0][0])
        return _grouped(
            (
                _label(_first(w, *_WHO)),
                str(w.get("word") or ""),
                _number(_first(w, *_BEGINS)),
                _number(_first(w, "endTime", "end_time", "endOffset")),
            )
            for w in (tagged[-1] if whole else chain.from_iterable(tagged))
        )
    texts = [(_list(r, "alternatives") or [{}])[0].get("transcript") for r in results]
    return _grouped(("", str(text or "").strip(), None, None) for text in texts)


_BEGINS = ("startTime", "start_time", "startOffset")


def _spoken_at(word: dict[str, Any]) -> float:
    return _number(_first(word, *_BEGINS)) or 0.0


_WHO = ("speakerTag", "speakerLabel", "speaker_tag", "speaker_label")


def _first(item: dict[str, Any], *keys: str) -> Any:
    return next((item[key] for key in keys if item.get(key)), None)


def _speechmatics(document: Any) -> list[Cue]:
    """Words and punctuation in one list, the speaker inside the alternative."""
    cues: list[Cue] = []
    for item in _list(document, "results"):
        best = (_list(item, "alternatives") or [{}])[0]
        content = str(best.get("content") or "")
        if item.get("type") == "punctuation" and cues:
            cues[-1] = cues[-1]._replace(text=cues[-1].text + content)
            continue
        who = _label(best.get("speaker"))
        start, end = _number(item.get("start_time")), _number(item.get("end_time"))
        cues.append(Cue(who, content, f"w{len(cues) + 1}", t_start=start, t_end=end))
    return cues


def _is_speechmatics(document: Any) -> bool:
    first = (_list(document, "results") or [{}])[0]
    return any("content" in one for one in _list(first, "alternatives"))


def _azure(document: Any) -> list[Cue]:
    cues = []
    for at, phrase in enumerate(_list(document, "recognizedPhrases")):
        best = (_list(phrase, "nBest") or [{}])[0]
        start = _number(phrase.get("offsetInTicks"))
        length = _number(phrase.get("durationInTicks")) or 0.0
        cues.append(
            Cue(
                _label(phrase.get("speaker")),
                str(best.get("display") or ""),
                f"s{at + 1}",
                t_start=None if start is None else start / _TICKS,
                t_end=None if start is None else (start + length) / _TICKS,
            )
        )
    return cues


def _azure_fast(document: Any) -> list[Cue]:
    items = [
        phrase | {"from": start, "to": start + (_number(phrase.get("durationMilliseconds")) or 0.0)}
        for phrase in _list(document, "phrases")
        if (start := _number(phrase.get("offsetMilliseconds"))) is not None
    ]
    return _segments(items, "text", "speaker", "from", "to", 1000)


def _words(document: Any) -> list[Cue]:
    """ElevenLabs: words with their speaker, and the gaps between them as words of their own."""
    spoken = [w for w in _list(document, "words") if w.get("type", "word") == "word"]
    return _segments(spoken, "text", "speaker_id", "start", "end")


def _zoom_timeline(document: Any) -> list[Cue]:
    cues = []
    for at, one in enumerate(_list(document, "timeline")):
        who = (_list(one, "users") or [{}])[0].get("username")
        start, end = (_clock(one.get(key)) for key in ("ts", "end_ts"))
        cues.append(
            Cue(_label(who), str(one.get("text") or ""), f"s{at + 1}", t_start=start, t_end=end)
        )
    return cues


def _clock(value: Any) -> float | None:
    return seconds(value) if isinstance(value, str) and re.fullmatch(CLOCK, value) else None


def _youtube(document: Any) -> list[Cue]:
    """YouTube's timed text: each event a line, its pieces joined as they stand."""
    cues = []
    for at, event in enumerate(_list(document, "events")):
        text = "".join(str(piece.get("utf8") or "") for piece in _list(event, "segs"))
        start = _number(event.get("tStartMs")) or 0.0
        end = start + (_number(event.get("dDurationMs")) or 0.0)
        words = " ".join(text.split())
        cues.append(Cue("", words, f"s{at + 1}", t_start=start / 1000, t_end=end / 1000))
    return cues


def _says(document: Any, key: str, *fields: str) -> bool:
    """Return whether the list under a key begins with an object that has these fields."""
    found = _list(document, key)
    return bool(found) and all(field in found[0] for field in fields)


_VENDORS: tuple[tuple[Callable[[Any], bool], Callable[[Any], list[Cue]]], ...] = (
    (lambda d: bool(_list(d, "monologues")), _rev),
    (lambda d: bool(_list(d, "recognizedPhrases")), _azure),
    (lambda d: _has(d.get("results"), "channels"), _deepgram),
    (lambda d: _has(d.get("results"), "items"), _aws),
    (_is_speechmatics, _speechmatics),
    (lambda d: _list(d, "results") != [] and "alternatives" in _list(d, "results")[0], _google),
    (lambda d: bool(_list(d, "sentences")) and "text" in _list(d, "sentences")[0], _fireflies),
    (lambda d: bool(_list(d, "segments")) and "body" in _list(d, "segments")[0], _podcast),
    (lambda d: bool(_list(d, "segments")) and "text" in _list(d, "segments")[0], _whisper),
    (lambda d: bool(_list(d, "transcription")), _whisper_cpp),
    (lambda d: _says(d, "phrases", "offsetMilliseconds", "text"), _azure_fast),
    (lambda d: _says(d, "timeline", "text", "ts"), _zoom_timeline),
    (lambda d: _says(d, "words", "text", "speaker_id"), _words),
    (lambda d: "wireMagic" in d or _says(d, "events", "tStartMs"), _youtube),
    (
        lambda d: (
            ("utterances" in d or "audio_url" in d)
            and bool(_list(d, "utterances") or _list(d, "words"))
        ),
        _assemblyai,
    ),
)

FORMAT = Format("speech-json", _sniff, _parse)
