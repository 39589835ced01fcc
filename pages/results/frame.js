// A frame of a result to draw on and to look at: the video stands still (or plays), shapes, ways or a heat map lie over it.
// `data` is what frame.py sends. Points are shares of the frame; times are the source's, `data.start` is where the video begins.

const SVG = "http://www.w3.org/2000/svg"
const COLORS = ["#ffb000", "#00d5ff", "#ff5fa2", "#7cff6b", "#c79bff", "#ff7a45", "#f5f06a", "#5fa8ff"]
const TOOLS = { select: "Move", polygon: "Polygon", rectangle: "Rectangle", line: "Line", length: "Known length" }
const HINTS = {
  select: "Drag a shape to move it, a corner to bend it, a small dot to add a corner. Delete removes, Ctrl+Z takes back.",
  polygon: "Click corner after corner; a click on the first one, or Enter, closes it. Backspace takes the last one back, Escape all.",
  rectangle: "Drag from corner to corner. Escape cancels.",
  line: "Drag from end to end; the arrow shows which way counts as with it. Escape cancels.",
  length: "Drag along something whose length you know, then write how long it is. Escape cancels.",
}
const views = new WeakMap()

export default function (component) {
  const { data, parentElement, setTriggerValue } = component
  const root = parentElement.querySelector(".frame")
  const view = views.get(root) ?? { tool: "select", chosen: null, draft: null, drag: null, past: [], shapes: [], edits: data.echo }
  views.set(root, view)
  if (view.name !== data.name) Object.assign(view, { chosen: null, draft: null, past: [], edits: data.echo, listed: null })
  Object.assign(view, { root, data, name: data.name, tell: setTriggerValue })
  for (const part of ["video", "canvas", "svg", ".stage", ".heat", ".tools", ".scrub", ".play", ".where", ".hint", ".list"])
    view[part.replace(".", "")] = root.querySelector(part)
  if (!view.draft && !view.drag && data.echo >= view.edits) view.shapes = shapesOf(data.drawing)
  if (!(view.chosen < view.shapes.length)) view.chosen = null
  if (!data.editable) Object.assign(view, { tool: "select", draft: null })
  arrange(view)
  listen(view)
  paint(view)
  if (data.seek && data.seek.id !== view.seeks) {
    view.seeks = data.seek.id
    seek(view, data.seek.time)
  }
  if (!view.watcher) {
    view.watcher = new ResizeObserver(() => paint(view))
    view.watcher.observe(root)
    follow(view)
  }
  return () => { view.watcher?.disconnect(); view.watcher = null; view.playing?.abort(); view.playing = null }
}

function arrange(view) {
  const { data, video, stage, scrub } = view
  if (video.dataset.address !== data.video) {
    video.dataset.address = data.video
    video.onerror = () => { view.broken = true; paint(view) }
    video.src = data.video
  }
  video.style.width = data.half ? "200%" : "100%"
  video.style.objectFit = "fill"
  video.setAttribute("aria-label", data.label)
  stage.style.aspectRatio = `${data.width} / ${data.height}`
  stage.style.maxWidth = `calc(68vh * ${data.width / data.height})`
  view.svg.setAttribute("viewBox", `0 0 ${data.width} ${data.height}`)
  view.svg.setAttribute("preserveAspectRatio", "none")
  view.svg.setAttribute("aria-label", data.label)
  view.heat.hidden = !data.heat
  if (data.heat && view.heat.src !== data.heat.picture) view.heat.src = data.heat.picture
  if (data.heat) {
    const [left, top, width, height] = data.heat.place
    Object.assign(view.heat.style, { left: `${left * 100}%`, top: `${top * 100}%`, width: `${width * 100}%`, height: `${height * 100}%` })
  }
  Object.assign(scrub, { min: data.start, max: Math.max(data.start, data.end - data.frame), step: data.frame })
  scrub.setAttribute("aria-label", "Moment of the video")
  view.tools.hidden = view.list.hidden = !data.editable
  if (!view.tools.childElementCount) arrangeTools(view)
}

function arrangeTools(view) {
  const made = (text, use) => {
    const button = document.createElement("button")
    button.type = "button"
    button.textContent = text
    button.onclick = () => { use(); paint(view) }
    return button
  }
  view.choices = Object.entries(TOOLS).map(([tool, text]) => [tool, made(text, () => choose(view, tool))])
  view.back = made("Take back", () => takeBack(view))
  view.tools.replaceChildren(...view.choices.map(([, button]) => button), view.back)
}

function choose(view, tool) {
  Object.assign(view, { tool, draft: null, chosen: null })
}

// Shapes of any kind in one list, in the order of zones, lines, length.
function shapesOf(drawing) {
  return [
    ...drawing.zones.map((zone) => ({ kind: "zone", ...structuredClone(zone) })),
    ...drawing.lines.map(({ start, end, ...line }) => ({ kind: "line", ...line, points: [[...start], [...end]] })),
    ...(drawing.length ? [{ kind: "length", cm: drawing.length.cm, points: [[...drawing.length.start], [...drawing.length.end]] }] : []),
  ]
}

function drawingOf(shapes) {
  const length = shapes.find((shape) => shape.kind === "length")
  return {
    zones: shapes.filter((s) => s.kind === "zone").map(({ name, points, anchor }) => ({ name, points, anchor })),
    lines: shapes.filter((s) => s.kind === "line").map(({ name, points: [start, end], anchor }) => ({ name, start, end, anchor })),
    length: length ? { start: length.points[0], end: length.points[1], cm: length.cm } : null,
  }
}

// What was drawn goes to the dashboard, which keeps it; `before` can be had back.
function commit(view, before) {
  view.past.push(before)
  send(view)
}

function takeBack(view) {
  if (!view.past.length) return
  view.shapes = view.past.pop()
  view.chosen = null
  send(view)
}

function send(view) {
  view.edits += 1
  view.tell("saved", { run: view.data.name, edit: view.edits, version: view.data.version, drawing: drawingOf(view.shapes) })
}

// Every frame that the video shows moves what lies over it.
function follow(view) {
  view.playing = new AbortController()
  const options = { signal: view.playing.signal }
  for (const name of ["seeked", "loadeddata", "timeupdate", "play", "pause"]) view.video.addEventListener(name, () => passed(view), options)
  const next = () => {
    if (options.signal.aborted) return
    passed(view)
    view.video.requestVideoFrameCallback?.(next)
  }
  view.video.requestVideoFrameCallback?.(next)
}

function passed(view) {
  if (view.root.ownerDocument.activeElement !== view.scrub || !view.video.paused) view.scrub.value = now(view)
  view.where.textContent = view.broken ? "This browser cannot play the video." : clock(now(view))
  view.play.textContent = view.video.paused ? "▶" : "❚❚"
  paintWays(view)
}

function now(view) { return view.video.currentTime + view.data.start }

// Half a frame further: an address between two frames would show the one before.
function seek(view, time) {
  const end = view.video.duration || Infinity
  view.video.currentTime = Math.min(Math.max(0, time - view.data.start + view.data.frame / 2), end)
  passed(view)
}

function clock(seconds) {
  const whole = Math.max(0, seconds), minutes = Math.floor(whole / 60), rest = (whole - 60 * minutes).toFixed(2)
  return `${minutes}:${rest.padStart(5, "0")}`
}
