"""A trained network as a file for other programs: colours 0..255 in, scores or labels out, normalisation inside.

Input of the usual form: (N, h, w, 3) float32 RGB in [0, 255]. Output "scores": (N, h, w, classes) float32, logits or
probabilities as the network's spec says. With labels inside: (N, h, w, 3) uint8 in; "labels" and "confidence", both
(N, h, w) uint8, out: the very operations that inference runs. N is 1 for LiteRT, any number elsewhere.
"""

from segcore.inference.export.catalog import FORMATS, Format
from segcore.inference.export.checked import Agreement, Exported, export_network

__all__ = ["FORMATS", "Agreement", "Exported", "Format", "export_network"]
