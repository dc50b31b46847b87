"""Every error a user can meet.

PersonagenError             problem + remedy, one line
├── UsageError              wrong use: exit code 2
│   ├── NotAStudyError      the folder holds no study
│   └── UnknownIdError      no such insight, theme, claim, persona, message or participant
├── ReadingError            a file can't be read: refused, the others go on
├── StudyLockedError        another process is writing to this study
├── ReviewError             a decision that can't be taken
│   └── ChangedError        what it is about was changed since the person looked at it
├── EgressError             something may not leave this machine
├── ModelError              a language model's server can't be used: no key, refused, unreachable
├── VaultError              the key of a study's vault is missing, or isn't its key
├── WithdrawnError          it would bring back what a participant withdrew
└── StoreError              the study's own files are damaged or of a newer version
"""

from __future__ import annotations


class PersonagenError(Exception):
    """Something the user can put right: what is wrong, and what to do."""

    exit_code = 1

    def __init__(self, problem: str, remedy: str = "") -> None:
        self.problem = problem.rstrip(".")
        self.remedy = remedy
        super().__init__(f"{self.problem}. {remedy}".strip() if remedy else f"{self.problem}.")


class UsageError(PersonagenError):
    """Wrong use of a command or a function."""

    exit_code = 2


class NotAStudyError(UsageError):
    """The folder holds no study."""


class UnknownIdError(UsageError):
    """Nothing in the study has this id."""


class ReadingError(PersonagenError):
    """A file can't be read; nothing of it is stored."""


class StudyLockedError(PersonagenError):
    """Another process is writing to this study."""


class ReviewError(PersonagenError):
    """A decision that can't be taken."""


class ChangedError(ReviewError):
    """What a decision is about was changed since the person looked at it."""


class EgressError(PersonagenError):
    """Something may not leave this machine."""


class ModelError(PersonagenError):
    """A language model's server can't be used."""


class StoreError(PersonagenError):
    """The study's own files are damaged, or of a newer version."""


class VaultError(PersonagenError):
    """The key of a study's vault is missing, or isn't its key."""


class WithdrawnError(PersonagenError):
    """It would bring back what a participant withdrew."""
