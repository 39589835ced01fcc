"""The notebook's own loop against ours, on the same frames of the same video, in one run.

    python tests/benchmarks/notebook_loop.py VIDEO [RUN] [--frames 24]

RUN is a training run of the installation in SEGCORE_HOME; without it, `unet_efficientnet_lite0` at 640 pixels with
random decoder weights is used for our side (its speed does not depend on the weights, its noise makes drawing dearer).
The notebook's side always runs `unet_notebook` with random weights: its speed does not depend on them. What is drawn
there are the planes that our network gives for the same frames, at 256×256, as a well-trained notebook network would:
the noise of random weights has thousands of contours, and drawing them would flatter us. Without RUN our network is
noise too, and the ratio means little. Prints one JSON object: milliseconds a frame of both and their ratio.

The notebook's method, step by step: the frame is read from a JPEG file; scaled to 256×256 with anti-aliasing by
scikit-image; `model.predict` of one frame; `find_contours` of each of the 7 planes, scaled to the frame; frame ÷ 1.5;
contours drawn, dilated, in the class colour; the result saved as a JPEG file.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from skimage import io, measure, morphology, transform

from segcore.classes import ClassTable
from segcore.inference.load import predictor_for
from segcore.inference.network import TrainedNetwork
from segcore.models.spec import ModelSpec
from segcore.pipeline.preprocess import Geometry, resize_labels
from segcore.settings import Settings
from segcore.video.config import SegmentConfig
from segcore.video.reader import VideoReader
from segcore.video.segment import segment

if TYPE_CHECKING:
    import keras

    from segcore.inference.predictor import Predictor

CLASSES = ClassTable.of(["background", *(f"object {i}" for i in range(1, 8))])
WARM_UP = 2


def notebook_ms(
    model: keras.Model, files: list[Path], planes_of: dict[str, np.ndarray], out: Path, colors: np.ndarray
) -> float:
    """Milliseconds a frame of the notebook's loop; what it draws are the planes of `planes_of`, by file name."""
    for number, file in enumerate(files):
        if number == WARM_UP:
            start = time.perf_counter()
        frame = io.imread(file)
        small = transform.resize(frame, (256, 256), anti_aliasing=True)
        model.predict((small * 255)[None], verbose=0)
        drawn = notebook_drawing(frame, planes_of[file.name], colors)
        io.imsave(out / file.name, drawn, check_contrast=False)
    return 1000 * (time.perf_counter() - start) / (len(files) - WARM_UP)


def planes_by_ours(predictor: Predictor, files: list[Path], classes: int) -> dict[str, np.ndarray]:
    """(256, 256, classes) float32 planes, 0 or 1, of every frame, by file name."""
    planes = {}
    for file in files:
        labels, _ = predictor.predict(io.imread(file)[None])
        planes[file.name] = np.eye(classes, dtype=np.float32)[resize_labels(labels[0], (256, 256))]
    return planes


def notebook_drawing(frame: np.ndarray, planes: np.ndarray, colors: np.ndarray) -> np.ndarray:
    """(H, W, 3) uint8 with the contours of planes 1..7: (256, 256, 8) float32."""
    drawn = (frame / 1.5).astype(np.uint8)
    height, width = frame.shape[:2]
    for class_id in range(1, planes.shape[-1]):
        overlay = np.zeros((height, width), np.uint8)
        for contour in measure.find_contours(planes[..., class_id], 0.5):
            rows = np.clip(contour[:, 0] / 256 * height, 0, height - 1).astype(int)
            columns = np.clip(contour[:, 1] / 256 * width, 0, width - 1).astype(int)
            overlay[rows, columns] = 1
        overlay = morphology.dilation(overlay, morphology.disk(2))
        drawn[overlay == 1] = colors[class_id]
    return drawn


def ours_ms(network: TrainedNetwork, home: Path, video: Path, seconds: float, out: Path) -> tuple[float, Any]:
    """Milliseconds a frame of a whole video job, decoded to encoded, and its result."""
    predictor = predictor_for(network, home)
    config = SegmentConfig(video=video, run="benchmark", end_s=seconds)
    result = segment(config, predictor, out)
    return 1000 * result.seconds / result.frames, result


def random_network(folder: Path) -> TrainedNetwork:
    """The default network, not trained."""
    from segcore.models.registry import build
    from segcore.models.weights import save_weights

    spec = ModelSpec(
        architecture="unet_efficientnet_lite0", classes=CLASSES, geometry=Geometry(long_side=640), output="logits"
    )
    model, _ = build(spec, pretrained=True)
    return TrainedNetwork(spec, folder / "best.npz", save_weights(model, folder / "best.npz"))


def main() -> None:
    """Run both and print the ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("video", type=Path)
    parser.add_argument("run", nargs="?")
    parser.add_argument("--frames", type=int, default=24)
    given = parser.parse_args()
    settings = Settings.from_env()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = _jpegs(given.video, folder, given.frames)
        from segcore.models.unet_notebook import unet_notebook
        from segcore.runs.store import RunStore

        network = TrainedNetwork.of_run(RunStore(settings), given.run) if given.run else random_network(folder)
        planes = planes_by_ours(predictor_for(network, settings.home), files, len(CLASSES))
        theirs = notebook_ms(unet_notebook(8), files, planes, _made(folder / "notebook"), CLASSES.color_table())
        with VideoReader(given.video) as reader:
            seconds = given.frames * 4 / reader.info.fps
        ours, result = ours_ms(network, settings.home, given.video, seconds, folder / "ours")
    print(
        json.dumps(
            {
                "notebook_ms": round(theirs, 1),
                "ours_ms": round(ours, 1),
                "ratio": round(theirs / ours, 1),
                "frames": [len(files) - WARM_UP, result.frames],
                "stages": result.stages,
                "backend": result.summary["backend"],
            }
        )
    )


def _jpegs(video: Path, folder: Path, count: int) -> list[Path]:
    frames = _made(folder / "frames")
    with VideoReader(video) as reader:
        for frame in reader:
            if frame.index == count:
                break
            io.imsave(frames / f"{frame.index:05}.jpg", frame.image, check_contrast=False)
    return sorted(frames.iterdir())


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


if __name__ == "__main__":
    main()
