"""What the encoder's settings cost and bring: processor time, size, nearness to the source.

    python tests/benchmarks/encoder_settings.py VIDEO [--frames 60]

Four kinds of pictures of VIDEO's first frames: as they are, with contours drawn on them, with noise of a weak camera,
and one frame that is panned across. Each is encoded as segcore does, and with x264's own presets.
"""

from __future__ import annotations

import argparse
import io
import itertools
import resource
from collections.abc import Iterator
from pathlib import Path

import av
import cv2
import numpy as np
from skimage.metrics import structural_similarity

from segcore.video.reader import VideoReader
from segcore.video.writer import CRF, X264

SETTINGS: dict[str, dict[str, str]] = {
    "segcore": X264 | {"crf": str(CRF)},
    "veryfast 21": {"preset": "veryfast", "crf": "21"},
    "superfast 23": {"preset": "superfast", "crf": "23"},
    "ultrafast 21": {"preset": "ultrafast", "crf": "21"},
}
COMPARED = 10
"""Each so-many-th frame is compared."""


def kinds(frames: list[np.ndarray]) -> Iterator[tuple[str, list[np.ndarray]]]:
    """Name, and frames (H * 3 / 2, W) uint8 in yuv420p."""
    rng = np.random.default_rng(0)
    height, width = frames[0].shape[:2]
    yield "as it is", [_yuv(f) for f in frames]
    yield "contours", [_yuv(_outlined(f.copy(), n)) for n, f in enumerate(frames)]
    yield "noise", [_yuv(np.clip(f + rng.normal(0, 5, f.shape), 0, 255).astype(np.uint8)) for f in frames]
    steps = range(len(frames))
    moves = [cv2.getRotationMatrix2D((width / 2 + 4 * n, height / 2), n / 10, 1.3 + n / 200) for n in steps]
    yield "panned", [_yuv(cv2.warpAffine(frames[0], m, (width, height), flags=cv2.INTER_CUBIC)) for m in moves]


def _yuv(image: np.ndarray) -> np.ndarray:
    return cv2.cvtColor(image, cv2.COLOR_RGB2YUV_I420)


def _outlined(image: np.ndarray, number: int) -> np.ndarray:
    for k in range(6):
        color = [255 * (k + 1 >> bit & 1) for bit in range(3)]
        center = (300 + 250 * k + 3 * number, 300 + 200 * (k % 3) + 2 * number)
        cv2.ellipse(image, center, (150, 90), 20 * k + number, 0, 360, color, 4, cv2.LINE_AA)
    return image


def encoded(frames: list[np.ndarray], options: dict[str, str]) -> tuple[bytes, float]:
    """The file, and milliseconds of processor time a frame."""
    out, begin = io.BytesIO(), _processor_s()
    with av.open(out, "w", format="mp4") as output:
        stream = output.add_stream("libx264", rate=30, options=options)
        stream.width, stream.height = frames[0].shape[1], frames[0].shape[0] * 2 // 3
        stream.pix_fmt, stream.thread_type = "yuv420p", "AUTO"
        stream.codec_context.max_b_frames, stream.codec_context.gop_size = 0, 60
        for number, planes in enumerate(frames):
            picture = av.VideoFrame.from_ndarray(planes, format="yuv420p")
            picture.pts = number
            output.mux(stream.encode(picture))
        output.mux(stream.encode())
    return out.getvalue(), 1000 * (_processor_s() - begin) / len(frames)


def _processor_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def likeness(frames: list[np.ndarray], file: bytes) -> tuple[float, float]:
    """PSNR in dB and SSIM of the brightness, means over compared frames."""
    height = frames[0].shape[0] * 2 // 3
    psnr, ssim = [], []
    with av.open(io.BytesIO(file)) as container:
        for number, picture in enumerate(container.decode(video=0)):
            if number % COMPARED == 0:
                given, got = frames[number][:height], picture.reformat(format="yuv420p").to_ndarray()[:height]
                psnr.append(10 * np.log10(255**2 / np.mean((given.astype(np.float32) - got) ** 2)))
                ssim.append(structural_similarity(given, got, data_range=255))
    return float(np.mean(psnr)), float(np.mean(ssim))


def main() -> None:
    """Print a row for each kind and setting."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("video", type=Path)
    parser.add_argument("--frames", type=int, default=60)
    asked = parser.parse_args()
    with VideoReader(asked.video) as reader:
        frames = [frame.image for frame in itertools.islice(reader, asked.frames)]
    for (kind, planes), (name, options) in itertools.product(kinds(frames), SETTINGS.items()):
        file, ms = encoded(planes, options)
        psnr, ssim = likeness(planes, file)
        print(f"{kind:<10}{name:<14}{ms:6.1f} ms{len(file) / 1e6:8.2f} MB{psnr:8.2f} dB{ssim:8.4f}", flush=True)


if __name__ == "__main__":
    main()
