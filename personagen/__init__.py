"""Personas and messaging you can check: every line opens the words of the people who said it."""

import os

# Before anything imports onnxruntime: it reports its use to its maker, to begin with 15 seconds
# after the first model is loaded, and its own switch comes too late. Nothing leaves unseen.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

__version__ = "0.1.0"
