"""No page opens a network library in the dashboard's process: what needs one is done in processes of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from pages.common.routes import SYSTEM, WORK
from segcore.runs import RunStore
from segcore.settings import Settings

ROOT = Path(__file__).parents[2]
OPENING = """
import glob, importlib, json, sys
sys.path.append("tests/pages")
from fake_engine import FakeEngine
from streamlit.testing.v1 import AppTest
import numpy as np
from pages.common import cached, cached_media
from segcore.errors import JobError
from segcore.pipeline.samples import Samples

def check(what):
    opened = {"tensorflow", "keras", "openvino", "onnxruntime", "torch"} & set(sys.modules)
    assert not opened, f"{what} opens {opened}"

def refuse(command):
    raise JobError("What is done in other processes has nothing to do with it, but takes its time.")

class Drawer:
    def samples(self, name, settings, count, start):
        labels = np.zeros((count, *settings.crop), np.uint8)
        return Samples(np.zeros((*labels.shape, 3), np.uint8), labels, ("000",) * count, start)

engine = FakeEngine()
cached.engine, cached.ask, cached_media._drawer = lambda: engine, refuse, Drawer
app = AppTest.from_file("pages/entry/router.py", default_timeout=120).run()
for page, run in json.loads(sys.argv[1]):
    app.query_params["run"] = run
    app.switch_page(page).run()
    assert not app.exception, (page, app.exception)
    check(page)
    if page.endswith("samples/page.py"):
        assert "samples 1 to 10" in app.caption[-1].value
for path in glob.glob("pages/*/*.py"):
    if not path.endswith(("page.py", "router.py", "describe.py", "prepare.py")):
        importlib.import_module(path[:-3].replace("/", "."))
        check(path)
"""


def test_no_page_opens_tensorflow_keras_or_openvino(full_home: Settings) -> None:
    """Each page as it opens, the samples of a training drawn too, and every module that a page may come to need."""
    store = RunStore(full_home)
    of_page = {"training": "desk-a", "runs": "desk-a", "evaluation": "desk-a", "results": "desk-video-1"}
    opened = [(str(r.path), store.get(of_page[r.url]).id if r.url in of_page else "") for r in (*WORK, SYSTEM)]
    command = [sys.executable, "-c", OPENING, json.dumps(opened)]
    env = os.environ | full_home.environment()
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=env, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
