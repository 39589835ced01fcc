"""A video job in chunks: each is finished on its own, so that a killed job goes on where the last one ends."""
