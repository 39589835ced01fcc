// A video, and what is in it, on one time axis: a click in the chart seeks, playing moves the cursor.
// `data` is what watch.py sends; times of the chart are the source's, `data.start` is where the video begins.

const EDGE = { left: 56, right: 10, top: 8, bottom: 20 }
const CURVES = 220, ROW = 18, GAP = 10
const MUTED = "rgba(128,140,140,0.55)"
const views = new WeakMap()

export default function (component) {
  const { data, parentElement, setTriggerValue } = component
  const root = parentElement.querySelector(".watch")
  const view = views.get(root) ?? { zoom: null, pointer: null, drag: null, seeks: null, asked: 0 }
  views.set(root, view)
  const others = view.more !== data.more  // other lines: those of the zoom are not theirs
  if (view.name !== data.name) view.zoom = null
  if (view.name !== data.name || others) view.finer = null
  Object.assign(view, { root, data, name: data.name, more: data.more, tell: setTriggerValue })
  for (const part of ["video", "canvas", ".where", ".all", ".pick", ".legend"]) view[part.replace(".", "")] = root.querySelector(part)
  arrange(view)
  arrangeSecond(view)
  draw(view)
  if (others && view.zoom) zoomTo(view, view.zoom)
  if (data.seek && data.seek.id !== view.seeks) {
    view.seeks = data.seek.id
    seek(view, data.seek.time)
  }
  if (!view.watcher) {
    view.watcher = new ResizeObserver(() => draw(view))
    view.watcher.observe(root)
    follow(view)
  }
  return () => { view.watcher?.disconnect(); view.watcher = null; view.playing?.abort(); view.playing = null }
}

function arrange(view) {
  const { video, canvas, data } = view
  if (video.dataset.address !== data.video) {
    video.dataset.address = data.video
    view.broken = false
    video.onerror = () => { view.broken = true; draw(view) }
    video.src = data.video
    if (data.poster) video.poster = data.poster
  }
  video.setAttribute("aria-label", data.label)
  canvas.setAttribute("role", "img")
  canvas.setAttribute("aria-label", `${data.title} and presence of each class over the time of the video`)
  canvas.style.height = `${EDGE.top + CURVES + GAP + ROW * data.strips.length + EDGE.bottom}px`
  view.all.onclick = () => { zoomTo(view, null) }
  view.pick.hidden = !data.pick
  view.pick.textContent = data.pick
  view.pick.onclick = () => { view.video.pause(); view.tell("picked", { name: data.name, time: now(view) }) }
  view.values = data.lines.map((line) => {
    const item = document.createElement("span"), mark = document.createElement("i"), value = document.createElement("b")
    mark.style.background = line.dashed ? `repeating-linear-gradient(90deg, ${line.color} 0 4px, transparent 4px 7px)` : line.color
    item.append(mark, line.name, value)
    return { item, value }
  })
  view.legend.replaceChildren(...view.values.map((each) => each.item))
  canvas.tabIndex = 0
  canvas.onpointerdown = (event) => {
    canvas.setPointerCapture(event.pointerId)
    const time = timeAt(view, event)
    view.drag = { from: time, to: time, x: event.clientX }
  }
  canvas.onpointermove = (event) => {
    view.pointer = timeAt(view, event)
    if (view.drag) view.drag.to = view.pointer
    draw(view)
  }
  canvas.onpointerup = (event) => {
    const drag = view.drag
    view.drag = null
    if (!drag) return
    if (Math.abs(event.clientX - drag.x) > 6) zoomTo(view, [drag.from, drag.to].sort((a, b) => a - b))
    else seek(view, timeAt(view, event))
  }
  canvas.onpointerleave = () => { view.pointer = null; draw(view) }
  canvas.ondblclick = () => { zoomTo(view, null) }
  canvas.onkeydown = (event) => {
    const steps = { ArrowLeft: -1, ArrowRight: 1 }[event.key]
    if (!steps) return
    event.preventDefault()
    seek(view, now(view) + steps * (event.shiftKey ? 1 : data.frame))
  }
}

// Every frame that the video shows moves the cursor.
function follow(view) {
  view.playing = new AbortController()
  const options = { signal: view.playing.signal }
  followSecond(view, options)
  for (const name of ["seeking", "seeked", "loadeddata"]) view.video.addEventListener(name, () => draw(view), options)
  if (!view.video.requestVideoFrameCallback) {
    view.video.addEventListener("timeupdate", () => draw(view), options)
    return
  }
  const next = () => {
    if (options.signal.aborted) return
    draw(view)
    view.video.requestVideoFrameCallback(next)
  }
  view.video.requestVideoFrameCallback(next)
}

// Half a frame further: an address between two frames would show the one before.
function seek(view, time) {
  const end = view.video.duration || Infinity
  view.video.currentTime = Math.min(Math.max(0, time - view.data.start + view.data.frame / 2), end)
  seekSecond(view)
  draw(view)
}

function now(view) { return view.video.currentTime + view.data.start }

function timeAt(view, event) {
  const frame = view.canvas.getBoundingClientRect(), [from, to] = span(view)
  const share = (event.clientX - frame.left - EDGE.left) / (frame.width - EDGE.left - EDGE.right)
  return from + Math.min(1, Math.max(0, share)) * (to - from)
}

function span(view) {
  return view.zoom && view.zoom[1] > view.zoom[0] ? view.zoom : [view.data.start, view.data.end]
}

// Far in, the dashboard is asked for every point; until it answers, the coarse ones are shown.
function zoomTo(view, zoom) {
  view.zoom = zoom
  view.finer = null
  draw(view)
  if (!zoom || !view.data.more) return
  const asked = ++view.asked
  fetch(view.data.more, { method: "POST", body: JSON.stringify({ from: zoom[0], to: zoom[1] }) })
    .then((answer) => (answer.ok ? answer.json() : null))
    .then((lines) => {
      if (!lines || asked !== view.asked || lines.length !== view.data.lines.length) return
      view.finer = lines
      view.canvas.dataset.finer = String(Math.max(0, ...lines.map((line) => line.x.length)))
      draw(view)
    })
    .catch(() => { view.finer = null })
}
