"""Keeping an installation tidy: the bin, what takes how much room, and what can go."""
