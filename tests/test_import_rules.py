"""Who may import whom. The table is the law; docs/architecture.md explains it."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

BARE = (
    "errors",
    "classes",
    "settings",
    "archive",
    "access",
    "processes",
    "temporary",
    "leftovers",
    "logs",
    "versions",
    "before_tensorflow",
    "large_imports",
    "whole_file",
    "memory",
)
FOUNDATION = {f"segcore.{name}" for name in BARE}
ROOMS: dict[str, set[str]] = {
    "errors": set(),
    "classes": {"segcore.errors"},
    "settings": {"segcore.errors"},
    "archive": {"segcore.errors"},
    "access": {"segcore.errors", "segcore.settings"},
    "logs": {"segcore.access", "segcore.errors", "segcore.settings"},
    "processes": set(),
    "versions": set(),
    "before_tensorflow": set(),
    "large_imports": set(),
    "whole_file": set(),
    "memory": set(),
    "temporary": {"segcore.processes"},
    "leftovers": {"segcore.settings", "segcore.temporary"},
    "datasets": set(),
    "pipeline": {"segcore.datasets"},
    "models": {"segcore.pipeline.preprocess"},
    "training": {
        "segcore.datasets",
        "segcore.pipeline",
        "segcore.models",
        "segcore.evaluation",
        "segcore.runs",
        "segcore.inference.predictor",
        "segcore.inference.network",
    },
    "evaluation": {"segcore.datasets", "segcore.pipeline", "segcore.inference"},
    "inference": {"segcore.models", "segcore.pipeline.preprocess", "segcore.runs"},
    "video": {"segcore.inference.predictor", "segcore.knowledge"},
    "knowledge": set(),
    "batches": {"segcore.runs", "segcore.knowledge", "segcore.video"},
    "results": {"segcore.knowledge"},
    "ask": {"segcore.knowledge", "segcore.runs", "segcore.batches"},
    "report": {
        "segcore.results",
        "segcore.knowledge",
        "segcore.video",
        "segcore.runs",
        "segcore.evaluation.metrics",
        "segcore.evaluation.report",
        "segcore.batches.making",
    },
    "parcel": {
        "segcore.results",
        "segcore.knowledge",
        "segcore.report",
        "segcore.runs",
        "segcore.video.outputs.extras",
    },
    "corrections": {
        "segcore.datasets",
        "segcore.inference.predictor",
        "segcore.pipeline.scaled_labels",
        "segcore.runs",
        "segcore.video",
    },
    "runs": set(),
    "jobs": {"segcore.runs"},
    "upkeep": {"segcore.datasets", "segcore.runs"},
    "schema": {"segcore.runs"},
    "backup": {"segcore.datasets", "segcore.models.spec", "segcore.runs", "segcore.schema"},
    "doctor": {
        "segcore.datasets",
        "segcore.jobs",
        "segcore.runs",
        "segcore.schema",
        "segcore.training.hardware",
        "segcore.video",
    },
    "sharing": {
        "segcore.datasets",
        "segcore.evaluation.metrics",
        "segcore.evaluation.report",
        "segcore.inference",
        "segcore.models",
        "segcore.pipeline.preprocess",
        "segcore.runs",
        "segcore.training.config",
    },
}
"""Room → what of ours it may import beside itself and the foundation."""

EXCEPTIONS = {("segcore.datasets.sample.video", "segcore.video")}
"""The sample scene's video is written by the video room."""

OWNERS = {
    "mlflow": ("segcore.runs",),
    "distributed": ("segcore.jobs",),
    "dask": ("segcore.jobs",),
    "av": ("segcore.video",),
    "duckdb": ("segcore.ask",),
    "openvino": ("segcore.inference.openvino_runtime",),
    "nncf": ("segcore.inference.quantization",),
    "onnx": ("segcore.inference.export.onnx_file",),
    "onnxruntime": ("segcore.inference.export.onnx_file",),
    "tf2onnx": ("segcore.inference.export.onnx_file",),
    "ai_edge_litert": ("segcore.inference.export.litert",),
    "tensorflow": ("segcore.pipeline", "segcore.models", "segcore.training", "segcore.inference"),
    "keras": ("segcore.pipeline", "segcore.models", "segcore.training", "segcore.inference"),
    "matplotlib": ("segcore.report",),
    "reportlab": ("segcore.report.pdf", "segcore.report.fonts"),
    "streamlit": (),
}
"""Library → the only modules of the package that may import it."""


def modules() -> list[tuple[str, Path]]:
    files = sorted((ROOT / "segcore").rglob("*.py"))
    names = [".".join(f.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for f in files]
    return list(zip(names, files, strict=True))


def imports(path: Path) -> Iterator[str]:
    """Every imported module, also inside functions and TYPE_CHECKING blocks."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path}: relative import"
            yield node.module


def within(name: str, *parents: str) -> bool:
    return any(name == p or name.startswith(f"{p}.") for p in parents)


@pytest.mark.parametrize(("name", "path"), modules(), ids=lambda v: v if isinstance(v, str) else "")
def test_rooms_import_only_what_they_may(name: str, path: Path) -> None:
    room = name.split(".")[1] if "." in name else ""
    if room in ("", "cli", "__main__"):
        return
    foundation = set() if f"segcore.{room}" in FOUNDATION else FOUNDATION
    allowed = ROOMS[room] | foundation | {f"segcore.{room}"}
    for imported in imports(path):
        if not imported.startswith("segcore.") or any(n == name and within(imported, o) for n, o in EXCEPTIONS):
            continue
        assert within(imported, *allowed), f"{name} imports {imported}"


@pytest.mark.parametrize(("name", "path"), modules(), ids=lambda v: v if isinstance(v, str) else "")
def test_heavy_libraries_stay_with_their_owners(name: str, path: Path) -> None:
    for imported in imports(path):
        owners = OWNERS.get(imported.split(".")[0])
        assert owners is None or within(name, *owners), f"{name} imports {imported}"


def test_nothing_of_the_package_is_left_out_of_the_table() -> None:
    rooms = {name.split(".")[1] for name, _ in modules() if "." in name}
    assert rooms == set(ROOMS) | {"cli", "__main__"}


def test_pages_hold_no_flat_page_that_streamlit_would_find_by_itself() -> None:
    assert [p.name for p in (ROOT / "pages").glob("*.py") if p.name != "__init__.py"] == []


LIGHT = (
    "import segcore, segcore.cli, segcore.datasets.store, segcore.runs.store, segcore.jobs.engine, "
    "segcore.training.config, segcore.ask.question"
)


def test_importing_the_package_opens_nothing_heavy() -> None:
    code = f"import sys; {LIGHT}; segcore.cli._attach(); print([m for m in {sorted(OWNERS)!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"
