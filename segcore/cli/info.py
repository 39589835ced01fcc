"""`segcore info`: versions, devices, engine and storage of this installation."""

from __future__ import annotations

import shutil
from typing import Annotated, Any

import typer

from segcore.cli.report import JsonFlag, emit
from segcore.jobs.workers import own_versions
from segcore.settings import Settings

_PACKAGES = ("tensorflow", "keras", "openvino", "mlflow", "distributed", "av", "streamlit", "numpy")


def info(
    json_: JsonFlag = False,
    devices: Annotated[
        bool, typer.Option("--devices/--no-devices", help="Ask TensorFlow what it sees (some seconds).")
    ] = True,
) -> None:
    """Show versions, devices, the job engine and where things are kept."""
    settings = Settings.from_env()
    result: dict[str, Any] = {
        "versions": versions(),
        "devices": _devices() if devices else [],
        "training": _choice() if devices else None,
        "engine": engine(settings),
        "storage": storage(settings),
    }
    emit(result, as_json=json_, text=_text(result))


def versions() -> dict[str, str]:
    """Versions of segcore, Python and the libraries that decide results; "absent" for one not installed."""
    return own_versions(_PACKAGES)


def engine(settings: Settings) -> dict[str, Any]:
    """Which job engine the dashboard uses (it is not started for this)."""
    from segcore.jobs.embedded import gpu_count

    return {
        "kind": "external" if settings.scheduler else "embedded",
        "scheduler": settings.scheduler,
        "slots": None if settings.scheduler else settings.slots,
        "gpus": gpu_count(),
    }


def storage(settings: Settings) -> dict[str, Any]:
    """Where datasets, runs and files are, and how many bytes are free there."""
    nearest = next(p for p in (settings.home, *settings.home.parents) if p.exists())
    return {
        "home": str(settings.home),
        "tracking_uri": settings.shown_tracking_uri,
        "artifact_uri": settings.artifact_uri,
        "free_bytes": shutil.disk_usage(nearest).free,
    }


def _devices() -> list[dict[str, Any]]:
    from segcore.training.devices import describe_devices

    return describe_devices()


def _choice() -> dict[str, Any]:
    from segcore.training.devices import describe_choice

    return describe_choice()


def _text(result: dict[str, Any]) -> str:
    lines = [f"{name:12} {version}" for name, version in result["versions"].items()]
    for device in result["devices"]:
        memory = f", {device['memory'] / 2**30:.0f} GiB" if device["memory"] else ""
        lines.append(f"{device['kind']:12} {device['name']}{memory}")
    choice = result["training"]
    if choice:
        lines += [f"{'training':12} {choice['device']}", *([f"{'':12} {choice['note']}"] if choice["note"] else [])]
    kind = result["engine"]
    where = kind["scheduler"] or f"{kind['slots']} job(s) at once, {kind['gpus']} GPU(s)"
    lines.append(f"{'engine':12} {kind['kind']}: {where}")
    store = result["storage"]
    lines.append(f"{'home':12} {store['home']} ({store['free_bytes'] / 2**30:.0f} GiB free)")
    lines.append(f"{'runs':12} {store['tracking_uri']}")
    return "\n".join(lines)
