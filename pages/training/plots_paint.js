// How a panel is painted; the second half of plots.js, which plots.py puts before this.

function drawPanel(view, panel, parts) {
  const { canvas } = parts, width = canvas.clientWidth, height = canvas.clientHeight, dense = devicePixelRatio || 1
  if (!width) return
  canvas.width = width * dense
  canvas.height = height * dense
  const pen = canvas.getContext("2d"), style = getComputedStyle(canvas)
  pen.scale(dense, dense)
  const [from, to] = span(view), [low, high] = heights(panel, from, to)
  const grow = panel.log ? Math.log : (v) => v
  const inner = { width: width - EDGE.left - EDGE.right, height: height - EDGE.top - EDGE.bottom }
  const at = {
    x: (v) => EDGE.left + ((v - from) / (to - from)) * inner.width,
    y: (v) => EDGE.top + (1 - (grow(v) - grow(low)) / (grow(high) - grow(low))) * inner.height,
  }
  const look = {
    text: style.getPropertyValue("--st-text-color").trim() || "#888",
    accent: style.getPropertyValue("--st-primary-color").trim() || "#159a8c",
    font: `11px ${style.getPropertyValue("--st-font").trim() || "sans-serif"}`,
  }
  drawAxes(pen, panel, at, look, { from, to, low, high, width, height })
  pen.save()
  pen.beginPath()
  pen.rect(EDGE.left, EDGE.top - 4, inner.width + 4, inner.height + 8)
  pen.clip()
  drawEnds(pen, view, at, look, height, Boolean(panel.range))
  for (const line of panel.lines) drawLine(pen, line, at, look, panel.log, EDGE.top + inner.height, from, to)
  if (view.drag) {
    pen.fillStyle = MUTED
    pen.globalAlpha = 0.35
    pen.fillRect(at.x(view.drag.from), EDGE.top, at.x(view.drag.to) - at.x(view.drag.from), inner.height)
  }
  pen.restore()
  readOut(pen, view, panel, parts, at, look, height)
}

function drawAxes(pen, panel, at, look, box) {
  pen.font = look.font
  pen.fillStyle = look.text
  pen.strokeStyle = MUTED
  pen.lineWidth = 1
  pen.textAlign = "right"
  pen.textBaseline = "middle"
  for (const v of panel.log ? logTicks(box.low, box.high) : ticks(box.low, box.high, 4)) {
    pen.globalAlpha = 0.3
    stroke(pen, [[EDGE.left, at.y(v)], [box.width - EDGE.right, at.y(v)]])
    pen.globalAlpha = 0.7
    pen.fillText(short(v), EDGE.left - 6, at.y(v))
  }
  pen.textBaseline = "alphabetic"
  for (const v of ticks(box.from, box.to, Math.max(2, box.width / 110))) {
    pen.textAlign = at.x(v) > box.width - 30 ? "right" : v === box.from ? "left" : "center"
    pen.fillText(short(v), at.x(v), box.height - 5)
  }
  pen.globalAlpha = 1
}

// Scores rise: there the word stands at the bottom, elsewhere at the top.
function drawEnds(pen, view, at, look, height, rises) {
  const every = Math.ceil(view.data.ends.length / MOST_ENDS)
  pen.strokeStyle = MUTED
  pen.lineWidth = 1
  pen.globalAlpha = 0.28
  view.data.ends.forEach((end, i) => {
    if ((i + 1) % every === 0) stroke(pen, [[at.x(end), EDGE.top], [at.x(end), height - EDGE.bottom]])
  })
  pen.globalAlpha = 1
  const { best } = view.data
  if (best === null) return
  pen.strokeStyle = pen.fillStyle = look.accent
  pen.setLineDash([4, 3])
  stroke(pen, [[at.x(best), EDGE.top], [at.x(best), height - EDGE.bottom]])
  pen.setLineDash([])
  const left = at.x(best) > pen.canvas.clientWidth - 60
  pen.textAlign = left ? "right" : "left"
  pen.textBaseline = rises ? "bottom" : "top"
  pen.fillText("best", at.x(best) + (left ? -4 : 4), rises ? height - EDGE.bottom - 3 : EDGE.top)
}

function drawLine(pen, line, at, look, log, floor, from, to) {
  const points = []
  for (let i = 0; i < line.x.length; i++) {
    const out = (line.x[i + 1] ?? line.x[i]) < from || (line.x[i - 1] ?? line.x[i]) > to
    if (!out && !(log && line.y[i] <= 0)) points.push([at.x(line.x[i]), at.y(line.y[i])])
  }
  if (!points.length) return
  if (line.dots) {
    pen.fillStyle = MUTED
    for (const [x, y] of points) pen.fillRect(x - 1, y - 1, 2, 2)
    return
  }
  if (line.fill) {
    pen.beginPath()
    pen.moveTo(points[0][0], floor)
    for (const [x, y] of points) pen.lineTo(x, y)
    pen.lineTo(points[points.length - 1][0], floor)
    pen.globalAlpha = 0.22
    pen.fillStyle = line.color
    pen.fill()
    pen.globalAlpha = 1
  }
  pen.lineJoin = "round"
  if (line.halo) {  // a class may be as dark, or as light, as the page
    pen.strokeStyle = look.text
    pen.globalAlpha = 0.3
    pen.lineWidth = (line.width ?? 1.5) + 1.6
    stroke(pen, points)
    pen.globalAlpha = 1
  }
  pen.strokeStyle = pen.fillStyle = line.color
  pen.lineWidth = line.width ?? 1.5
  stroke(pen, points)
  if ((line.marks || line.halo) && points.length <= 60) {
    for (const [x, y] of points) { pen.beginPath(); pen.arc(x, y, 2.4, 0, 7); pen.fill() }
  }
}

function stroke(pen, points) {
  pen.beginPath()
  points.forEach(([x, y], i) => (i ? pen.lineTo(x, y) : pen.moveTo(x, y)))
  pen.stroke()
}

// Beside each name: the value under the pointer, or the newest.
function readOut(pen, view, panel, parts, at, look, height) {
  panel.lines.forEach((line, i) => {
    const index = view.pointer === null ? line.x.length - 1 : nearest(line.x, view.pointer)
    parts.values[i].value.textContent = line.dots && view.pointer === null ? "" : short(line.y[index])
  })
  if (view.pointer === null) return
  pen.strokeStyle = look.text
  pen.globalAlpha = 0.45
  pen.lineWidth = 1
  stroke(pen, [[at.x(view.pointer), EDGE.top], [at.x(view.pointer), height - EDGE.bottom]])
  pen.globalAlpha = 1
}

function nearest(xs, x) {
  let low = 0, high = xs.length - 1
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (xs[middle] < x) low = middle
    else high = middle
  }
  return x - xs[low] < xs[high] - x ? low : high
}
