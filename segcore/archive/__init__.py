"""ZIP archives from unknown hands: everything their directory says is checked before the first byte is read."""

from segcore.archive.checks import JUNK, Limits, is_junk
from segcore.archive.opened import Archive, unpack

__all__ = ["JUNK", "Archive", "Limits", "is_junk", "unpack"]
