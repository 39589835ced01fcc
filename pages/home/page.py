"""Home: what is going on, and what comes next?"""

from pages.common import cached
from pages.common.widgets import title, wake_engine
from pages.home import jobs, latest, steps, welcome

title("Home", "From a few labelled frames to a segmented video and a table of what is in it.")

wake_engine()
datasets = cached.datasets().names()
now = steps.standing(datasets, cached.runs().list())
running = jobs.active()

jobs.live(len(running))
if not datasets:
    welcome.try_sample()
elif not now.trained and not running:
    welcome.first_training(cached.dataset(datasets[-1]))
steps.draw(now, primary=bool(datasets) and bool(now.trained))
latest.results(now.segmented)
latest.trained(now.trained)
steps.more_links(now)
