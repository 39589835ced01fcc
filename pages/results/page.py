"""Results: what is in the video? ?run=… shows one, &with=… another beside it, &correct=… one of its frames to be
corrected; ?batch=… those made together."""

from pages.common import cached, owners, state
from pages.common.routes import RESULTS, VIDEO, turn
from pages.common.widgets import empty, problem, title
from pages.results import batch, compare, correct, opened, shelf
from segcore.batches.batch import open_batch
from segcore.errors import RunNotFound
from segcore.runs import RunState

asked, together, other = state.param("run"), state.param("batch"), state.param("with")
frame = state.param("correct")
results = cached.runs().list("segment", (RunState.FINISHED,))

if asked or together:
    try:
        if together:
            batch.draw(open_batch(cached.runs(), together))
        elif asked and other:
            compare.draw(cached.runs().get(asked), cached.runs().get(other))
        elif asked and frame:
            correct.draw(cached.runs().get(asked), frame)
        else:
            opened.draw(cached.runs().get(str(asked)))
    except RunNotFound as error:
        title("Results", "What is in the video?")
        problem(error)
        turn(RESULTS, "All results", key="all_results")
elif not results:
    title("Results", "What is in the video?")
    empty(
        ":material/movie:",
        "No segmented video yet",
        "Here you will watch the segmented video, see what was where and when, and download everything.",
        VIDEO,
        "Segment a video",
    )
else:
    title("Results", "What is in the video?")
    shelf.draw(owners.chosen(results, lambda run: run.owner, "results"))
