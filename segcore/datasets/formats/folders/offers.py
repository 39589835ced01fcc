"""Mends that would help a set of plain folders, each as an offer that a user takes or leaves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from segcore.datasets.formats.folders.affixes import WHOLE, find_affixes
from segcore.datasets.formats.folders.layout import Paired
from segcore.datasets.formats.folders.legend import strays
from segcore.datasets.formats.folders.masks import Looked
from segcore.datasets.formats.masks.encodings import Encoding
from segcore.datasets.formats.masks.near_colors import class_colors
from segcore.datasets.formats.masks.raw_masks import Scan
from segcore.datasets.repairs import Offer, Repairs

_FLAT_SHARE = 0.02
"""A colour with a smaller share of its pixels inside regions of it is one of borders."""


@dataclass(frozen=True)
class Finds:
    """What offers are made from; `mask_of`: stem → the mask's name as shown."""

    paired: Paired
    looked: Looked
    encoding: Encoding | None
    mask_of: Mapping[str, str]


def offers(finds: Finds, repairs: Repairs) -> tuple[Offer, ...]:
    """All mends that would help and are not yet taken."""
    made = [_pairing(finds, repairs), _near(finds, repairs), _unknown(finds, repairs)]
    return tuple(offer for offer in (*made, *sizes(finds.looked, repairs)) if offer)


def _pairing(finds: Finds, repairs: Repairs) -> Offer | None:
    paired = finds.paired
    found = find_affixes(paired.lone_images, paired.lone_masks)
    if found is None:
        return None
    sides = [(found.image, "image"), (found.mask, "mask")]
    shown = " and ".join(f"{pattern} ({side})" for pattern, side in sides if pattern != WHOLE)
    taken = {
        "image_suffix": found.image if found.image != WHOLE else repairs.image_suffix,
        "mask_suffix": found.mask if found.mask != WHOLE else repairs.mask_suffix,
    }
    return Offer(
        kind="pair_suffix",
        title=f"Pair names that differ by {shown}",
        detail=f"{found.count} images find their masks.",
        count=found.count,
        repairs=repairs.model_copy(update=taken),
    )


def _near(finds: Finds, repairs: Repairs) -> Offer | None:
    numbered = finds.encoding is not None and finds.encoding.kind == "index"
    if repairs.near_colors or repairs.encoding or numbered:  # blurred class numbers cannot be told apart
        return None
    soft = [*finds.paired.lossy, *finds.looked.soft]
    if finds.encoding and finds.encoding.kind == "color":
        border = _border_colors(finds.encoding, finds.looked.scans)
        unknown = strays(finds.encoding, finds.looked.scans)
        touched = [s for s, scan in finds.looked.scans.items() if s in unknown or border & scan.codes]
        soft += [finds.mask_of[s] for s in touched]
    hopeless = finds.looked.soft and finds.encoding is None and len(class_colors(finds.looked.flat)) < 2
    if not soft or hopeless:
        return None
    return Offer(
        kind="near_colors",
        title="Clean up blurred borders",
        detail=f"{len(soft)} masks were smoothed or saved as JPEG. Each pixel becomes the class of the nearest colour.",
        files=tuple(soft[:100]),
        count=len(soft),
        repairs=repairs.model_copy(update={"near_colors": True}),
    )


def _border_colors(encoding: Encoding, scans: Mapping[str, Scan]) -> set[int]:
    """Colours taken for classes that have (almost) no inside anywhere: blends at borders."""
    pixels: Counter[int] = Counter()
    flat: Counter[int] = Counter()
    for scan in scans.values():
        if scan.kind == "color":
            pixels.update({c: n for c, n in scan.counts.items() if c in encoding.table})
            flat.update(scan.flat)
    return {code for code, count in pixels.items() if flat[code] < _FLAT_SHARE * count and count > 1}


def _unknown(finds: Finds, repairs: Repairs) -> Offer | None:
    if repairs.unknown_ignore or finds.encoding is None:
        return None
    unknown = strays(finds.encoding, finds.looked.scans)
    if not unknown:
        return None
    pixels: Counter[int] = Counter()
    for codes in unknown.values():
        pixels.update(codes)
    colored = finds.encoding.kind == "color"
    shown = ", ".join(f"#{code:06x}" if colored else str(code) for code, _ in pixels.most_common(4))
    what = "colours" if colored else "labels"
    return Offer(
        kind="unknown_ignore",
        title=f"Ignore {what} of no class",
        detail=f"{len(unknown)} masks hold {shown}{' …' if len(pixels) > 4 else ''} in {sum(pixels.values())} pixels. "
        "They are neither trained on nor scored.",
        files=tuple(finds.mask_of[s] for s in unknown)[:100],
        count=len(unknown),
        repairs=repairs.model_copy(update={"unknown_ignore": True}),
    )


def sizes(looked: Looked, repairs: Repairs) -> list[Offer]:
    """Turn masks with their images, or scale them."""
    found = []
    turned = [*looked.turned, *looked.upside]
    if turned and not repairs.turn_masks:
        found.append(turn_offer(turned, bool(looked.turned), repairs))
    rest = [mask for mask in looked.resized if mask not in set(looked.turned)]
    if rest and not repairs.resize_masks:
        found.append(resize_offer(rest, repairs))
    return found


def turn_offer(masks: list[str], fits: bool, repairs: Repairs) -> Offer:
    """`fits`: the masks fit their images only before the EXIF rotation."""
    why = "fit their images before" if fits else "may have been drawn before"
    return Offer(
        kind="turn_masks",
        title="Turn masks with their images",
        detail=f"{len(masks)} masks {why} the rotation that the images' EXIF data ask for.",
        files=tuple(masks[:100]),
        count=len(masks),
        repairs=repairs.model_copy(update={"turn_masks": True}),
    )


def resize_offer(masks: list[str], repairs: Repairs) -> Offer:
    """Masks of another size, scaled by nearest neighbour."""
    return Offer(
        kind="resize_masks",
        title="Scale masks to their images",
        detail=f"{len(masks)} masks have another size than their images. Each pixel takes the nearest label.",
        files=tuple(masks[:100]),
        count=len(masks),
        repairs=repairs.model_copy(update={"resize_masks": True}),
    )
