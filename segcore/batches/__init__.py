"""Many videos, segmented one after another with the same settings, and looked at as one."""
