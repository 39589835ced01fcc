"""Overlays as the browser itself plays them: metadata, and the frame that it shows at a given time.

Each picture says its number in black and white fields; the page draws what the player shows on a canvas and reads it.
"""

from __future__ import annotations

import functools
import http.server
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from coded_films import LEFT, RIGHT, Tone, film, number_of, patches
from video_clips import BrightPredictor

from segcore.video.config import SegmentConfig
from segcore.video.segment import segment

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

OPEN = """async () => {
    const video = document.createElement('video');
    video.muted = true; video.preload = 'auto'; video.src = 'overlay.mp4';
    document.body.append(video);
    await new Promise((done, fail) => {
        video.oncanplaythrough = done;
        video.onerror = () => fail(new Error(video.error.message));
    });
    return {state: video.readyState, width: video.videoWidth, height: video.videoHeight};
}"""
SHOW = """async (time) => {
    const video = document.querySelector('video');
    const shown = new Promise(done => video.requestVideoFrameCallback((_, frame) => done(frame.mediaTime)));
    const there = new Promise(done => { video.onseeked = done; });
    video.currentTime = time;
    await there;
    const mediaTime = await shown;
    const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight), pen = canvas.getContext('2d');
    pen.drawImage(video, 0, 0);
    return {mediaTime, data: Array.from(pen.getImageData(0, 0, canvas.width, canvas.height).data)};
}"""
HEAR = """async () => {
    const bytes = await (await fetch('overlay.mp4')).arrayBuffer();
    const sound = await new OfflineAudioContext(1, 48000, 48000).decodeAudioData(bytes);
    const first = sound.getChannelData(0).findIndex(sample => Math.abs(sample) > 0.1);
    return {seconds: sound.duration, first: first / sound.sampleRate};
}"""


@dataclass(frozen=True)
class Kind:
    """A source, and what the browser must say of its overlay."""

    file: str
    more: dict[str, Any]
    times_ms: tuple[int, ...] = tuple(range(0, 1000, 40))
    size: tuple[int, int] = (96, 64)
    padded: tuple[int, int] = (96, 64)


KINDS = {
    "uneven times and B-frames": Kind("a.mp4", {"max_b_frames": 3}, (0, 100, 150, 900, 1000, 1033, 1200)),
    "odd sides": Kind("a.mkv", {"codec": "ffv1"}, size=(63, 47), padded=(64, 48)),
    "on its side": Kind("a.mp4", {"turn": 90}, size=(64, 96), padded=(64, 96)),
    "AAC copied": Kind("a.mp4", {"tones": [Tone()]}),
    "MP3 copied": Kind("a.mp4", {"tones": [Tone("libmp3lame")]}),
    "Opus copied": Kind("a.webm", {"codec": "libvpx", "tones": [Tone("libopus")]}),
    "sound encoded": Kind("a.mov", {"tones": [Tone("pcm_s16le", layout="stereo")]}),
    "starts late": Kind("a.mp4", {}, tuple(range(700, 1700, 40))),
    "HEVC, 10 bits": Kind(
        "a.mp4", {"codec": "libx265", "pix_fmt": "yuv420p10le", "options": {"x265-params": "log-level=none"}}
    ),
}


@pytest.fixture
def page(browser: Browser, tmp_path: Path) -> Iterator[Page]:
    """An empty page beside the overlay, from a server that knows byte ranges, as players ask for them."""
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "index.html").write_text("<!doctype html><title>overlay</title>")
    handler = functools.partial(_Ranges, directory=str(tmp_path / "out"))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    opened = browser.new_page()
    opened.goto(f"http://127.0.0.1:{server.server_address[1]}/")
    yield opened
    opened.close()
    server.shutdown()
    server.server_close()


class _Ranges(http.server.SimpleHTTPRequestHandler):
    def do_GET(self) -> None:
        asked = self.headers.get("Range")
        if asked is None:
            super().do_GET()
            return
        data = (Path(self.directory) / self.path.lstrip("/")).read_bytes()
        first, _, last = asked.removeprefix("bytes=").partition("-")
        start, end = int(first), int(last or len(data) - 1)
        part = data[start : end + 1]
        self.send_response(206)
        self.send_header("Content-Range", f"bytes {start}-{start + len(part) - 1}/{len(data)}")
        self.send_header("Content-Length", str(len(part)))
        self.send_header("Content-Type", "video/mp4")
        self.end_headers()
        self.wfile.write(part)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@pytest.mark.parametrize("name", KINDS)
def test_the_browser_shows_the_right_frame_at_its_time(name: str, page: Page, tmp_path: Path) -> None:
    kind = KINDS[name]
    _overlay(kind, tmp_path)
    facts = page.evaluate(OPEN)
    assert facts["state"] >= 2
    assert (facts["width"], facts["height"]) == kind.padded
    for number in (0, 3, len(kind.times_ms) - 2, 1):
        begin, end = kind.times_ms[number] / 1000, kind.times_ms[number + 1] / 1000
        shown = page.evaluate(SHOW, (begin + end) / 2)
        image = np.array(shown["data"], np.uint8).reshape(facts["height"], facts["width"], 4)[..., :3]
        image = image[: kind.size[1], : kind.size[0]]
        assert number_of(image) == number
        assert shown["mediaTime"] == pytest.approx(begin, abs=0.002)
        np.testing.assert_allclose(patches(image), [LEFT, RIGHT], atol=14)
    if not kind.more.get("tones"):
        _lasts(page, kind)


def _lasts(page: Page, kind: Kind) -> None:
    """The last frame stays for the mean time of a frame. Chromium first leaves out the time before a late first frame,
    and adds it when it has read the file to its end."""
    mean = (kind.times_ms[-1] - kind.times_ms[0]) / (len(kind.times_ms) - 1)
    page.evaluate(SHOW, kind.times_ms[-1] / 1000 + 0.01)
    page.wait_for_function(
        "expected => Math.abs(document.querySelector('video').duration - expected) < 0.05",
        arg=(kind.times_ms[-1] + mean) / 1000,
        timeout=10_000,
    )


@pytest.mark.parametrize("name", [name for name, kind in KINDS.items() if "tones" in kind.more])
def test_the_browser_hears_the_tone_at_its_time(name: str, page: Page, tmp_path: Path) -> None:
    _overlay(KINDS[name], tmp_path)
    heard = page.evaluate(HEAR)
    assert heard["first"] == pytest.approx(0.4, abs=0.03)
    assert heard["seconds"] == pytest.approx(1.0, abs=0.1)


def _overlay(kind: Kind, folder: Path) -> None:
    source = film(folder / kind.file, kind.times_ms, size=kind.size, **kind.more)
    config = SegmentConfig(video=source, run="none", style="contour", hidden=(1,))
    segment(config, BrightPredictor(), folder / "out")
