// The second video of a comparison: beside the first, without controls, always at the same place of the time axis.
// `data.second` is { video, label, name, first, start }: names of both, and where on the axis the second begins.

const APART = 1, PULL = 0.4

function arrangeSecond(view) {
  const { root, data } = view
  let panes = root.querySelector(".panes")
  if (!data.second) { panes?.replaceWith(view.video); view.second = null; return }
  if (!panes) {
    panes = document.createElement("div")
    panes.className = "panes"
    view.video.replaceWith(panes)
    const other = document.createElement("video")
    Object.assign(other, { muted: true, playsInline: true, preload: "auto", className: "second" })
    other.onclick = () => (view.video.paused ? view.video.play() : view.video.pause())
    panes.append(...["", ""].map(() => document.createElement("span")), view.video, other)
  }
  const [first, second] = panes.querySelectorAll("span")
  first.textContent = data.second.first
  second.textContent = data.second.name
  view.second = panes.querySelector(".second")
  view.second.setAttribute("aria-label", data.second.label)
  if (view.second.dataset.address !== data.second.video) {
    view.second.dataset.address = data.second.video
    view.second.onerror = () => { second.textContent = `${data.second.name}: this browser cannot play the video.` }
    view.second.onloadedmetadata = () => seekSecond(view)
    view.second.src = data.second.video
  }
}

function seekSecond(view) {
  const { video, second, data } = view
  if (!second) return
  const time = video.currentTime + data.start - data.second.start
  second.currentTime = Math.min(Math.max(0, time), second.duration || Infinity)
}

// It plays, pauses and seeks with the first; where it drifts it goes a little faster or slower, so that it never stalls.
function followSecond(view, options) {
  const { video } = view
  video.addEventListener("play", () => view.second?.play().catch(() => {}), options)
  video.addEventListener("pause", () => { view.second?.pause(); seekSecond(view) }, options)
  video.addEventListener("seeking", () => seekSecond(view), options)
  video.addEventListener("timeupdate", () => {
    const { second, data } = view
    if (!second || video.paused || second.seeking) return
    const off = second.currentTime - (video.currentTime + data.start - data.second.start)
    if (Math.abs(off) > APART) seekSecond(view)
    second.playbackRate = video.playbackRate * (1 - PULL * Math.min(1, Math.max(-1, off)))
  }, options)
}
