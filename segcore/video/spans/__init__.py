"""A video job on several workers: who makes which chunks, what helpers are told, and what they tell."""
