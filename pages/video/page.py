"""Video: segment these. ?run=… shows one job, ?batch=… those of many videos, ?model=… chooses the network."""

import streamlit as st

from pages.common import cached, rights, state
from pages.common.routes import TRAINING, VIDEO, turn
from pages.common.widgets import empty, md, problem, side_by_side, title, wake_engine
from pages.video import batch, form, photo, progress, source
from segcore.access import Action
from segcore.batches.batch import open_batch
from segcore.errors import RunNotFound
from segcore.models.spec import BEST_WEIGHTS
from segcore.runs import RunState

wake_engine()
asked, together = state.param("run"), state.param("batch")

if asked or together:
    try:
        if together:
            batch.draw(open_batch(cached.runs(), together))
        else:
            progress.draw(cached.runs().get(str(asked)))
    except RunNotFound as error:
        title("Video", "Segment every frame of a video.")
        problem(error)
        turn(VIDEO, "Segment a video", key="new_video")
    state.new_segment_token()
    st.stop()

title("Video", "Every frame segmented, drawn and measured, at its own size and time, with its sound.")
usable = (RunState.FINISHED, RunState.INTERRUPTED, RunState.FAILED)
models = [run for run in cached.runs().list("train", usable) if cached.runs().has_file(run.id, BEST_WEIGHTS)]
if not models:
    empty(
        ":material/model_training:",
        "No trained network yet",
        "A video is segmented by a network that has learned your classes.",
        TRAINING,
        "Start a training",
    )
    st.stop()

progress.others()
if rights.only_look(Action.START, "segment videos"):
    st.stop()
left, right = side_by_side(2, 3)
with left:
    wanted = state.param("model")
    first = next((i for i, run in enumerate(models) if run.id == wanted), 0)
    model = st.selectbox("Trained run", models, first, format_func=lambda r: md(r.name), key="video_model")
    way = source.choose_way()
    videos = source.choose_many(way) if way != source.PHOTO else []
if way == source.PHOTO:
    photo.draw(model, left, right)
elif videos:
    form.draw(model, videos, left, right)
