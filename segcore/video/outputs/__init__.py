"""What a video job writes: each output is one module and takes every frame in order."""
