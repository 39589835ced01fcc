"""segcore: from a few labelled frames to a segmented video and a table of what is in it.

Importing this package is cheap: no TensorFlow, no MLflow, no OpenVINO until a room that needs it is used.
"""

__version__ = "0.1.0"
