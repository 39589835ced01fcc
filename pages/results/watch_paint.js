// How the chart below the video is painted; the second half of watch.js, which watch.py puts before this.

function draw(view) {
  const { canvas, data } = view, width = canvas.clientWidth, height = canvas.clientHeight, dense = devicePixelRatio || 1
  view.all.hidden = !view.zoom
  view.where.textContent = whereabouts(view)
  canvas.dataset.cursor = now(view).toFixed(3)
  if (!width) return
  canvas.width = width * dense
  canvas.height = height * dense
  const pen = canvas.getContext("2d"), style = getComputedStyle(canvas)
  pen.scale(dense, dense)
  const lines = (view.finer ?? data.lines).map((line, i) => ({ ...data.lines[i], ...line }))
  const shown = data.stacked ? stacked(lines) : lines
  const [from, to] = span(view), high = highest(shown, from, to)
  const at = {
    x: (v) => EDGE.left + ((v - from) / (to - from || 1)) * (width - EDGE.left - EDGE.right),
    y: (v) => EDGE.top + (1 - v / high) * CURVES,
  }
  const look = {
    text: style.getPropertyValue("--st-text-color").trim() || "#888",
    accent: style.getPropertyValue("--st-primary-color").trim() || "#159a8c",
    font: `11px ${style.getPropertyValue("--st-font").trim() || "sans-serif"}`,
  }
  pen.font = look.font
  drawAxes(pen, data, at, look, { from, to, high, width, height })
  drawNames(pen, data, look)
  pen.save()
  pen.beginPath()
  pen.rect(EDGE.left, 0, width - EDGE.left - EDGE.right, height - EDGE.bottom)
  pen.clip()
  for (const line of [...shown].reverse()) drawLine(pen, line, at, look, data.stacked)
  data.strips.forEach((strip, row) => drawStrip(pen, strip, rowTop(row), at, look))
  pen.globalAlpha = 1
  drawMarks(pen, data.marks, at, look)
  if (view.drag) {
    pen.fillStyle = MUTED
    pen.globalAlpha = 0.35
    pen.fillRect(at.x(view.drag.from), EDGE.top, at.x(view.drag.to) - at.x(view.drag.from), height - EDGE.bottom - EDGE.top)
    pen.globalAlpha = 1
  }
  drawCursors(pen, view, at, look, height)
  pen.restore()
  readOut(view, lines)
}

function rowTop(row) { return EDGE.top + CURVES + GAP + row * ROW }

// Areas on top of one another: each line begins where the one before ends.
function stacked(lines) {
  let floor = null
  return lines.map((line) => {
    const base = floor ? line.x.map((x) => valueAt(floor, x)) : line.x.map(() => 0)
    const made = { ...line, y: line.y.map((v, i) => v + base[i]), base }
    floor = made
    return made
  })
}

function highest(lines, from, to) {
  let high = 0
  for (const line of lines) {
    const top = line.high ?? line.y
    for (let i = 0; i < line.x.length; i++) if (line.x[i] >= from && line.x[i] <= to && top[i] > high) high = top[i]
  }
  return high > 0 ? high * 1.06 : 1
}

function drawAxes(pen, data, at, look, box) {
  pen.fillStyle = look.text
  pen.strokeStyle = MUTED
  pen.lineWidth = 1
  pen.textAlign = "right"
  pen.textBaseline = "middle"
  for (const v of ticks(0, box.high, 4)) {
    pen.globalAlpha = 0.3
    stroke(pen, [[EDGE.left, at.y(v)], [box.width - EDGE.right, at.y(v)]])
    pen.globalAlpha = 0.75
    pen.fillText(told(v, data.percent), EDGE.left - 6, at.y(v))
  }
  pen.textBaseline = "alphabetic"
  for (const v of ticks(box.from, box.to, Math.max(2, box.width / 110))) {
    pen.textAlign = at.x(v) > box.width - 30 ? "right" : at.x(v) < EDGE.left + 4 ? "left" : "center"
    pen.fillText(clock(v, box.to - box.from), at.x(v), box.height - 5)
  }
  pen.globalAlpha = 1
}

function drawNames(pen, data, look) {
  pen.fillStyle = look.text
  pen.textAlign = "right"
  pen.textBaseline = "middle"
  pen.globalAlpha = 0.75
  data.strips.forEach((strip, row) => pen.fillText(shortened(pen, strip.name, EDGE.left - 8), EDGE.left - 6, rowTop(row) + ROW / 2))
  pen.globalAlpha = 1
}

function shortened(pen, text, most) {
  if (pen.measureText(text).width <= most) return text
  let kept = text
  while (kept.length > 1 && pen.measureText(`${kept}…`).width > most) kept = kept.slice(0, -1)
  return `${kept}…`
}

function drawLine(pen, line, at, look, filled) {
  if (!line.x.length) return
  const points = line.x.map((x, i) => [at.x(x), at.y(line.y[i])])
  const band = (top, bottom, strength) => {
    pen.beginPath()
    line.x.forEach((x, i) => pen[i ? "lineTo" : "moveTo"](at.x(x), at.y(top[i])))
    for (let i = line.x.length - 1; i >= 0; i--) pen.lineTo(at.x(line.x[i]), at.y(bottom[i]))
    pen.globalAlpha = strength
    pen.fillStyle = line.color
    pen.fill()
    pen.globalAlpha = 1
  }
  if (filled) band(line.y, line.base, 0.6)
  else if (line.low) band(line.high, line.low, 0.25)
  pen.lineJoin = "round"
  pen.strokeStyle = look.text  // a class may be as dark, or as light, as the page
  pen.globalAlpha = 0.25
  pen.lineWidth = 3
  if (!filled && !line.dashed) stroke(pen, points)
  pen.globalAlpha = 1
  pen.strokeStyle = line.color
  pen.lineWidth = filled ? 0.8 : 1.7
  pen.setLineDash(line.dashed ? [6, 4] : [])
  stroke(pen, points)
  pen.setLineDash([])
}

// Of two videos the first above, the second below.
function drawStrip(pen, strip, top, at, look) {
  const halves = strip.second ? [strip.stays, strip.second] : [strip.stays]
  const height = strip.second ? ROW / 2 - 2 : ROW - 6
  halves.forEach((stays, half) => drawStays(pen, stays, strip.color, strip.second ? top + 1 + half * (height + 2) : top + 3, height, at, look))
}

function drawStays(pen, stays, color, top, height, at, look) {
  pen.fillStyle = MUTED
  pen.globalAlpha = 0.18
  pen.fillRect(EDGE.left, top, pen.canvas.clientWidth, height)
  for (const [start, end] of stays) {
    const x = at.x(start), width = Math.max(1, at.x(end) - x)
    pen.globalAlpha = 1
    pen.fillStyle = color
    pen.fillRect(x, top, width, height)
    pen.globalAlpha = 0.35
    pen.strokeStyle = look.text
    pen.lineWidth = 1
    pen.strokeRect(x + 0.5, top + 0.5, Math.max(0, width - 1), height - 1)
  }
}

function drawMarks(pen, marks, at, look) {
  pen.fillStyle = look.text
  for (const mark of marks) {
    const x = at.x(mark.time)
    pen.globalAlpha = 0.8
    pen.beginPath()
    pen.moveTo(x - 4, EDGE.top + CURVES + 1)
    pen.lineTo(x + 4, EDGE.top + CURVES + 1)
    pen.lineTo(x, EDGE.top + CURVES + 8)
    pen.fill()
  }
  pen.globalAlpha = 1
}

function drawCursors(pen, view, at, look, height) {
  const line = (time, color, width, strength) => {
    pen.strokeStyle = color
    pen.lineWidth = width
    pen.globalAlpha = strength
    stroke(pen, [[at.x(time), EDGE.top], [at.x(time), height - EDGE.bottom]])
    pen.globalAlpha = 1
  }
  line(now(view), look.accent, 2, 1)
  if (view.pointer !== null) line(view.pointer, look.text, 1, 0.45)
}

// Beside each name: the value under the pointer, or at the frame that is shown.
function readOut(view, lines) {
  const time = view.pointer ?? now(view)
  lines.forEach((line, i) => { view.values[i].value.textContent = line.x.length ? told(valueAt(line, time), view.data.percent) : "" })
}

function whereabouts(view) {
  if (view.broken) return "This browser cannot play the video, or it is not there any more. Reload the page, or download it."
  const { data } = view, time = view.pointer ?? now(view), [from, to] = span(view)
  const near = data.marks.filter((mark) => Math.abs(mark.time - time) < (to - from) / 150).map((mark) => mark.text)
  const hint = view.pointer === null ? "click to go there, drag to zoom" : near.slice(0, 3).join(" · ")
  return `${clock(time, 0)}${hint ? ` · ${hint}` : ""}`
}

function valueAt(line, time) {
  const { x, y } = line
  let low = 0, high = x.length - 1
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (x[middle] < time) low = middle
    else high = middle
  }
  return Math.abs(x[low] - time) <= Math.abs(x[high] - time) ? y[low] : y[high]
}

function told(v, percent) {
  const value = percent ? v * 100 : v
  const text = value === 0 ? "0" : value >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(value < 0.1 ? 1 : 3)))
  return percent ? `${text} %` : text
}

// 0:41, or 0:41.25 where the axis is short.
function clock(seconds, range) {
  const whole = Math.max(0, seconds), minutes = Math.floor(whole / 60), rest = whole - 60 * minutes
  const places = range === 0 || range < 4 ? 2 : range < 20 ? 1 : 0
  const text = rest.toFixed(places)
  return `${minutes}:${rest < 9.995 && text.split(".")[0].length < 2 ? "0" : ""}${text}`
}

function ticks(low, high, wanted) {
  const rough = (high - low || 1) / wanted, power = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= rough * 0.999)
  const found = []
  for (let n = Math.ceil(low / step - 1e-9); n * step <= high + step * 1e-9; n++) found.push(n * step)
  return found
}

function stroke(pen, points) {
  pen.beginPath()
  points.forEach(([x, y], i) => (i ? pen.lineTo(x, y) : pen.moveTo(x, y)))
  pen.stroke()
}
