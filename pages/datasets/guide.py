"""What a ZIP should look like, as a picture."""

from __future__ import annotations

import streamlit as st

from pages.common.charts import ACCENT

INK = "#7d8f8f"
"""Reads on light and on dark."""


def draw(*, opened: bool) -> None:
    """The picture beside a few words."""
    with st.expander("What should a ZIP look like?", icon=":material/folder_zip:", expanded=opened):
        left, right = st.columns([2, 3], gap="large", vertical_alignment="center")
        left.image(_drawing(), alt="A ZIP with a folder images and a folder masks, file names alike", width="stretch")
        right.markdown(
            "- **images** – the frames: JPEG, PNG, WebP, BMP or TIFF, of any size.\n"
            "- **masks** – for each frame a PNG of the same name and size, in which a pixel's value is its class: "
            "0 background, 1, 2, 3 … (255: not labelled). Masks in colours are understood as well.\n"
            "- **classes.txt** – one name a line, from class 0 on. Optional: names can be given later.\n\n"
            "An export of an annotation tool is taken as it is: CVAT, Pascal VOC, COCO, YOLO, nnU-Net, CamVid.\n\n"
            ":gray[30 frames are a good start. What does not fit is listed with the mend; nothing is imported before "
            "you have seen it.]"
        )


def _drawing() -> str:
    lines = [
        (0, "▾ my-frames.zip"),
        (1, "▾ images"),
        (2, "0001.jpg"),
        (2, "0002.jpg"),
        (1, "▾ masks"),
        (2, "0001.png"),
        (2, "0002.png"),
        (1, "classes.txt"),
    ]
    font = f'font-family="monospace" font-size="15" fill="{INK}"'
    rows = "".join(
        f'<text x="{16 + 24 * depth}" y="{30 + 26 * row}" {font}>{text}</text>'
        for row, (depth, text) in enumerate(lines)
    )
    pairs = "".join(_pair(150, 68 + 26 * row, 78 + 4 * 26 - 10 + 26 * row - 10) for row in range(2))
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 340 232" width="340" height="232">{rows}{pairs}</svg>'


def _pair(x: int, top: int, bottom: int) -> str:
    """A bracket that ties a frame to its mask."""
    reach = x + 40 + (bottom - top) // 6
    return (
        f'<path d="M{x + 10} {top + 9} H{reach} V{bottom + 9} H{x + 10}" fill="none" stroke="{ACCENT}" '
        f'stroke-width="1.5" opacity="0.8"/><text x="{reach + 8}" y="{(top + bottom) // 2 + 14}" '
        f'font-family="sans-serif" font-size="12" fill="{ACCENT}">one name</text>'
    )
