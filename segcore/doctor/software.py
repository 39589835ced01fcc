"""Is what segcore stands on there, of the right version, and does it work?"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
from importlib import metadata
from pathlib import Path
from typing import Any

from segcore.doctor.check import Check, fail, ok, warn
from segcore.settings import Settings
from segcore.training.hardware import advice_here, driver_gpus
from segcore.versions import version_of

_PATIENCE_S = 120


def packages(settings: Settings) -> list[Check]:
    """Python and what pyproject.toml asks for."""
    del settings
    name, wrong = "Packages", unmet()
    if wrong:
        return [fail(name, "; ".join(wrong), f"{sys.executable} -m pip install -U segcore (in a checkout: -e .)")]
    return [ok(name, f"Python {platform.python_version()}, segcore and all it needs in versions that fit")]


def unmet() -> list[str]:
    """Requirements of segcore that the installed packages do not meet: "av>=18 (found 14.0)"."""
    from packaging.requirements import Requirement

    wrong = []
    for text in metadata.requires("segcore") or []:
        wanted = Requirement(text)
        if wanted.marker and not wanted.marker.evaluate({"extra": ""}):
            continue
        try:
            found = version_of(wanted.name)
        except metadata.PackageNotFoundError:
            wrong.append(f"{wanted} is missing")
            continue
        if not wanted.specifier.contains(found, prereleases=True):
            wrong.append(f"{wanted} (found {found})")
    return wrong


def devices(settings: Settings) -> list[Check]:
    """TensorFlow and OpenVINO, opened in a process of their own: a crash in native code is an answer too."""
    name = "TensorFlow and OpenVINO"
    command = [sys.executable, "-m", "segcore", "info", "--json"]
    env = os.environ | settings.environment()
    try:
        done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=_PATIENCE_S, check=False)
    except subprocess.TimeoutExpired:
        return [warn(name, f"no answer within {_PATIENCE_S} seconds", "Is the machine very busy? Try again.")]
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no word"])[-1]
        crash = f"it crashed (signal {-done.returncode})" if done.returncode < 0 else last
        mend = "pip install --force-reinstall tensorflow openvino (a processor without AVX runs neither)"
        return [fail(name, crash, mend)]
    return _devices(name, json.loads(done.stdout.strip().splitlines()[-1]))


def _devices(name: str, answer: dict[str, Any]) -> list[Check]:
    versions, seen = answer["versions"], answer["devices"]
    listed = ", ".join(dict.fromkeys(f"{device['kind']} {device['name']}" for device in seen))
    found = f"TensorFlow {versions['tensorflow']}, OpenVINO {versions['openvino']}: {listed}"
    if driver_gpus() and not any("GPU" in device["kind"] for device in seen):
        return [warn(name, found, advice_here())]
    return [ok(name, found)]


def video(settings: Settings) -> list[Check]:
    """H.264 is tried: two frames are encoded and decoded."""
    from segcore.video.codecs import missing_decoders, round_trip

    del settings
    name = "Video codecs"
    mend = "Install PyAV from its wheel, which brings FFmpeg: pip install --force-reinstall --only-binary :all: av"
    with tempfile.TemporaryDirectory() as folder:
        try:
            frames = round_trip(Path(folder) / "two-frames.mp4")
        except Exception as error:  # whatever PyAV raises is the finding
            return [fail(name, f"H.264 cannot be written and read: {error}", mend)]
    if frames != 2:
        return [fail(name, f"of 2 frames in H.264, {frames} came back", mend)]
    missing = missing_decoders()
    if missing:
        return [warn(name, f"H.264 works, but videos in {', '.join(missing)} cannot be read", mend)]
    return [ok(name, "H.264 was written and read; HEVC, VP9, AV1, MPEG-2 and ProRes can be read")]
