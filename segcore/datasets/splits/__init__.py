"""Split by image, without leakage: what resembles each other stays on one side.

Frames of a video resemble their neighbours, so whole groups (videos, episodes, folders) or whole runs of
neighbours are validated on, and the frames next to a run are left out. Augmentation never makes a split: an
augmented copy of a training frame validates nothing.
"""

from __future__ import annotations

from segcore.datasets.splits.choice import propose_split, usual_block
from segcore.datasets.splits.extend import extend_split
from segcore.datasets.splits.folds import k_folds
from segcore.datasets.splits.groups import group_by_pattern
from segcore.datasets.splits.leaks import neighbours_across

__all__ = ["extend_split", "group_by_pattern", "k_folds", "neighbours_across", "propose_split", "usual_block"]
