"""The language model behind LangChain: made, asked, retried, cached, paid for."""

from __future__ import annotations

from personagen.chatmodel.asking import Answered, Asker, Question
from personagen.chatmodel.settings import ModelSettings

__all__ = ["Answered", "Asker", "ModelSettings", "Question"]
