"""Memory, graphics cards, the dashboard's port, and who may read the secrets."""

from __future__ import annotations

import json
import os
import socket
import urllib.error
import urllib.request
from pathlib import Path

import psutil

from segcore.doctor.check import Check, fail, ok, warn
from segcore.settings import Settings
from segcore.training.hardware import cuda_libraries, driver_gpus, gpu_advice

_GIB = 2**30
_TIGHT, _LITTLE = 1.5, 3.0
"""GiB of free memory: a training does not fit, a large one may not."""


def memory(settings: Settings) -> list[Check]:
    """What is free, within what a container may use."""
    del settings
    machine = psutil.virtual_memory()
    limit, used = _container()
    total = min(machine.total, limit or machine.total)
    free = min(machine.available, limit - used if limit else machine.available)
    found = f"{free / _GIB:.1f} of {total / _GIB:.1f} GiB are free" + (" (of this container)" if limit else "")
    mend = "Close other programs, choose a smaller batch size or crop, or give the container more memory."
    if free < _TIGHT * _GIB:
        return [fail("Memory", found, mend)]
    return [warn("Memory", found, mend)] if free < _LITTLE * _GIB else [ok("Memory", found)]


def _container(root: Path = Path("/sys/fs/cgroup")) -> tuple[int, int]:
    """(limit, use) in bytes of the control group; (0, 0) where there is no limit."""
    try:
        limit = (root / "memory.max").read_text().strip()
        return (int(limit), int((root / "memory.current").read_text())) if limit.isdecimal() else (0, 0)
    except (OSError, ValueError):
        return 0, 0


def cards(settings: Settings) -> list[Check]:
    """What NVIDIA's driver lists, and whether TensorFlow has what it needs for it."""
    del settings
    listed = driver_gpus()
    if not listed:
        return [ok("Graphics cards", "none by NVIDIA, the processor trains")]
    names = ", ".join(f"{gpu.name} ({gpu.memory / _GIB:.0f} GiB, driver {gpu.driver})" for gpu in listed)
    if not cuda_libraries():
        return [warn("Graphics cards", names, gpu_advice([g.name for g in listed], libraries=False, system="Linux"))]
    return [ok("Graphics cards", names)]


def dashboard(settings: Settings, port: int = 8501) -> list[Check]:
    """Whether its port is free, or a dashboard of segcore answers there."""
    del settings
    with socket.socket() as probe:
        probe.settimeout(1)
        if probe.connect_ex(("127.0.0.1", port)):
            return [ok("Dashboard", f"port {port} is free for it")]
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/segcore/health", timeout=8) as answer:
            json.loads(answer.read())["database"]
        return [ok("Dashboard", f"it answers on port {port}")]
    except urllib.error.HTTPError as error:
        if error.code == 503:
            return [
                fail("Dashboard", f"it answers on port {port} that it is not well: {_said(error)}", "See the rest.")
            ]
    except (OSError, ValueError, KeyError, TypeError):
        pass
    mend = f"Start the dashboard on another one: --server.port {port + 1}"
    return [warn("Dashboard", f"port {port} is taken by another program", mend)]


def _said(error: urllib.error.HTTPError) -> str:
    try:
        parts = json.loads(error.read())
        return "; ".join(f"{name}: {part['state']}" for name, part in parts.items() if isinstance(part, dict))
    except (OSError, ValueError, KeyError):
        return "no word"


def secrets(settings: Settings) -> list[Check]:
    """Streamlit's secrets, which hold the sign-in's, are for their owner alone."""
    del settings
    files = [folder / ".streamlit" / "secrets.toml" for folder in (Path.cwd(), Path.home())]
    there = list(dict.fromkeys(file for file in files if file.is_file()))
    if not there:
        return [ok("Secrets", "no secrets.toml")]
    open_ = [file for file in there if os.name == "posix" and file.stat().st_mode & 0o077]
    if open_:
        listed = ", ".join(map(str, open_))
        return [fail("Secrets", f"others on this machine can read {listed}", f"chmod 600 {' '.join(map(str, open_))}")]
    return [ok("Secrets", f"{', '.join(map(str, there))}: only its owner can read it")]
