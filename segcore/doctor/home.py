"""SEGCORE_HOME: can it be written, does its disk do what segcore relies on, is there room, what was left behind?"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from segcore.doctor.check import Check, fail, ok, warn
from segcore.schema import CURRENT, outlook
from segcore.settings import Settings

_GIB = 2**30
_SHARED = {"nfs", "nfs4", "cifs", "smb3", "fuse.sshfs", "9p", "ceph", "lustre", "glusterfs"}
_LEFT_OVER_S = 24 * 3600.0
_LEFT_OVER = (".staging~*", ".backup-*", ".restoring", ".*.partial", ".doctor-*", "*/.staging~*", "*/.*.partial")
_CLAIM = """
import fcntl, sys
with open(sys.argv[1], "r+") as file:
    try:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        sys.exit(7)
"""
"""A second process that asks for a lock that the first one holds."""


def look(settings: Settings) -> list[Check]:
    """All of it; where the home is missing or cannot be written, that alone."""
    home = settings.home
    if not home.is_dir():
        nearest = next(p for p in home.parents if p.is_dir())
        if os.access(nearest, os.W_OK):
            return [ok("Home", f"{home} is not there yet, it will be made"), _room(nearest)]
        return [fail("Home", f"{home} cannot be made", f"Make it, or let this user write in {nearest}.")]
    try:
        with tempfile.TemporaryDirectory(prefix=".doctor-", dir=home) as folder:
            disk = [_renaming(Path(folder)), _locking(Path(folder)), _clock(Path(folder))]
    except OSError as error:
        mend = f"Let this user write there: chown -R {os.environ.get('USER', 'USER')} {home}"
        return [fail("Home", f"{home} cannot be written: {error}", mend)]
    return [_version(settings), _room(home), *disk, *_network(settings), _left_over(home)]


def _version(settings: Settings) -> Check:
    found = outlook(settings)  # one that is newer raises, and is told as that
    if found is None:
        return ok("Home", f"{settings.home}: nothing was done in it yet")
    if found < CURRENT:
        text = f"{settings.home}: version {found} of its layout, this segcore works with {CURRENT}"
        return warn("Home", text, "segcore upgrade (any command and the dashboard do it too)")
    return ok("Home", f"{settings.home}: can be written, version {found} of its layout")


def _room(folder: Path) -> Check:
    free = shutil.disk_usage(folder).free
    found, mend = (
        f"{free / _GIB:.1f} GiB are free",
        "Delete what is not needed (System page), or move to a larger disk.",
    )
    if free < _GIB:
        return fail("Disk", found, mend)
    return warn("Disk", found, mend) if free < 10 * _GIB else ok("Disk", found)


def _renaming(folder: Path) -> Check:
    """A file takes another's place in one step."""
    old, new = folder / "old", folder / "new"
    old.write_text("old")
    new.write_text("new")
    with old.open() as reader:
        new.replace(old)
        whole = reader.read() == "old" and old.read_text() == "new" and not new.exists()
    if whole:
        return ok("Renaming", "a file takes another's place in one step")
    return fail("Renaming", "renaming does not replace files in one step", "Put SEGCORE_HOME on a local disk.")


def _locking(folder: Path) -> Check:
    """A lock that this process holds is refused to another one."""
    if os.name != "posix":
        return ok("Locking", "SQLite's own, as on every system")
    import fcntl

    file = folder / "lock"
    mend = "Put SEGCORE_HOME on a local disk, or mount the share with locking (NFS: without nolock)."
    with file.open("w") as held:
        try:
            fcntl.lockf(held, fcntl.LOCK_EX)
        except OSError as error:
            return fail("Locking", f"the disk gives no locks: {error}", mend)
        claim = subprocess.run([sys.executable, "-S", "-c", _CLAIM, str(file)], capture_output=True, check=False)
    if claim.returncode == 7:
        return ok("Locking", "a second process is kept out")
    return fail("Locking", "two processes got the same lock at once", mend)


def _clock(folder: Path) -> Check:
    file = folder / "now"
    before = time.time()
    file.write_text("now")
    ahead = file.stat().st_mtime - before
    if abs(ahead) > 5:
        mend = "Set both clocks by the network: timedatectl set-ntp true"
        return warn("Clock", f"the disk's clock is {abs(ahead):.0f} s {'ahead' if ahead > 0 else 'behind'}", mend)
    return ok("Clock", "this machine's and the disk's agree")


def _network(settings: Settings) -> list[Check]:
    """SQLite on a share is unsafe as soon as two machines write."""
    kind = filesystem(settings.home)
    if kind not in _SHARED or not settings.tracking_uri.startswith("sqlite"):
        return []
    mend = "For several machines: SEGCORE_TRACKING_URI=postgresql://… (docs/deploy.md)."
    return [warn("Share", f"the runs' SQLite database lies on a network disk ({kind})", mend)]


def filesystem(path: Path) -> str:
    """The kind of file system that a path lies on; empty where the system does not say."""
    mounts = [(Path(p.mountpoint), p.fstype) for p in psutil.disk_partitions(all=True)]
    inside = [(len(mount.parts), kind) for mount, kind in mounts if path.resolve().is_relative_to(mount)]
    return max(inside, default=(0, ""))[1]


def _left_over(home: Path) -> Check:
    """What killed processes left, older than a day."""
    old = [p for pattern in _LEFT_OVER for p in home.glob(pattern) if _age(p) > _LEFT_OVER_S]
    if not old:
        return ok("Leftovers", "no unfinished files of killed work")
    listed = " ".join(f"'{p}'" for p in old[:5]) + (" …" if len(old) > 5 else "")
    return warn("Leftovers", f"unfinished files or folders of killed work: {len(old)}", f"rm -r {listed}")


def _age(path: Path) -> float:
    try:
        return time.time() - path.stat().st_mtime
    except OSError:  # it has just gone
        return 0.0
