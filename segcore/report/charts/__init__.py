"""Charts of a segmented video as pictures: PNG to look at, SVG to any size. Matplotlib draws them without a browser."""
