"""Is this installation well? Small checks, each with what it found and how to mend it."""

from segcore.doctor.check import Check, Outcome
from segcore.doctor.checkup import CHECKS, examine
from segcore.doctor.health import Health, health

__all__ = ["CHECKS", "Check", "Health", "Outcome", "examine", "health"]
