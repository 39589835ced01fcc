"""A table in parts; of a long one, a column at a time is in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from segcore.knowledge.table_files import read_parts

AT_ONCE = 50_000
"""Rows that are no matter for memory; to open files for each column anew takes longer than to read them."""


class ColumnsOfParts:
    """Parquet files of one schema as one table. Up to `AT_ONCE` rows are read once and kept; of more, a column is read
    whenever it is asked for, and not kept.

    Args:
        parts: one at least.
        names: the columns that are wanted of them.
        known: columns that are in memory, (rows,) each.
    """

    def __init__(
        self, parts: Sequence[Path], names: Sequence[str], known: Mapping[str, np.ndarray] | None = None
    ) -> None:
        self._parts, self._names, self._known = parts, names, dict(known or {})

    def __contains__(self, name: object) -> bool:
        return name in self._names or name in self._known

    def __getitem__(self, name: str) -> pd.Series:
        """A column; text as categories."""
        if name in self._known:
            return pd.Series(self._known[name], copy=False)
        if name not in self._names:
            raise KeyError(name)
        return read_parts(self._parts, [name])[name] if self._whole is None else self._whole[name]

    @cached_property
    def _whole(self) -> pd.DataFrame | None:
        rows = sum(pq.read_metadata(part).num_rows for part in self._parts)
        return read_parts(self._parts, self._names) if rows <= AT_ONCE else None


Columns = pd.DataFrame | ColumnsOfParts
"""What columns can be had of by name."""
