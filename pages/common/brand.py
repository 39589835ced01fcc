"""The mark of segcore: a frame with a contour in it. Colours that read on light and on dark."""

from pages.common.charts import ACCENT, SECOND

_CONTOUR = "M8 15 C8 9 13 7 17 10 C21 13 24 12 24 17 C24 22 19 24 15 22 C11 20 8 20 8 15 Z"
_MARK = (
    f'<rect x="2" y="4" width="28" height="24" rx="6" fill="none" stroke="{ACCENT}" stroke-width="2.4"/>'
    f'<path d="{_CONTOUR}" fill="{SECOND}" fill-opacity="0.35" stroke="{SECOND}" stroke-width="2.2"/>'
)

MARK = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" width="32" height="32">{_MARK}</svg>'

LOGO = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 132 32" width="132" height="32">'
    f'{_MARK}<text x="40" y="23" font-family="sans-serif" font-size="20" font-weight="600" '
    f'fill="{ACCENT}">segcore</text></svg>'
)
