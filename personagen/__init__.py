"""Personas and messaging you can check: every line opens the words of the people who said it."""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING

# Before anything imports onnxruntime: it reports its use to its maker, to begin with 15 seconds
# after the first model is loaded, and its own switch comes too late. Nothing leaves unseen.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

__version__ = "0.1.0"

if TYPE_CHECKING:
    from personagen.errors import PersonagenError
    from personagen.study import Study

__all__ = ["PersonagenError", "Study", "__version__"]


def __getattr__(name: str) -> object:
    """Return a public name; loaded when asked for, so that `import personagen` stays light."""
    homes = {"Study": "personagen.study", "PersonagenError": "personagen.errors"}
    if name in homes:
        return getattr(import_module(homes[name]), name)
    raise AttributeError(f"module 'personagen' has no attribute {name!r}")
