"""The rooms stand in the order of the pipeline, and the arrows point one way."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import personagen

PACKAGE = Path(personagen.__file__).parent
ORDER = [
    "models",
    "errors",
    "progress",
    "ids",
    "resources",
    "memory",
    "config",
    "prompt",
    "egress",
    "encoder",
    "language",
    "sentences",
    "inference",
    "tokens",
    "reading",
    "privacy",
    "chunking",
    "store",
    "chatmodel",
    "verification",
    "prevalence",
    "analysts",
    "coding",
    "proximity",
    "support",
    "embedding",
    "membership",
    "clustering",
    "opposition",
    "claims",
    "working",
    "cues",
    "segments",
    "personas",
    "messaging",
    "llm",
    "analysis",
    "runs",
    "review",
    "schema",
    "audit",
    "answering",
    "exam",
    "reidentification",
    "document",
    "filtering",
    "evaluation",
    "messagetest",
    "export",
    "handcoding",
    "sameness",
    "importing",
    "custody",
    "talk",
    "examining",
    "looking",
    "deciding",
    "study",
    "bench",
    "demo",
    "cli",
]


def _room(module: str) -> str:
    return module.split(".")[1] if "." in module else ""


def _imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("personagen"):
            inside = _room(node.module or "")
            found |= {inside} if inside else {alias.name for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {_room(a.name) for a in node.names if a.name.startswith("personagen.")}
    return {name for name in found if not name.startswith("_")}


def _modules() -> list[tuple[str, Path]]:
    pairs = []
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        if parts != ("__init__",) and "versions" not in parts:
            pairs.append((parts[0], path))
    return pairs


def test_every_room_has_its_place_in_the_order() -> None:
    assert {room for room, _ in _modules()} <= set(ORDER)


def test_arrows_point_down_the_pipeline_only() -> None:
    place = {room: number for number, room in enumerate(ORDER)}
    wrong = [
        f"{path.relative_to(PACKAGE)} imports {other}"
        for room, path in _modules()
        for other in _imports(path)
        if other != room and place.get(other, -1) > place[room]
    ]
    assert not wrong


def test_no_module_has_swollen() -> None:
    long = [
        f"{path.relative_to(PACKAGE)}: {count} lines"
        for _, path in _modules()
        if (count := len(path.read_text(encoding="utf-8").splitlines())) > 420
    ]
    assert not long


def test_the_command_line_starts_without_anything_heavy() -> None:
    heavy = "numpy pydantic sqlalchemy chromadb sklearn onnxruntime gradio langchain openai"
    script = f"import sys, personagen.cli;print([m for m in {heavy.split()!r} if m in sys.modules])"
    out = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"
