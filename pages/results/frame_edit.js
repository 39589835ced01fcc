// How shapes are drawn and changed with mouse, finger and keys; the second part of frame.js.

const NEAR = 9
const CLICK = 4

function listen(view) {
  const { svg, data } = view
  svg.onpointerdown = (event) => { if (event.button === 0) press(view, event) }
  svg.onpointermove = (event) => move(view, event)
  svg.onpointerup = (event) => release(view, event)
  svg.onpointercancel = () => { undrag(view); view.draft = null; paint(view) }
  svg.ondblclick = () => { if (view.draft?.tool === "polygon") finish(view) }
  view.root.onkeydown = (event) => keys(view, event)
  view.scrub.oninput = () => { view.video.pause(); seek(view, Number(view.scrub.value)) }
  view.play.onclick = () => { if (view.video.paused) view.video.play(); else view.video.pause() }
  svg.tabIndex = data.editable ? 0 : -1
}

// Where the pointer is, as shares of the frame, held within it.
function spot(view, event) {
  const box = view.svg.getBoundingClientRect()
  return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height].map((v) => Math.min(1, Math.max(0, v)))
}

// CSS pixels between two points of the frame.
function apart(view, [x1, y1], [x2, y2]) {
  const box = view.svg.getBoundingClientRect()
  return Math.hypot((x1 - x2) * box.width, (y1 - y2) * box.height)
}

function press(view, event) {
  const at = spot(view, event)
  if (view.data.ways.length) return pick(view, at)
  if (!view.data.editable) return
  view.svg.focus({ preventScroll: true })
  if (view.tool !== "select") return begin(view, event, at)
  const { shape, corner, edge } = event.target.dataset
  view.chosen = shape === undefined ? null : Number(shape)
  if (view.chosen !== null) {
    view.svg.setPointerCapture(event.pointerId)
    const before = structuredClone(view.shapes)
    const points = view.shapes[view.chosen].points
    if (edge !== undefined) points.splice(Number(edge) + 1, 0, at)
    view.drag = { before, at, corner: corner !== undefined ? Number(corner) : edge !== undefined ? Number(edge) + 1 : null, start: structuredClone(points) }
  }
  paint(view)
}

function begin(view, event, at) {
  view.svg.setPointerCapture(event.pointerId)
  const { draft, tool } = view
  if (!draft) view.draft = { tool, points: [at], to: at, from: at }
  else if (tool !== "polygon") draft.to = at
  else if (draft.points.length > 2 && apart(view, at, draft.points[0]) < NEAR) return finish(view)
  else draft.points.push(at)
  paint(view)
}

function move(view, event) {
  const at = spot(view, event)
  if (view.draft) view.draft.to = at
  else if (view.drag) dragTo(view, at)
  else return
  paint(view)
}

function dragTo(view, at) {
  const { drag } = view, shape = view.shapes[view.chosen]
  drag.moved = drag.moved || apart(view, at, drag.at) >= CLICK
  if (!drag.moved) return
  if (drag.corner !== null) { shape.points[drag.corner] = at; return }
  shape.points = shifted(drag.start, at[0] - drag.at[0], at[1] - drag.at[1])
}

// Moved as a whole, and no further than the frame's border.
function shifted(points, x, y) {
  const xs = points.map((p) => p[0]), ys = points.map((p) => p[1])
  const dx = Math.min(1 - Math.max(...xs), Math.max(-Math.min(...xs), x)), dy = Math.min(1 - Math.max(...ys), Math.max(-Math.min(...ys), y))
  return points.map(([px, py]) => [px + dx, py + dy])
}

function release(view, event) {
  const { draft, drag } = view
  if (draft && draft.tool !== "polygon") {
    draft.to = spot(view, event)
    if (apart(view, draft.to, draft.from) >= CLICK) finish(view)
  } else if (drag) {
    if (drag.moved) commit(view, drag.before)
    else view.shapes = drag.before
    view.drag = null
  }
  paint(view)
}

function undrag(view) {
  if (view.drag) view.shapes = view.drag.before
  view.drag = null
}

// The draft becomes a shape, if it is one.
function finish(view) {
  const { draft } = view
  view.draft = null
  const points = draft.tool === "polygon" ? draft.points.filter((p, i, all) => !i || apart(view, p, all[i - 1]) >= CLICK) : cornersOf(draft)
  if (!points || (draft.tool === "polygon" && points.length < 3)) return paint(view)
  const kind = { polygon: "zone", rectangle: "zone" }[draft.tool] ?? draft.tool
  const before = structuredClone(view.shapes)
  const kept = kind === "length" ? view.shapes.filter((s) => s.kind !== "length") : view.shapes
  const shape = kind === "length" ? { kind, points, cm: 10 } : { kind, points, name: freeName(kept, kind), anchor: "middle" }
  view.shapes = [...kept, shape]
  view.chosen = view.shapes.length - 1
  view.tool = "select"
  commit(view, before)
  paint(view)
  view.list.querySelector(".chosen input")?.select()
}

function cornersOf({ tool, from: [x1, y1], to: [x2, y2] }) {
  if (tool !== "rectangle") return [[x1, y1], [x2, y2]]
  return x1 === x2 || y1 === y2 ? null : [[x1, y1], [x2, y1], [x2, y2], [x1, y2]]
}

function freeName(shapes, kind) {
  for (let number = 1; ; number++) if (!shapes.some((s) => s.name === `${kind} ${number}`)) return `${kind} ${number}`
}

function keys(view, event) {
  if (!view.data.editable || ["INPUT", "SELECT"].includes(event.target.tagName)) return
  const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key]
  const removes = event.key === "Backspace" || event.key === "Delete"
  if (event.key === "Escape") { undrag(view); if (view.draft) view.draft = null; else choose(view, "select") }
  else if (event.key === "Enter" && view.draft?.tool === "polygon") finish(view)
  else if (event.key === "Backspace" && view.draft) { view.draft.points.pop(); if (!view.draft.points.length) view.draft = null }
  else if (removes && view.chosen !== null && !view.drag) remove(view, view.chosen)
  else if (steps && view.chosen !== null && event.target === view.svg) nudge(view, steps, event.shiftKey ? 10 : 1)
  else if ((event.ctrlKey || event.metaKey) && event.key === "z") takeBack(view)
  else return
  event.preventDefault()
  paint(view)
}

function nudge(view, [x, y], pixels) {
  const before = structuredClone(view.shapes), shape = view.shapes[view.chosen]
  shape.points = shifted(shape.points, (x * pixels) / view.data.width, (y * pixels) / view.data.height)
  commit(view, before)
}

function remove(view, number) {
  const before = structuredClone(view.shapes)
  view.shapes = view.shapes.filter((_, at) => at !== number)
  view.chosen = null
  commit(view, before)
}

function change(view, number, fields) {
  const before = structuredClone(view.shapes)
  Object.assign(view.shapes[number], fields)
  commit(view, before)
  paint(view)
}

// The way that passes nearest to where somebody clicked.
function pick(view, at) {
  let best = null, least = 1.5 * NEAR
  for (const way of view.data.ways) {
    const [first, last] = shownPart(view, way)
    for (let i = first; i < last; i++) {
      const far = apart(view, at, [way.x[i], way.y[i]])
      if (far < least) [best, least] = [{ track: way.track, time: way.t[i] }, far]
    }
  }
  if (best) view.tell("picked", best)
}
