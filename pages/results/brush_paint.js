// The frame, its labels over it, and where one looks; the fifth part of brush.js.

// A canvas of the frame's size that shows the labels; background is clear, what is left open is hatched.
function coverOf(view) {
  const canvas = document.createElement("canvas")
  Object.assign(canvas, { width: view.data.width, height: view.data.height })
  const colors = new Uint32Array(256)
  for (const { id, color } of view.data.classes) {
    const [red, green, blue] = [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16))
    if (id && id !== OPEN) colors[id] = ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0
  }
  return { canvas, colors }
}

// The labels of an area are shown as they are now; null: all of them.
function refresh(view, area) {
  const { width, height } = view.map, [left, top, right, bottom] = area ?? [0, 0, width, height]
  const wide = right - left, high = bottom - top
  if (wide < 1 || high < 1) return
  const image = new ImageData(wide, high), out = new Uint32Array(image.data.buffer), { colors, canvas } = view.cover
  for (let y = 0; y < high; y++) {
    for (let x = 0; x < wide; x++) {
      const label = view.map.labels[(top + y) * width + left + x]
      out[y * wide + x] = label === OPEN ? (((left + x + top + y) >> 2) & 1 ? 0xff686860 : 0xffa0a098) : colors[label]
    }
  }
  canvas.getContext("2d").putImageData(image, left, top)
}

// All of the frame; `kept`: only where nobody looked closer.
function fit(view, kept) {
  const { clientWidth: wide, clientHeight: high } = view.canvas
  if (!wide || !high) return
  const scale = Math.min(wide / view.data.width, high / view.data.height)
  if (kept && view.scale && view.scale !== view.fitted) return
  Object.assign(view, { scale, fitted: scale, left: (wide - view.data.width * scale) / 2, top: (high - view.data.height * scale) / 2 })
}

function zoom(view, factor, x, y) {
  const scale = Math.min(40, Math.max(view.fitted / 2, view.scale * factor)), by = scale / view.scale
  Object.assign(view, { scale, left: x - (x - view.left) * by, top: y - (y - view.top) * by })
  shift(view, 0, 0)
}

// A part of the frame stays in sight.
function shift(view, x, y) {
  const { clientWidth: wide, clientHeight: high } = view.canvas, margin = 40
  view.left = Math.min(wide - margin, Math.max(margin - view.data.width * view.scale, view.left + x))
  view.top = Math.min(high - margin, Math.max(margin - view.data.height * view.scale, view.top + y))
}

function wheel(view, event) {
  if (!view.map) return
  event.preventDefault()
  const box = view.canvas.getBoundingClientRect(), lines = event.deltaMode ? 16 : 1
  if (event.shiftKey) shift(view, -event.deltaY * lines, 0)
  else zoom(view, Math.exp(-Math.max(-200, Math.min(200, event.deltaY * lines)) * 0.002), event.clientX - box.left, event.clientY - box.top)
  view.at = spot(view, event)
  paint(view)
}

function pinchOf(view) {
  const [[x1, y1], [x2, y2]] = [...view.pointers.values()]
  return { x: (x1 + x2) / 2, y: (y1 + y2) / 2, apart: Math.hypot(x1 - x2, y1 - y2) || 1 }
}

function pinch(view) {
  const now = pinchOf(view), box = view.canvas.getBoundingClientRect()
  zoom(view, now.apart / view.pinch.apart, now.x - box.left, now.y - box.top)
  shift(view, now.x - view.pinch.x, now.y - view.pinch.y)
  view.pinch = now
}

function paint(view) {
  showTools(view)
  if (view.painting) return
  view.painting = requestAnimationFrame(() => { view.painting = 0; draw(view) })
}

function draw(view) {
  const { canvas } = view, ratio = window.devicePixelRatio || 1, { clientWidth: wide, clientHeight: high } = canvas
  if (!view.map || !wide) return
  if (!view.scale) fit(view)
  if (canvas.width !== Math.round(wide * ratio) || canvas.height !== Math.round(high * ratio))
    Object.assign(canvas, { width: Math.round(wide * ratio), height: Math.round(high * ratio) })
  const context = canvas.getContext("2d")
  context.setTransform(1, 0, 0, 1, 0, 0)
  context.clearRect(0, 0, canvas.width, canvas.height)
  context.setTransform(ratio * view.scale, 0, 0, ratio * view.scale, ratio * view.left, ratio * view.top)
  context.imageSmoothingEnabled = view.scale * ratio < 3
  context.imageSmoothingQuality = "high"
  context.drawImage(view.picture, 0, 0, view.data.width, view.data.height)
  context.globalAlpha = view.opacity
  context.imageSmoothingEnabled = view.scale * ratio < 1
  context.drawImage(view.cover.canvas, 0, 0)
  context.globalAlpha = 1
  pointerOn(view, context)
  draftOn(view, context)
  whereIs(view)
}

function pointerOn(view, context) {
  const painting = ["brush", "eraser"].includes(view.tool) && view.data.editable && !view.space && !view.pan
  view.canvas.style.cursor = painting ? "none" : view.tool === "move" || view.space || view.pan || !view.data.editable ? "grab" : "crosshair"
  if (!painting || !view.at) return
  const radius = Math.max(0.75, view.size / 2), color = view.tool === "eraser" ? "#ffffff" : colorOf(view, view.label)
  for (const [stroke, wide] of [["rgba(0,0,0,0.8)", 3], ["#ffffff", 1.6]]) ring(context, view.at, radius, stroke, wide / view.scale)
  context.fillStyle = color
  context.beginPath()
  context.arc(...view.at, 2.5 / view.scale, 0, 7)
  context.fill()
}

function ring(context, [x, y], radius, stroke, wide) {
  Object.assign(context, { strokeStyle: stroke, lineWidth: wide })
  context.beginPath()
  context.arc(x, y, radius, 0, 7)
  context.stroke()
}

function draftOn(view, context) {
  if (!view.draft?.length) return
  const points = view.at ? [...view.draft, view.at] : view.draft, color = colorOf(view, view.label)
  const way = () => { context.beginPath(); points.forEach(([x, y]) => context.lineTo(x, y)); context.closePath() }
  way()
  context.fillStyle = color
  context.globalAlpha = 0.3
  context.fill()
  context.globalAlpha = 1
  for (const [stroke, wide] of [["rgba(0,0,0,0.8)", 3.5], ["#ffffff", 1.6]]) { way(); Object.assign(context, { strokeStyle: stroke, lineWidth: wide / view.scale }); context.stroke() }
  view.draft.forEach((at, number) => { ring(context, at, (number ? 3 : 6) / view.scale, "#000000", 3 / view.scale); ring(context, at, (number ? 3 : 6) / view.scale, "#ffffff", 1.5 / view.scale) })
}

function colorOf(view, label) { return view.data.classes.find(({ id }) => id === label)?.color ?? "#888888" }

// What is below the pointer, in words.
function whereIs(view) {
  const label = view.at ? labelAt(view, ...view.at) : null
  const name = view.data.classes.find(({ id }) => id === label)?.name
  view.where.textContent = name === undefined ? `${Math.round(100 * view.scale)} %` : `${name} · ${Math.floor(view.at[0])}, ${Math.floor(view.at[1])} · ${Math.round(100 * view.scale)} %`
}
