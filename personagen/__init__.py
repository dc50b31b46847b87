"""Personas and messaging you can check: every line opens the words of the people who said it."""

__version__ = "0.1.0"
