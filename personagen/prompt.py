"""The prompts: one file a prompt a version, checked, rendered in a sandbox, known by their hash.

    ---
    name: name_theme
    version: 1
    description: Say what a group of excerpts has in common.
    input:
      excerpts: list[str]
    output: ThemeLabel
    ---
    # System
    …
    # User
    … {{ excerpts }} …

What participants said is a value, never a template.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from personagen.resources import folder

_FRONT = re.compile(r"\A---\n(.*?)\n---\n(.*)\Z", re.DOTALL)
_PARTS = re.compile(r"^# (System|User)\n", re.MULTILINE)
_FILE = re.compile(r"(?P<name>[a-z_]+)\.v(?P<version>\d+)\.md")
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f"
    "\ufe00-\ufe0e\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)


class Rendered(NamedTuple):
    """A prompt with its inputs filled in."""

    system: str
    user: str
    prompt: str
    """`name.vN@hash`, as it stands in provenance."""


class Prompt(NamedTuple):
    """One version of one prompt."""

    name: str
    version: int
    description: str
    inputs: Mapping[str, str]
    """Name → type, in words."""
    output: str
    """Name of the model that the answer must fit."""
    system: str
    user: str
    sha256: str
    """Of the file's bytes, line ends as `\\n`."""

    @property
    def id(self) -> str:
        """Return `name.vN@hash`."""
        return f"{self.name}.v{self.version}@{self.sha256[:12]}"

    def render(self, **inputs: object) -> Rendered:
        """Return the prompt with inputs filled in.

        Raises:
            ValueError: the inputs are not those that the file declares.
        """
        if set(inputs) != set(self.inputs):
            raise ValueError(f"{self.name}: takes {sorted(self.inputs)}, got {sorted(inputs)}")
        environment = _environment()
        texts = (
            environment.from_string(part).render(**inputs) for part in (self.system, self.user)
        )
        system, user = (text.strip() for text in texts)
        return Rendered(system, user, self.id)


def as_data(text: str) -> str:
    """Return what somebody said as one line that can't be taken for anything but data.

    Invisible characters go, line breaks become spaces, and angle brackets become their quiet
    look-alikes, so that no text closes the markers it stands between. Addresses count sentences,
    not characters: nothing that is quoted comes from here.
    """
    plain = _INVISIBLE.sub("", text).replace("<", "\u2039").replace(">", "\u203a")
    return " ".join(plain.split())


@lru_cache(maxsize=32)
def load(name: str) -> Prompt:
    """Return the newest version of a prompt.

    Raises:
        FileNotFoundError: the installation lacks it, which a test of the wheel rules out.
    """
    found = [prompt for prompt in _all() if prompt.name == name]
    if not found:
        raise FileNotFoundError(f"personagen was installed without the prompt {name!r}.")
    return max(found, key=lambda prompt: prompt.version)


def every() -> list[Prompt]:
    """Return all prompts in all versions, by name."""
    return sorted(_all(), key=lambda prompt: (prompt.name, prompt.version))


def _all() -> Iterator[Prompt]:
    for path in folder("prompts").glob("*.v*.md"):
        yield read(path)


def read(path: Path) -> Prompt:
    """Return the prompt in a file.

    Raises:
        ValueError: the file isn't what a prompt file is.
    """
    # A checkout on Windows may have other line ends; the prompt is the same.
    text = path.read_bytes().decode("utf-8").replace("\r\n", "\n")
    front, named = _FRONT.match(text), _FILE.fullmatch(path.name)
    if front is None or named is None:
        raise ValueError(f"{path.name}: not a prompt file: name.vN.md with front matter")
    keys, inputs = _front_matter(front.group(1), path.name)
    parts = _PARTS.split(front.group(2))
    if parts[1::2] != ["System", "User"] or parts[0].strip():
        raise ValueError(f"{path.name}: its body is '# System' and '# User', in that order")
    if (keys["name"], keys["version"]) != (named["name"], named["version"]):
        raise ValueError(f"{path.name}: front matter says {keys['name']}.v{keys['version']}")
    return Prompt(
        keys["name"], int(keys["version"]), keys["description"], inputs, keys["output"],
        parts[2], parts[4], hashlib.sha256(text.encode()).hexdigest(),
    )  # fmt: skip


def variables(prompt: Prompt) -> set[str]:
    """Return the names that a prompt's templates use."""
    from jinja2 import meta

    environment = _environment()
    texts = (prompt.system, prompt.user)
    return set().union(*(meta.find_undeclared_variables(environment.parse(t)) for t in texts))


def _front_matter(text: str, file: str) -> tuple[dict[str, str], dict[str, str]]:
    keys: dict[str, str] = {}
    inputs: dict[str, str] = {}
    for line in text.splitlines():
        key, colon, value = line.strip().partition(":")
        if not colon:
            raise ValueError(f"{file}: {line!r} is not 'key: value'")
        (inputs if line.startswith("  ") else keys)[key] = value.strip()
    if set(keys) != {"name", "version", "description", "input", "output"}:
        raise ValueError(f"{file}: front matter has {sorted(keys)}")
    return keys, inputs


@lru_cache(maxsize=1)
def _environment():  # type: ignore[no-untyped-def]
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    return ImmutableSandboxedEnvironment(
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False
    )
