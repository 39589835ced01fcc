"""Devices and versions, asked of `segcore info` in a process of its own."""

from __future__ import annotations

import importlib.metadata
import os
import platform

import pandas as pd
import psutil
import streamlit as st

from pages.common import cached
from pages.common import format as fmt
from pages.common.widgets import heading, md, problem
from segcore.errors import SegcoreError

PACKAGES = ("segcore", "tensorflow", "keras", "openvino", "av", "mlflow", "distributed", "streamlit", "numpy")


def versions() -> None:
    """What is installed; nothing is opened for it."""
    heading("Versions")
    rows = [{"Package": "Python", "Version": platform.python_version()}]
    rows += [{"Package": name, "Version": version(name)} for name in PACKAGES]
    st.dataframe(pd.DataFrame(rows), hide_index=True, height="content", alt="Versions of the installed packages")


def version(package: str) -> str:
    """The installed version of a package."""
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "not installed"


def devices() -> None:
    """Processor and memory at once; the devices that TensorFlow and OpenVINO see when asked for."""
    heading("Devices")
    memory = psutil.virtual_memory()
    st.caption(
        f"{fmt.plural(os.cpu_count() or 1, 'processor core')} · {fmt.size(memory.total)} memory, "
        f"{fmt.size(memory.available)} free"
    )
    if not st.toggle(
        "Ask TensorFlow and OpenVINO", key="ask_devices", help="Opens both in a process of their own; some seconds."
    ):
        return
    try:
        answer = cached.machine()
    except SegcoreError as error:
        problem(error, "The machine could not be asked")
        return
    rows = [
        {"Kind": d["kind"], "Device": d["name"], "Memory": fmt.size(d["memory"]) if d.get("memory") else "–"}
        for d in answer["devices"]
    ]
    st.dataframe(pd.DataFrame(rows), hide_index=True, alt="Devices for training and inference")
    choice = answer["training"]
    st.caption(f"A training uses: {md(choice['device'])}")
    if choice["note"]:
        st.info(choice["note"], icon=":material/info:")
