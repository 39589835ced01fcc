"""What pages keep of pictures and videos: frames, labels of a network, samples, cut-outs. Keys as in `cached`."""

from __future__ import annotations

import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from pages.common import cached, pictures, strips
from segcore.datasets.images import read_image
from segcore.pipeline.config import Sampling, Transform
from segcore.pipeline.drawer import Drawer
from segcore.temporary import passing
from segcore.video.pictures import FPS

if TYPE_CHECKING:
    from segcore.inference.predictor import Predictor, Scorer
    from segcore.pipeline.samples import Samples
    from segcore.video.info import VideoInfo
    from segcore.video.region import Region

Answer = tuple[np.ndarray, np.ndarray]
"""Labels and confidence of a frame, (h, w) uint8 each."""


@st.cache_resource(max_entries=3, show_spinner=False)
def _predictor(run_id: str, weights_hash: str, scale: float) -> tuple[Scorer, threading.Lock]:
    """A run's network on the processor, for one frame at a time, and the lock that one user at a time holds."""
    del weights_hash
    from segcore.inference.compute import Compute
    from segcore.inference.load import predictor_of
    from segcore.inference.network import TrainedNetwork

    network = TrainedNetwork.of_run(cached.runs(), run_id).scaled(scale)
    return predictor_of(Compute(backend="openvino", at_once=1), network, cached.settings().home), threading.Lock()


@st.cache_resource(max_entries=1, show_spinner=False)
def _live(run_id: str, weights_hash: str) -> tuple[Predictor, threading.Lock]:
    """The same for a camera, whose frames are waited for."""
    del weights_hash
    from segcore.inference.network import TrainedNetwork
    from segcore.inference.soonest import SoonestPredictor

    network = TrainedNetwork.of_run(cached.runs(), run_id)
    return SoonestPredictor(network, cached.settings().home), threading.Lock()


@st.cache_data(max_entries=256, show_spinner=False)
def _prepared(run_id: str, weights_hash: str, height: int, width: int, scale: float, graph: str) -> None:
    """Convert a network for frames of this size, in a process of its own."""
    del weights_hash
    cached.ask([sys.executable, "-m", "pages.video.prepare", run_id, str(height), str(width), str(scale), graph])


@st.cache_data(max_entries=32, show_spinner=False)
def video_frame(video: str, changed: float, time_s: float, fps: float = FPS) -> np.ndarray:
    """The frame of a video at a time: (H, W, 3) uint8. `fps` is that of pictures; videos have their own times."""
    del changed
    from segcore.video.source import open_source

    with open_source(Path(video), start_s=time_s, fps=fps) as reader:
        return next(iter(reader)).image


def video_times(video: Path) -> np.ndarray:
    """Seconds of every frame of a video file: (F,) float64. Shared by all users: not to change."""
    return _video_times(str(video), video.stat().st_mtime)


@st.cache_resource(max_entries=16, show_spinner=False)
def _video_times(video: str, changed: float) -> np.ndarray:
    del changed
    from segcore.corrections.opening import frame_times

    return frame_times(Path(video))


@st.cache_data(max_entries=32, show_spinner=False)
def video_thumbnails(video: str, changed: float, times_s: tuple[float, ...], width: int) -> list[bytes]:
    """The frames of a video at these times, in ascending order, as small JPEGs.

    Raises:
        VideoError: it cannot be read.
    """
    del changed
    from segcore.video.extract import Chosen, frames_at
    from segcore.video.outputs.previews import to_jpeg

    wanted = [Chosen(number, time) for number, time in enumerate(times_s)]
    return [to_jpeg(frame.image, width) for _, frame in frames_at(Path(video), wanted)]


@dataclass(frozen=True)
class Glance:
    """A network and what it is to look at.

    Attributes:
        run_id, weights_hash: of the network.
        video, changed, time_s, fps: as of `video_frame`.
        region: all that it sees of the frame; None: the whole.
        scale: of its input.
    """

    run_id: str
    weights_hash: str
    video: str
    changed: float
    time_s: float
    fps: float = FPS
    region: Region | None = None
    scale: float = 1.0

    def image(self) -> np.ndarray:
        """(H, W, 3) uint8, of the frame or its region."""
        frame = video_frame(self.video, self.changed, self.time_s, self.fps)
        return frame if self.region is None else np.ascontiguousarray(frame[self.region.place])


@st.cache_data(max_entries=64, show_spinner=False)
def video_labels(glance: Glance) -> Answer:
    """What the network says, at its own resolution.

    Raises:
        BackendError, JobError: the network cannot be run here.
    """
    return _answer(glance.run_id, glance.weights_hash, glance.image(), glance.scale)


def _answer(run_id: str, weights_hash: str, frame: np.ndarray, scale: float = 1.0) -> Answer:
    """Labels and confidence of a frame (H, W, 3) uint8 by a run's network: (h, w) uint8 each."""
    network, lock = network_for(run_id, weights_hash, frame.shape[0], frame.shape[1], scale)
    with lock:
        labels, confidence = network.predict(frame[None])
    return labels[0], confidence[0]


@st.cache_data(max_entries=8, show_spinner=False)
def refined_labels(glance: Glance) -> Answer:
    """The same at the size of the frame or its region, along its edges."""
    from segcore.video.refine import brightness, refine

    return refine(*video_labels(glance), brightness(glance.image()))


def network_for(
    run_id: str, weights_hash: str, height: int, width: int, scale: float = 1.0, *, graph: str = "labels"
) -> tuple[Scorer, threading.Lock]:
    """A run's network, ready for frames of this size, and the lock that one user at a time holds.

    Args:
        run_id, weights_hash: of the network.
        height, width: of the frames, pixels.
        scale: of its input.
        graph: "labels" for `predict`, "scores" for `scores`.

    Raises:
        BackendError, JobError: the network cannot be run here.
    """
    _prepared(run_id, weights_hash, height, width, scale, graph)
    return _predictor(run_id, weights_hash, scale)


def live_network_for(run_id: str, weights_hash: str, height: int, width: int) -> tuple[Predictor, threading.Lock]:
    """The same as `network_for`, quicker for frames that come one after another."""
    _prepared(run_id, weights_hash, height, width, 1.0, "labels")
    return _live(run_id, weights_hash)


@st.cache_data(max_entries=4, show_spinner=False)
def photo(run_id: str, weights_hash: str, name: str, content: bytes) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A picture file, upright, and its labels and confidence by a run's network.

    Args:
        run_id, weights_hash: of the network.
        name: of the file, for messages.
        content: of the file; its pixels decide what it is, not its name.

    Returns:
        (H, W, 3) uint8, (h, w) uint8, (h, w) uint8.

    Raises:
        InvalidImage: it is no picture that may be opened.
        BackendError, JobError: the network cannot be run here.
    """
    with passing() as folder:
        path = folder / (Path(name).name or "photo")
        path.write_bytes(content)
        image = read_image(path)
    return image, *_answer(run_id, weights_hash, image)


@st.cache_data(max_entries=1024, show_spinner=False)
def video_info(video: str, changed: float, fps: float = FPS) -> VideoInfo:
    """What a video is, by its header; `fps` as in `video_frame`."""
    del changed
    from segcore.video.source import source_info

    return source_info(Path(video), fps)


@st.cache_data(max_entries=16, show_spinner=False)
def frame_uri(path: str, changed: int) -> str:
    """A frame of a dataset as an address that holds it: the file itself where browsers can show it."""
    del changed
    kind = {".jpg": "image/jpeg", ".png": "image/png", ".webp": "image/webp"}.get(Path(path).suffix)
    if kind:
        return pictures.data_uri(Path(path).read_bytes(), kind)
    return pictures.data_uri(pictures.png(read_image(Path(path))), "image/png")


@st.cache_data(max_entries=16, show_spinner=False)
def dark_frame_uri(path: str, changed: int) -> str:
    """The same darkened, so that what is laid over it stands out."""
    del changed
    return pictures.data_uri(pictures.jpeg(read_image(Path(path)) // 5 * 2, 90), "image/jpeg")


@st.cache_data(max_entries=512, show_spinner=False)
def crops(paths: tuple[str, ...], changed: float) -> bytes:
    """Cut-outs of a class side by side, as one picture."""
    del changed
    return strips.crops(paths)


@st.cache_data(max_entries=512, show_spinner=False)
def packed_thumbnail(archive: str, changed: float, entry: str, width: int) -> bytes:
    """An image that lies in a ZIP under that file name, in whatever folder, as a small JPEG."""
    del changed
    return strips.packed(Path(archive), entry, width)


@st.cache_resource(max_entries=1, show_spinner=False, on_release=Drawer.close)
def _drawer() -> Drawer:
    """Draws samples, for all browsers."""
    return Drawer(cached.settings())


@st.cache_resource(max_entries=6, show_spinner=False)
def samples(name: str, content_hash: str, split: str, settings: str, count: int, start: int) -> Samples:
    """The samples that a training sees; `settings` is a `Sampling` as JSON.

    Raises:
        DatasetError, JobError: as `Drawer.samples`.
    """
    del content_hash, split
    return _drawer().samples(name, Sampling.model_validate_json(settings), count, start)


@st.cache_resource(max_entries=64, show_spinner=False)
def alone(name: str, content_hash: str, split: str, settings: str, stem: str, transform: Transform) -> Samples:
    """What one transform does on its own to a frame.

    Raises:
        DatasetError, JobError: as `Drawer.samples`.
    """
    del content_hash, split
    return _drawer().alone(name, Sampling.model_validate_json(settings), stem, transform)
