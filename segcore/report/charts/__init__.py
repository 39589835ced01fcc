"""Charts of a segmented video as pictures: PNG to look at, SVG to any size. Drawn by matplotlib, which needs no browser."""
