// A frame that can be zoomed and moved. `data` is what lens.py sends; `views` keeps place and scale between draws.

const IGNORE = 255
const TINT = 128
const MOST = 80
const STRIPES = [[96, 104, 104], [140, 150, 150]]
const SVG = "http://www.w3.org/2000/svg"
const views = new WeakMap()

export default function (component) {
  const { data, parentElement } = component
  const lens = parentElement.querySelector(".lens")
  const view = views.get(lens) ?? { x: 0, y: 0, scale: 1, fitted: true, name: null, ids: null }
  views.set(lens, view)
  view.data = data
  lens.style.aspectRatio = `${data.width} / ${data.height}`
  lens.setAttribute("aria-label", data.alt)
  lens.setAttribute("role", "img")
  showFrame(lens, data)
  showOutlines(lens, data)
  readLabels(lens, view, data)
  if (view.name !== data.name) view.fitted = true
  view.name = data.name
  place(lens, view)
  listen(lens, view)
  if (!view.watch) {
    view.watch = new ResizeObserver(() => place(lens, view))
    view.watch.observe(lens)
  }
  return () => { view.watch.disconnect(); view.watch = null }
}

function showFrame(lens, data) {
  const sheet = lens.querySelector(".sheet")
  const image = lens.querySelector("img")
  sheet.style.width = data.width + "px"
  sheet.style.height = data.height + "px"
  image.style.visibility = data.layer === "mask" ? "hidden" : "visible"
  if (image.src !== data.image) image.src = data.image
}

function showOutlines(lens, data) {
  lens.querySelector("g").replaceChildren(...data.outlines.map(({ color, path }) => {
    const line = document.createElementNS(SVG, "path")
    line.setAttribute("d", path)
    line.setAttribute("stroke", color)
    return line
  }))
}

// Class ids come as the grey values of a PNG: painted for "fill" and "mask", read out under the pointer.
async function readLabels(lens, view, data) {
  const canvas = lens.querySelector("canvas")
  canvas.style.visibility = "hidden"
  const picture = new Image()
  picture.src = data.labels
  await picture.decode()
  if (view.data !== data) return
  canvas.width = data.width
  canvas.height = data.height
  const context = canvas.getContext("2d", { willReadFrequently: true })
  context.drawImage(picture, 0, 0)
  const pixels = context.getImageData(0, 0, data.width, data.height)
  view.ids = new Uint8Array(data.width * data.height)
  for (let i = 0; i < view.ids.length; i++) view.ids[i] = pixels.data[4 * i]
  if (data.layer !== "fill" && data.layer !== "mask") return
  paint(pixels, view.ids, data)
  context.putImageData(pixels, 0, 0)
  canvas.style.visibility = "visible"
}

function paint(pixels, ids, data) {
  const colors = data.classes.map(({ color }) => [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16)))
  const shown = new Set(data.shown)
  const hidden = data.layer === "mask" ? [0, 0, 0, 255] : [0, 0, 0, 0]
  const alpha = data.layer === "mask" ? 255 : TINT
  for (let i = 0; i < ids.length; i++) {
    const id = ids[i]
    let color = hidden
    if (id === IGNORE) color = [...STRIPES[((i % data.width) + Math.floor(i / data.width)) >> 2 & 1], alpha]
    else if (shown.has(id)) color = [...colors[id], alpha]
    pixels.data.set(color, 4 * i)
  }
}

function place(lens, view) {
  const { width, height } = view.data
  if (view.fitted) {
    view.scale = Math.min(lens.clientWidth / width, lens.clientHeight / height)
    view.x = (lens.clientWidth - width * view.scale) / 2
    view.y = (lens.clientHeight - height * view.scale) / 2
  }
  const sheet = lens.querySelector(".sheet")
  sheet.style.transform = `translate(${view.x}px, ${view.y}px) scale(${view.scale})`
  sheet.classList.toggle("near", view.scale * devicePixelRatio > 1)
  lens.querySelector("g").setAttribute("transform", `translate(${view.x} ${view.y}) scale(${view.scale})`)
}

function listen(lens, view) {
  const at = (event) => {
    const box = lens.getBoundingClientRect()
    return [event.clientX - box.left, event.clientY - box.top]
  }
  const zoom = (factor, [x, y]) => {
    const least = Math.min(lens.clientWidth / view.data.width, lens.clientHeight / view.data.height)
    const scale = Math.min(MOST, Math.max(least, view.scale * factor))
    view.x = x - (x - view.x) * scale / view.scale
    view.y = y - (y - view.y) * scale / view.scale
    view.scale = scale
    view.fitted = scale === least
    place(lens, view)
  }
  const middle = () => [lens.clientWidth / 2, lens.clientHeight / 2]
  const all = () => { view.fitted = true; place(lens, view) }
  lens.onwheel = (event) => { event.preventDefault(); zoom(Math.exp(-event.deltaY / 400), at(event)) }
  lens.onpointerdown = (event) => { lens.setPointerCapture(event.pointerId); view.from = at(event) }
  lens.onpointerup = () => { view.from = null }
  lens.onpointermove = (event) => {
    const [x, y] = at(event)
    if (view.from) {
      view.x += x - view.from[0]
      view.y += y - view.from[1]
      view.from = [x, y]
      view.fitted = false
      place(lens, view)
    }
    readOut(lens, view, Math.floor((x - view.x) / view.scale), Math.floor((y - view.y) / view.scale))
  }
  lens.onpointerleave = () => readOut(lens, view, -1, -1)
  lens.ondblclick = all
  lens.onkeydown = (event) => {
    if (event.key === "+") zoom(1.5, middle())
    else if (event.key === "-") zoom(1 / 1.5, middle())
    else if (event.key === "0") all()
  }
}

function readOut(lens, view, x, y) {
  const { width, height, classes } = view.data
  const readout = lens.querySelector(".readout")
  if (!view.ids || x < 0 || y < 0 || x >= width || y >= height) {
    readout.replaceChildren()
    return
  }
  const id = view.ids[y * width + x]
  const swatch = document.createElement("i")
  swatch.style.background = classes[id]?.color ?? "transparent"
  readout.replaceChildren(swatch, `${classes[id]?.name ?? "ignored"} · ${x}, ${y}`)
}
