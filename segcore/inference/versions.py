"""Versions that decide whether a converted network may be used again."""

GRAPH_VERSION = "2"
"""Of the operations in `labelling`; raise it when they change."""
