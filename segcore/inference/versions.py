"""Versions that decide whether a converted network may be used again."""

GRAPH_VERSION = "1"
"""Of the operations in `labelling`; raise it when they change."""
