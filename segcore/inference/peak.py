"""How fast this machine multiplies matrices: the yardstick for what a network could take at best."""

from __future__ import annotations

import time

import numpy as np

from segcore.inference.openvino_runtime import ov

SIDE = 2048
ROUNDS = 5


def matmul_gflops(side: int = SIDE) -> float:
    """Billions of floating-point operations a second, of a float32 product of square matrices on all cores.

    Computed by OpenVINO, as the networks are; the best of five rounds.

    Args:
        side: rows and columns of the matrices.
    """
    given = ov.opset13.parameter([side, side], np.float32)
    random = np.random.default_rng(0).standard_normal((2, side, side), np.float32)
    product = ov.opset13.matmul(given, ov.opset13.constant(random[0]), False, False)
    settings = {"NUM_STREAMS": "1", "INFERENCE_PRECISION_HINT": "f32"}
    request = ov.Core().compile_model(ov.Model([product], [given]), "CPU", settings).create_infer_request()
    seconds = []
    for _ in range(ROUNDS + 1):
        begin = time.perf_counter()
        request.infer({0: random[1]})
        seconds.append(time.perf_counter() - begin)
    return 2 * side**3 / min(seconds[1:]) / 1e9
