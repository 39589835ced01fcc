// How shapes, their list and ways are painted; the third part of frame.js.

function paint(view) {
  const { data, svg, stage, hint } = view
  const unit = data.width / (stage.clientWidth || data.width)  // pixels of the frame a CSS pixel
  stage.classList.toggle("drawing", data.editable && view.tool !== "select")
  stage.classList.toggle("picking", data.ways.length > 0)
  svg.classList.toggle("inert", !data.editable || view.tool !== "select")
  for (const [tool, button] of view.choices ?? []) button.setAttribute("aria-pressed", String(tool === view.tool))
  if (view.back) view.back.disabled = !view.past.length
  hint.textContent = data.editable ? HINTS[view.tool] : data.ways.length ? "Click a path: the player above goes to that moment." : ""
  svg.replaceChildren(...view.shapes.flatMap((shape, number) => shapeNodes(view, shape, number, unit)), ...draftNodes(view, unit))
  svg.dataset.shapes = String(view.shapes.length)
  if (data.editable) list(view)
  passed(view)
}

function node(name, attributes, text) {
  const made = document.createElementNS(SVG, name)
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value)
  if (text !== undefined) made.textContent = text
  return made
}

function colorOf(view, number) { return view.shapes[number]?.kind === "length" ? "#ffffff" : COLORS[number % COLORS.length] }

function shapeNodes(view, shape, number, unit) {
  const { width, height } = view.data, color = colorOf(view, number), chosen = view.chosen === number && view.data.editable
  const points = shape.points.map(([x, y]) => [x * width, y * height]), corners = points.map((p) => p.join(",")).join(" ")
  const closed = shape.kind === "zone", tag = closed ? "polygon" : "polyline"
  const outline = (stroke, wide) => node(tag, { points: corners, fill: "none", stroke, "stroke-width": wide * unit, "stroke-linejoin": "round" })
  const made = [
    node(tag, { points: corners, class: "body", "data-shape": number, fill: closed ? color : "none", "fill-opacity": chosen ? 0.3 : 0.15,
      stroke: "transparent", "stroke-width": 16 * unit }),
    outline("rgba(0,0,0,0.6)", 4),
    outline(color, chosen ? 2.5 : 1.7),
  ]
  made[1].style.pointerEvents = made[2].style.pointerEvents = "none"
  if (shape.kind === "line") made.push(...arrow(points, color, unit))
  const text = shape.kind === "length" ? `${shape.cm} cm` : shape.name
  const low = points.reduce((best, p) => (p[1] < best[1] ? p : best)), right = low[0] > 0.8 * width
  made.push(node("text", { x: low[0] + (right ? -6 : 6) * unit, y: Math.max(14 * unit, low[1] - 6 * unit), fill: color, "font-size": 13 * unit,
    "text-anchor": right ? "end" : "start", "font-weight": 600, stroke: "rgba(0,0,0,0.75)", "stroke-width": 3 * unit, "paint-order": "stroke",
    "pointer-events": "none" }, text))
  if (chosen) made.push(...handles(points, number, color, unit, closed))
  return made
}

function handles(points, number, color, unit, closed) {
  const dots = points.map(([x, y], corner) => node("circle", { cx: x, cy: y, r: 7 * unit, fill: color, stroke: "#000", "stroke-width": unit,
    class: "handle", "data-shape": number, "data-corner": corner }))
  if (!closed) return dots
  const between = points.map(([x, y], edge) => {
    const [nextX, nextY] = points[(edge + 1) % points.length]
    return node("circle", { cx: (x + nextX) / 2, cy: (y + nextY) / 2, r: 4.5 * unit, fill: "#fff", "fill-opacity": 0.8, stroke: "#000",
      "stroke-width": unit, class: "handle", "data-shape": number, "data-edge": edge })
  })
  return [...between, ...dots]
}

// Across a line, from its left to its right.
function arrow([[x1, y1], [x2, y2]], color, unit) {
  const long = Math.hypot(x2 - x1, y2 - y1) || 1, nx = -(y2 - y1) / long, ny = (x2 - x1) / long
  const mx = (x1 + x2) / 2, my = (y1 + y2) / 2, at = (out, along) => [mx + (nx * out + (ny * along)) * unit, my + (ny * out - (nx * along)) * unit].join(",")
  const points = [at(-14, 0), at(22, 0), at(14, 6), at(22, 0), at(14, -6)].join(" ")
  return [["rgba(0,0,0,0.6)", 5], [color, 2.5]].map(([stroke, wide]) => node("polyline", { points, fill: "none", stroke, "stroke-width": wide * unit,
    "stroke-linejoin": "round", "stroke-linecap": "round", "pointer-events": "none" }))
}

function draftNodes(view, unit) {
  const { draft } = view, { width, height } = view.data
  if (!draft) return []
  const points = draft.tool === "polygon" ? [...draft.points, draft.to] : cornersOf(draft) ?? [draft.from, draft.to]
  const corners = points.map(([x, y]) => `${x * width},${y * height}`).join(" ")
  const tag = draft.tool === "rectangle" ? "polygon" : "polyline"
  const dots = draft.tool === "polygon" ? draft.points : []
  return [
    node(tag, { points: corners, fill: "rgba(255,255,255,0.15)", stroke: "#fff", "stroke-width": 2 * unit, "stroke-dasharray": 6 * unit, "pointer-events": "none" }),
    ...dots.map(([x, y], i) => node("circle", { cx: x * width, cy: y * height, r: (i ? 4 : 7) * unit, fill: "#fff", stroke: "#000", "stroke-width": unit, "pointer-events": "none" })),
  ]
}

// A row a shape; made anew only where something changed, so that nobody loses the place while typing.
function list(view) {
  const state = JSON.stringify([view.shapes.map(({ points, ...rest }) => rest), view.chosen])
  if (view.listed === state) return
  view.listed = state
  view.list.replaceChildren(...view.shapes.map((shape, number) => {
    const row = document.createElement("div"), dot = document.createElement("i"), kind = document.createElement("span")
    row.className = view.chosen === number ? "row chosen" : "row"
    row.onfocusin = () => { if (view.chosen !== number) { view.chosen = number; row.parentElement.querySelector(".chosen")?.classList.remove("chosen")
      row.classList.add("chosen"); view.listed = JSON.stringify([view.shapes.map(({ points, ...rest }) => rest), number]); paint(view) } }
    dot.style.background = colorOf(view, number)
    kind.className = "kind"
    kind.textContent = { zone: "Zone", line: "Line", length: "Length" }[shape.kind]
    row.append(dot, kind, ...(shape.kind === "length" ? [lengthField(view, shape, number)] : [nameField(view, shape, number), anchorField(view, shape, number)]))
    if (shape.kind === "line") row.append(button("Turn", `Turn the arrow of ${shape.name}`, () => change(view, number, { points: [...shape.points].reverse() })))
    row.append(button("Delete", `Delete ${shape.name ?? "the known length"}`, () => { remove(view, number); paint(view) }))
    return row
  }))
}

function nameField(view, shape, number) {
  const field = document.createElement("input")
  Object.assign(field, { type: "text", value: shape.name, maxLength: 100 })
  field.setAttribute("aria-label", `Name of ${shape.name}`)
  field.onchange = () => {
    const name = field.value.trim()
    if (name && !view.shapes.some((s, at) => at !== number && s.name === name)) return change(view, number, { name })
    field.value = shape.name
    view.hint.textContent = name ? `There is a ${name} already.` : "A name is needed."
  }
  return field
}

function anchorField(view, shape, number) {
  const field = document.createElement("select")
  field.title = "Which point of an object counts"
  field.setAttribute("aria-label", `Which point of an object counts for ${shape.name}`)
  field.append(new Option("by its middle", "middle"), new Option("by its foot", "foot"))
  field.value = shape.anchor
  field.onchange = () => change(view, number, { anchor: field.value })
  return field
}

function lengthField(view, shape, number) {
  const label = document.createElement("label"), field = document.createElement("input")
  Object.assign(field, { type: "number", min: 0.001, step: "any", value: shape.cm })
  field.setAttribute("aria-label", "Known length in cm")
  field.onchange = () => { if (Number(field.value) > 0) change(view, number, { cm: Number(field.value) }); else field.value = shape.cm }
  label.append(field, " cm")
  return label
}

function button(text, told, use) {
  const made = document.createElement("button")
  Object.assign(made, { type: "button", textContent: text, title: told, onclick: use })
  made.setAttribute("aria-label", told)
  return made
}

// First and one beyond the last point of a way that is shown: all of it, or what lies in the seconds before now.
function shownPart(view, way) {
  if (!view.data.trail) return [0, way.t.length]
  const time = now(view) + view.data.frame / 2, from = time - view.data.trail
  const after = (limit) => { const at = way.t.findIndex((t) => t > limit); return at < 0 ? way.t.length : at }
  return [after(from), after(time)]
}

function paintWays(view) {
  const { canvas, data } = view, width = canvas.clientWidth, height = canvas.clientHeight, dense = devicePixelRatio || 1
  if (!width) return
  canvas.width = width * dense
  canvas.height = height * dense
  const pen = canvas.getContext("2d")
  pen.scale(dense, dense)
  pen.lineJoin = pen.lineCap = "round"
  const ordered = [...data.ways].sort((a, b) => Number(a.track === data.picked) - Number(b.track === data.picked))
  let shown = 0
  for (const way of ordered) {
    const [first, last] = shownPart(view, way)
    if (last <= first) continue
    shown += 1
    const bold = way.track === data.picked, points = []
    for (let i = first; i < last; i++) points.push([way.x[i] * width, way.y[i] * height])
    for (const [color, wide] of [["rgba(0,0,0,0.55)", bold ? 7 : 4], [way.color, bold ? 4 : 2]]) {
      pen.strokeStyle = color
      pen.lineWidth = wide
      pen.beginPath()
      points.forEach(([x, y], i) => (i ? pen.lineTo(x, y) : pen.moveTo(x, y)))
      pen.stroke()
    }
    mark(pen, points[0], way.color, bold, false)
    mark(pen, points[points.length - 1], way.color, bold, true)
    if (bold || data.named) told(pen, `${way.name} ${way.track}`, points[points.length - 1], width)
  }
  canvas.dataset.shown = String(shown)
}

// Where a way begins: a ring; where it ends: a dot.
function mark(pen, [x, y], color, bold, filled) {
  pen.beginPath()
  pen.arc(x, y, bold ? 6 : 4, 0, 2 * Math.PI)
  pen.fillStyle = filled ? color : "rgba(0,0,0,0.6)"
  pen.strokeStyle = filled ? "rgba(0,0,0,0.7)" : color
  pen.lineWidth = 2
  pen.fill()
  pen.stroke()
}

function told(pen, text, [x, y], width) {
  pen.font = "600 12px sans-serif"
  pen.textAlign = x > width - 90 ? "right" : "left"
  pen.lineWidth = 3
  pen.strokeStyle = "rgba(0,0,0,0.75)"
  pen.fillStyle = "#fff"
  const at = x > width - 90 ? x - 9 : x + 9
  pen.strokeText(text, at, y - 7)
  pen.fillText(text, at, y - 7)
}
