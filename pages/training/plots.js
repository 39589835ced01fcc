// Panels of curves over one shared step axis. `data` is what plots.py sends; `views` keeps the zoom between draws.

const EDGE = { left: 46, right: 10, top: 8, bottom: 20 }
const MUTED = "rgba(128,140,140,0.55)"
const MOST_ENDS = 60
const views = new WeakMap()

export default function (component) {
  const { data, parentElement } = component
  const root = parentElement.querySelector(".panels")
  const view = views.get(root) ?? { zoom: null, pointer: null, drag: null, panels: new Map() }
  views.set(root, view)
  if (view.name !== data.name) view.zoom = null
  Object.assign(view, { root, data, name: data.name, bar: parentElement.querySelector(".bar") })
  view.bar.querySelector(".all").onclick = () => { view.zoom = null; draw(view) }
  arrange(view)
  draw(view)
  if (!view.watch) {
    view.watch = new ResizeObserver(() => draw(view))
    view.watch.observe(root)
  }
  return () => { view.watch?.disconnect(); view.watch = null }
}

// Panels are made once and then filled anew.
function arrange(view) {
  const wanted = view.data.panels.map((panel) => panel.id)
  if ([...view.panels.keys()].join() !== wanted.join()) {
    view.panels = new Map(wanted.map((id) => [id, view.panels.get(id) ?? makePanel(view)]))
    view.root.replaceChildren(...[...view.panels.values()].map((parts) => parts.box))
  }
  for (const panel of view.data.panels) {
    const parts = view.panels.get(panel.id)
    parts.title.textContent = panel.title
    parts.canvas.setAttribute("role", "img")
    parts.canvas.setAttribute("aria-label", `${panel.title} over the steps of the training`)
    parts.values = panel.lines.map((line) => {
      const item = document.createElement("span"), mark = document.createElement("i")
      const value = document.createElement("b")
      mark.style.background = line.color || MUTED
      mark.className = line.dots ? "dot" : ""
      item.append(mark, line.name, value)
      return { item, value }
    })
    parts.legend.replaceChildren(...parts.values.map((each) => each.item))
  }
}

function makePanel(view) {
  const [box, title, legend] = ["panel", "title", "legend"].map((name) => {
    const made = document.createElement("div")
    made.className = name
    return made
  })
  const canvas = document.createElement("canvas")
  box.append(title, legend, canvas)
  const step = (event) => {
    const frame = canvas.getBoundingClientRect(), [from, to] = span(view)
    const share = (event.clientX - frame.left - EDGE.left) / (frame.width - EDGE.left - EDGE.right)
    return from + Math.min(1, Math.max(0, share)) * (to - from)
  }
  canvas.onpointerdown = (event) => {
    canvas.setPointerCapture(event.pointerId)
    view.drag = { from: step(event), to: step(event), x: event.clientX }
  }
  canvas.onpointermove = (event) => {
    view.pointer = step(event)
    if (view.drag) view.drag.to = view.pointer
    draw(view)
  }
  canvas.onpointerup = (event) => {
    const drag = view.drag
    view.drag = null
    if (drag && Math.abs(event.clientX - drag.x) > 6) view.zoom = [drag.from, drag.to].sort((a, b) => a - b)
    draw(view)
  }
  canvas.onpointerleave = () => { view.pointer = null; draw(view) }
  canvas.ondblclick = () => { view.zoom = null; draw(view) }
  return { box, title, legend, canvas, values: [] }
}

// The steps that are shown.
function span(view) {
  if (view.zoom && view.zoom[1] > view.zoom[0]) return view.zoom
  const last = view.data.panels.flatMap((panel) => panel.lines.map((line) => line.x[line.x.length - 1]))
  return [0, Math.max(1, ...last)]
}

function draw(view) {
  view.bar.querySelector(".all").hidden = !view.zoom
  view.bar.querySelector(".where").textContent = whereabouts(view)
  for (const panel of view.data.panels) drawPanel(view, panel, view.panels.get(panel.id))
}

function whereabouts(view) {
  if (view.pointer === null) return "Drag over a curve to zoom, double click for all"
  const epoch = view.data.ends.filter((end) => end < view.pointer).length + 1
  return `step ${Math.round(view.pointer)} · epoch ${epoch}`
}

// The lowest and highest value that the axis shows for these steps.
function heights(panel, from, to) {
  if (panel.range) return [panel.range[0], panel.range[1] * 1.02]
  let shown = [], kept = []
  for (const line of panel.lines) {
    for (let i = 0; i < line.x.length; i++) {
      if (line.x[i] < from || line.x[i] > to || (panel.log && line.y[i] <= 0)) continue
      (panel.clip && !line.marks ? shown : kept).push(line.y[i])
    }
  }
  if (panel.clip && shown.length > 20) {
    shown.sort((a, b) => a - b)
    shown = [shown[Math.floor(shown.length * 0.01)], shown[Math.ceil(shown.length * 0.98) - 1]]
    if (kept.length > 20) kept = [...kept].sort((a, b) => a - b).slice(0, Math.ceil(kept.length * 0.95))
  }
  const all = shown.concat(kept)
  if (!all.length) return panel.log ? [0.1, 1] : [0, 1]
  let low = all.reduce((a, b) => Math.min(a, b)), high = all.reduce((a, b) => Math.max(a, b))
  if (panel.log) return [low / 1.15, high * 1.15]
  if (panel.zero && low >= 0) low = 0
  const room = (high - low || Math.abs(high) || 1) * 0.06
  return [panel.zero && low === 0 ? 0 : low - room, high + room]
}

function ticks(low, high, wanted) {
  const rough = (high - low) / wanted, power = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= rough)
  const found = []
  for (let n = Math.ceil(low / step); n * step <= high + step * 1e-9; n++) found.push(n * step)
  return found
}

function logTicks(low, high) {
  const found = []
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power++) {
    for (const m of high / low > 100 ? [1] : [1, 2, 5]) {
      const v = m * 10 ** power
      if (v >= low && v <= high) found.push(v)
    }
  }
  return found.length > 1 ? found : ticks(low, high, 4)
}

function short(v) {
  const size = Math.abs(v)
  if (size >= 10000) return `${Number((v / 1000).toPrecision(3))}k`
  if (size > 0 && size < 0.001) return v.toExponential(1).replace(".0e", "e")
  return String(Number(v.toPrecision(3)))
}
