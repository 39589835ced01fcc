"""segcore: from a few labelled frames to a segmented video and a table of what is in it.

Importing this package is cheap: no TensorFlow, no MLflow, no OpenVINO until a room that needs it is used.
"""

import os

os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")  # its own pool keeps 60 MB more of a video job

__version__ = "0.1.0"
