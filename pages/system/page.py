"""System: is the machine well?"""

from pages.common import cached
from pages.common.widgets import side_by_side, title
from pages.system import bin, checkup, engine, machine, storage

title("System", "Devices, versions, workers, storage and the bin of this installation.")

checkup.draw()
left, right = side_by_side(1, 1, 380)
with left:
    engine.draw()
    storage.draw(cached.settings())
with right:
    machine.versions()
    machine.devices()
    bin.draw()
