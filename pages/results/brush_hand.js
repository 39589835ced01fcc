// What mouse, pen, fingers and keys do; the fourth part of brush.js.

const NEAR = 9

function listen(view) {
  const { canvas } = view
  canvas.tabIndex = 0
  canvas.onpointerdown = (event) => press(view, event)
  canvas.onpointermove = (event) => move(view, event)
  canvas.onpointerup = (event) => release(view, event)
  canvas.onpointercancel = (event) => { view.pointers.delete(event.pointerId); undo(view); view.pan = null; paint(view) }
  canvas.onpointerleave = () => { view.at = null; paint(view) }
  canvas.ondblclick = () => { if (view.draft) finish(view) }
  canvas.oncontextmenu = (event) => event.preventDefault()
  if (view.wheeled !== canvas) canvas.addEventListener("wheel", (event) => wheel(view, event), { passive: false })
  view.wheeled = canvas
  view.root.onkeydown = (event) => keys(view, event)
  view.root.onkeyup = (event) => { if (event.code === "Space") { view.space = false; paint(view) } }
}

// Where an event is, in pixels of the frame.
function spot(view, event) {
  const box = view.canvas.getBoundingClientRect()
  return [(event.clientX - box.left - view.left) / view.scale, (event.clientY - box.top - view.top) / view.scale]
}

function press(view, event) {
  if (!view.map) return
  view.canvas.focus({ preventScroll: true })
  view.canvas.setPointerCapture(event.pointerId)
  view.pointers.set(event.pointerId, [event.clientX, event.clientY])
  if (view.pointers.size === 2) { undo(view); view.pan = null; view.pinch = pinchOf(view); return }
  if (view.pointers.size > 2) return
  const at = spot(view, event)
  if (view.space || event.button === 1 || view.tool === "move" || !view.data.editable) { view.pan = [event.clientX, event.clientY]; return paint(view) }
  const rubber = event.button === 5 || event.button === 2  // the pen's other end, or the right button
  if (event.button !== 0 && !rubber) return
  if (event.altKey) return takeUp(view, at)
  if (view.tool === "polygon") return corner(view, at)
  if (view.tool === "piece") return piece(view, at)
  view.stroke = { last: at, area: null, before: view.map.labels.slice(), label: rubber || view.tool === "eraser" ? 0 : view.label }
  stroke(view, at)
  paint(view)
}

function move(view, event) {
  if (!view.map) return
  if (view.pointers.has(event.pointerId)) view.pointers.set(event.pointerId, [event.clientX, event.clientY])
  view.at = spot(view, event)
  if (view.pinch && view.pointers.size === 2) pinch(view)
  else if (view.pan) {
    shift(view, event.clientX - view.pan[0], event.clientY - view.pan[1])
    view.pan = [event.clientX, event.clientY]
  } else if (view.stroke) {
    const each = event.getCoalescedEvents?.() ?? []
    for (const one of each.length ? each : [event]) stroke(view, spot(view, one))
  }
  paint(view)
}

function release(view, event) {
  view.pointers.delete(event.pointerId)
  if (!view.pointers.size) view.pinch = null
  view.pan = null
  if (view.stroke) {
    if (view.map) stroke(view, spot(view, event))
    const { before, area } = view.stroke
    view.stroke = null
    commit(view, before, area)
  }
  paint(view)
}

function stroke(view, at) {
  const area = strokeOn(view.map, view.stroke.last, at, Math.max(0.75, view.size / 2), view.stroke.label)
  view.stroke.last = at
  view.stroke.area = joined(view.stroke.area, area)
  if (area) refresh(view, area)
}

// A stroke that became something else (a second finger) never was.
function undo(view) {
  if (!view.stroke) return
  view.map.labels.set(view.stroke.before)
  if (view.stroke.area) refresh(view, view.stroke.area)
  view.stroke = null
}

function takeUp(view, [x, y]) {
  const label = labelAt(view, x, y)
  if (label !== null && view.data.classes.some(({ id }) => id === label)) pickClass(view, label)
  paint(view)
}

function labelAt(view, x, y) {
  const [column, row] = [Math.floor(x), Math.floor(y)], { width, height, labels } = view.map
  return column >= 0 && row >= 0 && column < width && row < height ? labels[row * width + column] : null
}

function piece(view, [x, y]) {
  if (labelAt(view, x, y) === null) return
  const before = view.map.labels.slice(), area = fillPiece(view.map, Math.floor(x), Math.floor(y), view.label)
  if (area) refresh(view, area)
  commit(view, before, area)
  paint(view)
}

function corner(view, at) {
  view.draft = view.draft ?? []
  const [first] = view.draft
  if (view.draft.length > 2 && Math.hypot(at[0] - first[0], at[1] - first[1]) * view.scale < NEAR) return finish(view)
  view.draft.push(at)
  paint(view)
}

function finish(view) {
  const points = view.draft ?? [], before = view.map.labels.slice()
  view.draft = null
  const area = fillPolygon(view.map, points, view.label)
  if (area) refresh(view, area)
  commit(view, before, area)
  paint(view)
}

function keys(view, event) {
  if (event.ctrlKey || event.metaKey) {
    if (event.key.toLowerCase() === "z") takeBack(view, event.shiftKey)
    else if (event.key.toLowerCase() === "y") takeBack(view, true)
    else if (event.key.toLowerCase() === "s" && view.data.editable) save(view, false)
    else return
  } else if (!key(view, event)) return
  event.preventDefault()
  event.stopPropagation()
  paint(view)
}

// Whether a key without Ctrl means something here.
function key(view, event) {
  const tool = Object.entries(TOOLS).find(([, [, letter]]) => letter.toLowerCase() === event.key.toLowerCase())
  if (event.target.tagName === "BUTTON" && [" ", "Enter"].includes(event.key)) return false
  if (event.target.tagName === "INPUT" && event.key.startsWith("Arrow")) return false
  if (event.code === "Space") view.space = true
  else if (event.key === "Enter" && view.draft) finish(view)
  else if (event.key === "Backspace" && view.draft) { view.draft.pop(); if (!view.draft.length) view.draft = null }
  else if (event.key === "Escape") { undo(view); view.draft = null }
  else if (event.key === "[" || event.key === "]") view.size = sizeAfter(view.size, event.key === "]")
  else if (event.key.toLowerCase() === "f") fit(view)
  else if (/^[0-9]$/.test(event.key)) { if (view.data.classes.some(({ id }) => id === Number(event.key))) pickClass(view, Number(event.key)) }
  else if (event.key.toLowerCase() === "h") [view.opacity, view.covered] = view.opacity ? [0, view.opacity] : [view.covered ?? 0.5, 0]
  else if (event.key === "+" || event.key === "-") zoom(view, event.key === "+" ? 1.25 : 0.8, view.canvas.clientWidth / 2, view.canvas.clientHeight / 2)
  else if (tool && view.data.editable) choose(view, tool[0])
  else return false
  return true
}

function sizeAfter(size, larger) {
  const step = Math.max(1, Math.round(size * 0.2))
  return Math.min(200, Math.max(1, size + (larger ? step : -step)))
}
