"""The findings while decisions are laid over them: one table a noun, by id."""

from __future__ import annotations

from dataclasses import dataclass, field

from personagen.models import (
    Claim,
    Disagreement,
    Findings,
    Insight,
    Material,
    Message,
    Persona,
    Skipped,
    SourceKind,
    Theme,
    Utterance,
)
from personagen.prevalence import Base, base_of

Item = Insight | Theme | Claim | Persona | Message
MODELS: dict[str, type[Item]] = {
    "insight": Insight,
    "theme": Theme,
    "claim": Claim,
    "persona": Persona,
    "message": Message,
}


@dataclass
class Board:
    """Every finding by id, open to change until it is written back."""

    insights: dict[str, Insight]
    themes: dict[str, Theme]
    claims: dict[str, Claim]
    personas: dict[str, Persona]
    messages: dict[str, Message]
    utterances: dict[str, Utterance]
    sources_of: dict[str, str]
    """Utterance id to source id."""
    kinds: dict[str, SourceKind]
    """Source id to kind."""
    base: Base
    """Who n of N is counted over."""
    skipped: list[Skipped] = field(default_factory=list)
    disagreements: tuple[Disagreement, ...] = ()

    @classmethod
    def of(cls, findings: Findings, material: Material) -> Board:
        """Lay out findings and the words they rest on."""
        said = [(source, u) for source in material.sources for u in source.utterances]
        return cls(
            insights={item.id: item for item in findings.insights},
            themes={item.id: item for item in findings.themes},
            claims={item.id: item for item in findings.claims},
            personas={item.id: item for item in findings.personas},
            messages={item.id: item for item in findings.messages},
            utterances={u.id: u for _, u in said},
            sources_of={u.id: source.id for source, u in said},
            kinds={source.id: source.kind for source in material.sources},
            base=base_of(material),
            skipped=list(findings.skipped),
            disagreements=findings.disagreements,
        )

    def findings(self) -> Findings:
        """Return what stands on the board."""
        return Findings(
            insights=tuple(self.insights.values()),
            themes=tuple(self.themes.values()),
            claims=tuple(self.claims.values()),
            personas=tuple(self.personas.values()),
            messages=tuple(self.messages.values()),
            skipped=tuple(self.skipped),
            disagreements=self.disagreements,
        )

    def find(self, item_id: str) -> Item | None:
        """Return what bears this id, whatever it is."""
        for table in (self.insights, self.themes, self.claims, self.personas, self.messages):
            if item_id in table:
                return table[item_id]
        return None

    def put(self, item: Item) -> None:
        """Set an item in its table."""
        match item:
            case Insight():
                self.insights[item.id] = item
            case Theme():
                self.themes[item.id] = item
            case Claim():
                self.claims[item.id] = item
            case Persona():
                self.personas[item.id] = item
            case Message():
                self.messages[item.id] = item

    def skip(self, what: str, where: str, why: str) -> None:
        """Note that something was left out, once."""
        entry = Skipped(what=what, where=where, why=why)
        if entry not in self.skipped:
            self.skipped.append(entry)


def kind_of(item: Item) -> str:
    """Return the noun of an item: `insight`, `theme`, `claim`, `persona` or `message`."""
    return type(item).__name__.lower()
