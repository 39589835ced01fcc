"""Versions that decide whether a converted network may be used again."""

GRAPH_VERSION = "3"
"""Of the operations in `labelling` and `polyphase`; raise it when they change."""
