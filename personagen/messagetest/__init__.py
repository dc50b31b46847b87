"""The message test: a draft before what a persona's people said."""

from personagen.messagetest.backtest import BackTest
from personagen.messagetest.comparing import in_short
from personagen.messagetest.desk import MessageDesk
from personagen.messagetest.grading import Graded
from personagen.messagetest.outcomes import Scored
from personagen.messagetest.results import Compared, Share, TestedLine, TestedMessage, Voice

__all__ = [
    "BackTest",
    "Compared",
    "Graded",
    "MessageDesk",
    "Scored",
    "Share",
    "TestedLine",
    "TestedMessage",
    "Voice",
    "in_short",
]
