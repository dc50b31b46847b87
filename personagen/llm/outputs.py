"""What a language model is asked for: the shapes that prompts name in their front matter."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, WithJsonSchema

Code = Literal["pain_point", "motivation", "objection", "praise", "feature_request", "workaround"]

Address = Annotated[int | str, WithJsonSchema({"type": "integer"})]
"""The number of a sentence; or, of a server that no schema binds, words of it.

A schema asks for the number alone: where it also allows words, a small model writes sentences of
its own until its answer is cut off.
"""


class Output(BaseModel):
    """What all have in common."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Nothing(Output):
    """The prompt is part of another one."""


class CodedSentence(Output):
    """One thing that a participant says, by its place."""

    turn: int
    first_sentence: Address
    """Its number, or the words that it begins with."""
    last_sentence: Address
    """Its number, or the words that it ends with."""
    code: Code
    intensity: int


class CodedSentences(Output):
    """The sentences that show a code."""

    coded: list[CodedSentence]


class ThemeLabel(Output):
    """How a group of excerpts is called and told apart."""

    label: str
    definition: str
    criterion: str


class SameThemes(Output):
    """Groups of theme numbers that mean the same."""

    same: list[list[int]]


class Opposing(Output):
    """Numbers of the sentences that speak against a claim."""

    against: list[int]


class Sentence(Output):
    """One sentence of a document."""

    text: str


class Summary(Output):
    """A summary in sentences, each with the claims it rests on."""

    sentences: list[CitedSentence]


class Reply(Output):
    """An answer in sentences, each with the excerpts it rests on; none where there is none."""

    sentences: list[CitedSentence]


class CitedSentence(Output):
    """A sentence and the numbers of what it rests on."""

    text: str
    rests_on: list[int]


Summary.model_rebuild()
Reply.model_rebuild()
