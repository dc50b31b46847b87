"""Personas: a segment as one person, each line with evidence."""

from personagen.personas.building import Built, build

__all__ = ["Built", "build"]
