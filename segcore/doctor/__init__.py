"""Is this installation well? Small checks, each with what it found and how to mend it."""

from segcore.doctor.check import Check, Look, Outcome
from segcore.doctor.checkup import CHECKS, examine

__all__ = ["CHECKS", "Check", "Look", "Outcome", "examine"]
