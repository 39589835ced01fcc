"""classes.json: what the numbers in an exported network's output mean."""

from __future__ import annotations

import json

from segcore.classes import ClassTable


def classes_json(classes: ClassTable) -> str:
    """Ids, names and colours: {"classes": [{"id", "name", "color": "#rrggbb", "rgb": [r, g, b]}]}."""
    entries = [{"id": c.id, "name": c.name, "color": c.color, "rgb": list(c.rgb)} for c in classes]
    return json.dumps({"classes": entries}, ensure_ascii=False, indent=1)
