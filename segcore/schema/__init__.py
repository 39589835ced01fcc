"""The layout of SEGCORE_HOME has a version: older homes are brought up to date, newer ones are left alone."""

from segcore.schema.steps import Step
from segcore.schema.version import CURRENT, Upgrade, ensure, outlook, version_of

__all__ = ["CURRENT", "Step", "Upgrade", "ensure", "outlook", "version_of"]
