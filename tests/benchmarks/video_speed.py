"""Every figure of a video job's speed, on the same frames, in turns; beside them what it could take at best.

    python tests/benchmarks/video_speed.py VIDEO RUN [--frames 24] [--rounds 3] [--only job bare network]

RUN is a training run of the default network in SEGCORE_HOME. Measured, in milliseconds a frame, the best of the rounds:

- `loop`: the notebook's own loop (see notebook_loop.py), `predict`: its `model.predict` of one frame;
- `notebook network`: the notebook's network alone at full throughput, `notebook job`: a whole job with it, from file to
  file (it computes, and the labels that are drawn are those of RUN's network at 256×256, as in the loop); `… bfloat16`:
  the same in bfloat16, where the processor multiplies that; `… int8`: in 8-bit integers, as a training of it leaves it
  where it fits (a video takes what is quickest);
- `bare`: the same frames decoded and encoded with the same settings, nothing else; `network`: RUN's network alone;
  `job`: a whole job with it; `bare fast`, `network fast`, `job fast`: the same for the speed "fast";
- `floor`: what the operations of the notebook's network take at the speed of a float32 matrix product.

Prints one JSON object with them and the ratios that are asked for: job over bare + network, loop over job.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from notebook_loop import CLASSES, _jpegs, notebook_ms, planes_by_ours
from skimage import io

from segcore.cli.video_network import network_for
from segcore.inference.compute import Compute
from segcore.inference.int8 import Int8Network, Int8Record
from segcore.inference.load import predictor_for, predictor_of
from segcore.inference.network import TrainedNetwork
from segcore.inference.openvino_backend import has_bfloat16, write_graph
from segcore.inference.peak import matmul_gflops
from segcore.inference.predictor import Scorer, started
from segcore.inference.quantization import Task, quantize
from segcore.models.architectures import ARCHITECTURES
from segcore.models.spec import ModelSpec
from segcore.models.weights import sha256_of
from segcore.pipeline.preprocess import Geometry, resize_labels
from segcore.runs.store import RunStore
from segcore.settings import Settings
from segcore.video.config import SegmentConfig
from segcore.video.demux import open_video
from segcore.video.info import VideoInfo
from segcore.video.planes import PlaneReader
from segcore.video.reader import VideoReader
from segcore.video.segment import segment
from segcore.video.speed import SPEEDS
from segcore.video.writer import VideoWriter

JOB_FRAMES = 20
"""Jobs work on so many times the frames of the loop: filling their queues and joining their files takes time, too."""


class Borrowed:
    """A network that computes, and gives the labels of another one.

    Args:
        network: computes.
        labels: (N, h, w) uint8, of the video's first frames, over and over.
    """

    def __init__(self, network: Scorer, labels: np.ndarray) -> None:
        self.classes, self.backend, self.parallel = network.classes, network.backend, network.parallel
        self.prepare, self.size_for = network.prepare, network.size_for
        self._network, self._labels, self._at = network, labels, 0

    def predict(self, frames: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The other one's labels, sure."""
        return self.start(list(frames))()

    def start(self, frames: Sequence[np.ndarray]) -> Callable[[], tuple[np.ndarray, np.ndarray]]:
        """The same, begun; as a network of one's own would be."""
        answers = started(self._network, frames)
        numbers = (self._at + np.arange(len(frames))) % len(self._labels)
        self._at += len(frames)

        def borrowed() -> tuple[np.ndarray, np.ndarray]:
            answers()
            return self._labels[numbers], np.full((len(frames), *self._labels.shape[1:]), 255, np.uint8)

        return borrowed


def bare_ms(video: Path, frames: int, out: Path) -> float:
    """Decode and encode, nothing else."""
    info = VideoInfo.from_path(video)
    planes = PlaneReader(info.coded_size, info.orientation, info.colors)
    with open_video(video) as container:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        begin = time.perf_counter()
        with VideoWriter(
            out, info.width, info.height, time_base=info.time_base, fps=info.fps, colors=info.colors
        ) as writer:
            for number, picture in enumerate(container.decode(stream)):
                if number == frames:
                    break
                writer.write(planes.read(picture), picture.pts)
    return 1000 * (time.perf_counter() - begin) / frames


def alone_ms(predictor: Scorer, small: np.ndarray, frames: int) -> float:
    """A network at full throughput."""
    begin = time.perf_counter()
    for at in range(0, frames, predictor.parallel):
        predictor.predict(small[np.arange(at, at + predictor.parallel) % len(small)])
    return 1000 * (time.perf_counter() - begin) / (-(-frames // predictor.parallel) * predictor.parallel)


def job_ms(config: SegmentConfig, predictor: Scorer | Borrowed, out: Path) -> float:
    """A whole job, from file to file."""
    result = segment(config, predictor, out)
    return 1000 * result.seconds / result.frames


def small_frames(video: Path, size: tuple[int, int], count: int = 16) -> np.ndarray:
    """(count, h, w, 3) uint8 RGB, of the video's first frames."""
    with VideoReader(video) as reader:
        return np.stack([frame.scaled(size) for frame, _ in zip(reader, range(count), strict=False)])


def notebook_network(folder: Path) -> TrainedNetwork:
    """The notebook's, not trained: its speed does not depend on the weights."""
    from segcore.models.registry import build
    from segcore.models.weights import save_weights

    spec = ModelSpec(
        architecture="unet_notebook", classes=CLASSES, geometry=Geometry(squeeze=(256, 256)), output="sigmoid"
    )
    model, _ = build(spec, pretrained=False)
    return TrainedNetwork(spec, folder / "notebook.npz", save_weights(model, folder / "notebook.npz"))


def in_int8(network: TrainedNetwork, frames: np.ndarray, folder: Path) -> TrainedNetwork:
    """The network with itself in 8 bits, which nobody scored: only its speed counts here."""
    size = (frames.shape[1], frames.shape[2])
    write_graph(network, size, "both", folder / "float32.xml")
    quantize([Task(folder / "float32.xml", frames, folder / "int8.xml")])
    files = (folder / "int8.xml", folder / "int8.bin")
    graph, constants = map(sha256_of, files)
    known = {"miou": 0.0, "miou_float32": 0.0, "class_loss": 0.0, "agreement": 0.0}
    record = Int8Record(weights=network.sha256, size=size, graph=graph, constants=constants, **known)
    return replace(network, int8=(Int8Network(record, *files),))


def measures(video: Path, run: str, count: int, folder: Path) -> dict[str, Callable[[], float]]:
    """Everything that is measured, by name."""
    settings = Settings.from_env()
    store = RunStore(settings)
    files, frames = _jpegs(video, folder, count), JOB_FRAMES * count
    with VideoReader(video) as reader:
        height, width, end = reader.info.height, reader.info.width, frames / reader.info.fps
    configs = {speed: SegmentConfig(video=video, run=run, speed=speed, end_s=end) for speed in SPEEDS}
    ours = {speed: network_for(store, run, config)[0] for speed, config in configs.items()}
    planes = planes_by_ours(ours["standard"], files, len(CLASSES))
    theirs = notebook_network(folder)
    keras_model = theirs.build()
    small_theirs = small_frames(video, (256, 256))
    fast_theirs = predictor_for(theirs, settings.home, backend="openvino")
    lighter: dict[str, Scorer] = {}
    if has_bfloat16():
        lighter["bfloat16"] = predictor_of(Compute(backend="openvino", precision="bfloat16"), theirs, settings.home)
    lighter["int8"] = predictor_of(
        Compute(backend="openvino", precision="int8"), in_int8(theirs, small_theirs, folder), settings.home
    )
    labels = np.stack([resize_labels(ours["standard"].predict(io.imread(f)[None])[0][0], (256, 256)) for f in files])
    one = np.zeros((1, 256, 256, 3), np.float32)
    made: dict[str, Callable[[], float]] = {
        "bare": lambda: bare_ms(video, frames, folder / "bare.mp4"),
        "loop": lambda: notebook_ms(keras_model, files, planes, folder / "drawn", CLASSES.color_table()),
        "predict": lambda: _best_of(lambda: keras_model.predict(one, verbose=0), 10),
        "notebook network": lambda: alone_ms(fast_theirs, small_theirs, count),
        "notebook job": lambda: job_ms(configs["standard"], Borrowed(fast_theirs, labels), folder / "notebook"),
    }
    for precision, network in lighter.items():
        made |= {
            f"notebook network {precision}": lambda n=network: alone_ms(n, small_theirs, count),  # type: ignore[misc]
            f"notebook job {precision}": lambda n=network: job_ms(  # type: ignore[misc]
                configs["standard"], Borrowed(n, labels), folder / "notebook"
            ),
        }
    for speed, suffix in (("standard", ""), ("fast", " fast")):
        small = small_frames(video, ours[speed].size_for(height, width))
        made |= {
            f"network{suffix}": lambda n=ours[speed], s=small: alone_ms(n, s, frames),  # type: ignore[misc]
            f"job{suffix}": lambda n=ours[speed], c=configs[speed]: job_ms(c, n, folder / "job"),  # type: ignore[misc]
        }
    (folder / "drawn").mkdir()
    return made


def _best_of(work: Callable[[], object], times: int) -> float:
    taken = []
    for _ in range(times):
        begin = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begin)
    return 1000 * min(taken)


def main() -> None:
    """Measure in turns and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("video", type=Path)
    parser.add_argument("run")
    parser.add_argument("--frames", type=int, default=24)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", nargs="+", help="names of what is measured; the ratios that these allow")
    given = parser.parse_args()
    best: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as name:
        every = measures(given.video, given.run, given.frames, Path(name))
        for _ in range(given.rounds):
            for what, measure in every.items():
                if given.only and what not in given.only:
                    continue
                best[what] = min(best.get(what, float("inf")), measure())
    flops, peak = ARCHITECTURES["unet_notebook"].gflops((256, 256)), matmul_gflops()
    best["floor"] = 1000 * flops / peak
    parts = {"bare + network": best["bare"] + best["network"]} if {"bare", "network"} <= best.keys() else {}
    known = best | parts
    pairs = (
        *(("job", "bare + network"), ("loop", "job"), ("loop", "job fast")),
        *(("loop", f"notebook job{precision}") for precision in ("", " bfloat16", " int8")),
        *(("predict", f"notebook network{precision}") for precision in ("", " bfloat16", " int8")),
        ("notebook network", "floor"),
    )
    ratios = {f"{a} over {b}": known[a] / known[b] for a, b in pairs if a in known and b in known}
    rounded = {kind: {k: round(v, 2) for k, v in values.items()} for kind, values in (("ms", best), ("ratios", ratios))}
    print(json.dumps(rounded | {"matmul_gflops_per_s": round(peak, 1)}, indent=1))


if __name__ == "__main__":
    main()
