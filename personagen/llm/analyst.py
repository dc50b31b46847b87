"""The language-model analyst: the same protocol, verifier and review as the extractive one.

It codes by address, and words what is then checked against the excerpts. Whatever it leaves
undone, and every step that it was not asked for, the extractive analyst does.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from personagen.analysts.base import (
    CodedUnits,
    Coding,
    Maker,
    Member,
    SentenceEncoder,
    ThemeName,
)
from personagen.analysts.extractive import Extractive
from personagen.chatmodel import Asker
from personagen.llm import claims as claim_steps
from personagen.llm import documents, naming
from personagen.llm.coding import SentenceCoder
from personagen.llm.options import Step
from personagen.llm.wording import Desk
from personagen.models import (
    Claim,
    Disagreement,
    Material,
    Message,
    Persona,
    Provenance,
    Skipped,
    Theme,
)
from personagen.progress import Report, silent
from personagen.support import Support
from personagen.working import Left, Scene

LOOSE = "a schema that binds the model's answers"
"""In the list of what was skipped, where a server knows none."""


def _as_typed(text: str) -> str:
    return text


class LanguageModel:
    """An analyst that asks a language model, and trusts it with nothing."""

    def __init__(
        self,
        asker: Asker,
        encoder: SentenceEncoder,
        material: Material,
        steps: Sequence[Step],
        *,
        mask: Callable[[str], str] = _as_typed,
        report: Report = silent,
    ) -> None:
        """Prepare an analysis.

        Args:
            asker: Asks the model.
            encoder: For what the extractive analyst does, and for checking sentences.
            material: What the study holds.
            steps: What the model is asked to do.
            mask: Puts pseudonyms in the place of names in what the user typed.
            report: Told how far it is.
        """
        settings = asker.settings
        self.name = f"llm:{settings.qualified}"
        self.model: str | None = settings.bare
        self._offline = Extractive(encoder)
        self._stood_in = Maker(self._offline.name, self._offline.model)
        maker = Maker(self.name, self.model)
        self._desk = Desk(asker, maker, Support(encoder), [], report)
        self._steps, self._material, self._mask = frozenset(steps), material, mask
        self._disagreements: list[Disagreement] = []
        self._first: Provenance | None = None

    @property
    def asker(self) -> Asker:
        """Return who asks the model."""
        return self._desk.asker

    def close(self) -> None:
        """Let go of the cache and of the connections."""
        self._desk.asker.close()

    def code(self, coded: CodedUnits) -> Coding:
        """Return addresses of what the units show: by the model, or offline where it fails."""
        offline = self._offline.code(coded)
        marked = Coding([s._replace(maker=self._stood_in) for s in offline.spans], offline.refused)
        if not self._steps & {"code", "missed"}:
            return marked
        coder = SentenceCoder(
            self._desk.asker,
            self._desk.maker,
            self._material.codebook,
            self._mask(self._material.study.question),
            first="code" in self._steps,
            again="missed" in self._steps,
        )
        found = coder.code(coded, marked, self._desk.report)
        self._desk.skipped.extend(found.skipped)
        self._disagreements = found.disagreements
        return found.coding

    def name_themes(self, code: str, themes: Sequence[Sequence[Member]]) -> list[ThemeName]:
        """Return a name for each theme of one code, told apart from its siblings."""
        offline = self._offline.name_themes(code, themes)
        if "name" not in self._steps:
            return [name._replace(maker=self._stood_in) for name in offline]
        return naming.name_themes(self._desk, code, themes, offline, self._stood_in)

    def phrase_claim(self, theme: Theme) -> str:
        """Return the theme's label as a sentence; `word_claims` says it better."""
        return self._offline.phrase_claim(theme)

    def same_themes(self, themes: Sequence[Theme], scene: Scene) -> list[list[str]]:
        """Return groups of ids of themes that mean the same."""
        if "merge" not in self._steps:
            return []
        return naming.same_themes(self._desk, themes, scene.insights)

    def word_claims(self, claims: Sequence[Claim], scene: Scene) -> list[Claim]:
        """Return the claims with counter-evidence looked for and sentences of its own."""
        self._first = claims[0].provenance if claims else None
        found = list(claims)
        if "counter" in self._steps:
            found = claim_steps.with_counter_evidence(self._desk, found, scene)
        if "claims" in self._steps:
            found = claim_steps.phrased(self._desk, found)
        return found

    def word_personas(
        self, personas: Sequence[Persona], claims: Sequence[Claim]
    ) -> tuple[Persona, ...]:
        """Return the personas with summaries of its own."""
        if "personas" not in self._steps:
            return tuple(personas)
        return documents.summarised(self._desk, personas, claims, self._first)

    def word_messages(
        self, messages: Sequence[Message], personas: Sequence[Persona], claims: Sequence[Claim]
    ) -> tuple[Message, ...]:
        """Return the messages in words of its own."""
        if "messages" not in self._steps:
            return tuple(messages)
        return documents.worded(
            self._desk, messages, personas, claims, self._material.product, self._mask, self._first
        )

    def left(self) -> Left:
        """Return what it left, and where it differs from the encoder."""
        skipped = list(self._desk.skipped)
        if self._desk.asker.lacking:
            skipped.append(self._loosely())
        return Left(tuple(skipped), tuple(self._disagreements))

    def _loosely(self) -> Skipped:
        """Return the note that no schema bound the answers."""
        settings = self._desk.asker.settings
        why = f"{settings.qualified} {self._desk.asker.lacking}"
        return Skipped(what=LOOSE, where=settings.host, why=why)
