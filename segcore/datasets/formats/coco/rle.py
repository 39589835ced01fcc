"""Run-length codes as COCO writes them: columns first, runs of 0 and 1 in turn, the first run is of zeros.

Nothing is decoded before its runs are known to fill the picture exactly.
"""

from __future__ import annotations

import numpy as np

_FIRST = 48
_MORE, _SIGN = 0x20, 0x10
_MAX_DIGITS = 7


def parse_counts(text: str) -> np.ndarray:
    """The runs of COCO's compressed text: six bits a character, differences to the run before the last.

    Returns:
        (n,) int64.

    Raises:
        ValueError: characters that the code does not have, or a number that never ends.
    """
    if not text.isascii():
        raise ValueError("characters that no run-length code has")
    digits = np.frombuffer(text.encode(), np.uint8).astype(np.int64) - _FIRST
    if not len(digits):
        return np.zeros(0, np.int64)
    if digits.min() < 0 or digits.max() > 63 or digits[-1] & _MORE:
        raise ValueError("characters that no run-length code has")
    ends = np.flatnonzero(digits & _MORE == 0)
    starts = np.concatenate([[0], ends[:-1] + 1])
    lengths = ends - starts + 1
    if lengths.max() > _MAX_DIGITS:
        raise ValueError("a run longer than any picture")
    place = np.arange(len(digits)) - np.repeat(starts, lengths)
    numbers = np.add.reduceat((digits & 31) << (5 * place), starts)
    negative = (digits[ends] & _SIGN) != 0
    numbers = np.where(negative, numbers - (1 << 5 * lengths), numbers)
    numbers[1::2] = np.cumsum(numbers[1::2])
    numbers[2::2] = np.cumsum(numbers[2::2])
    return numbers


def check_counts(counts: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """The runs, if they fill a picture of (height, width) exactly.

    Raises:
        ValueError: negative runs, or another sum.
    """
    if (counts < 0).any() or int(counts.sum()) != size[0] * size[1]:
        raise ValueError(f"runs for {int(counts.sum())} pixels, expected {size[1]}×{size[0]}")
    return counts


def decode(counts: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Runs that `check_counts` let pass → (height, width) bool."""
    values = np.arange(len(counts)) % 2 == 1
    return np.repeat(values, counts).reshape(size[1], size[0]).T


def encode_parts(parts: np.ndarray) -> dict[int, list[int]]:
    """The runs of every part of a picture at once.

    Args:
        parts: (H, W) int, each part with a number of its own; 0 is none.

    Returns:
        Number → runs, zeros first.
    """
    flat = np.ravel(parts, order="F")
    starts = np.concatenate([[0], np.flatnonzero(np.diff(flat)) + 1])
    ends = np.concatenate([starts[1:], [flat.size]])
    owner = flat[starts]
    order = np.argsort(owner, kind="stable")
    starts, ends, owner = starts[order], ends[order], owner[order]
    cuts = np.flatnonzero(np.diff(owner)) + 1
    runs = {}
    for number, begin, end in zip(
        owner[np.concatenate([[0], cuts])], np.split(starts, cuts), np.split(ends, cuts), strict=True
    ):
        if number:
            borders = np.stack([begin, end], 1).ravel()
            whole = np.diff(np.concatenate([[0], borders, [flat.size]]))
            runs[int(number)] = (whole if whole[-1] else whole[:-1]).tolist()
    return runs
