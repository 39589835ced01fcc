"""Video: segment this."""
