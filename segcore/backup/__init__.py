"""A home in one file, made while it is at work, and made a home again in another place."""

from segcore.backup.making import BackupReport, make_backup
from segcore.backup.manifest import Manifest
from segcore.backup.restoring import RestoreReport, restore

__all__ = ["BackupReport", "Manifest", "RestoreReport", "make_backup", "restore"]
