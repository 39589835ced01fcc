"""What the engine looks like at a moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class WorkerInfo:
    """One Dask worker. `memory` is what its own process uses, in bytes (jobs are processes of their own)."""

    name: str
    address: str
    slots: int
    gpus: int
    busy: bool
    memory: int


@dataclass(frozen=True)
class EngineInfo:
    """The engine: where, with which workers, and how many runs wait and run. `note` says what is amiss."""

    address: str
    embedded: bool
    workers: tuple[WorkerInfo, ...]
    queued: int
    running: int
    note: str = ""


def workers_from(identity: Mapping[str, Any], processing: Mapping[str, Any]) -> tuple[WorkerInfo, ...]:
    """Workers from what Dask's scheduler says of itself.

    Args:
        identity: `Client.scheduler_info()`.
        processing: worker address → its tasks, `Client.processing()`.
    """
    return tuple(
        WorkerInfo(
            name=str(worker.get("name", address)),
            address=address,
            slots=int(worker.get("resources", {}).get("SLOT", 0)),
            gpus=int(worker.get("resources", {}).get("GPU", 0)),
            busy=bool(processing.get(address)),
            memory=int(worker.get("metrics", {}).get("memory", 0)),
        )
        for address, worker in sorted(identity.get("workers", {}).items())
    )


def resources_for(workers: tuple[WorkerInfo, ...]) -> dict[str, float]:
    """What a job asks for: a GPU where any worker has one, else a slot."""
    return {"GPU": 1} if any(worker.gpus for worker in workers) else {"SLOT": 1}


def note_for(workers: tuple[WorkerInfo, ...]) -> str:
    """What keeps jobs from starting; empty when nothing does."""
    if not workers:
        return "No worker is connected: jobs wait. Start one: dask worker ADDRESS --resources SLOT=1"
    if not any(worker.slots or worker.gpus for worker in workers):
        return "No worker offers a slot: start workers with --resources SLOT=1 (or GPU=1)."
    return ""
