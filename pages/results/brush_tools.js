// The bar of tools and the classes; the second part of brush.js.

const TOOLS = { brush: ["Brush", "B"], eraser: ["Eraser", "E"], polygon: ["Polygon", "P"], piece: ["Whole piece", "W"], move: ["Move", "M"] }
const HINTS = {
  brush: "Paint. [ and ] change the size, the wheel zooms, the space bar or two fingers move. Alt+click takes up the class under the pointer.",
  eraser: "Paint background. [ and ] change the size.",
  polygon: "Click corner after corner; a click on the first one, or Enter, fills it. Backspace takes the last one back, Escape all.",
  piece: "Click a piece: all of it becomes the chosen class.",
  move: "Drag the picture; the wheel or two fingers zoom.",
}

function arrangeTools(view) {
  if (view.controls?.frame === view.frame && view.controls.further === view.data.further) return
  const choices = Object.entries(TOOLS).map(([tool, [text, key]]) => [tool, button(view, text, `${text} (${key})`, () => choose(view, tool))])
  const size = slider("Size", "Size of the brush in pixels", 1, 200, 1)
  const opacity = slider("Labels", "How much labels cover the picture", 0, 1, 0.05)
  const back = button(view, "↶", "Undo (Ctrl+Z)", () => takeBack(view, false)), again = button(view, "↷", "Redo (Ctrl+Shift+Z)", () => takeBack(view, true))
  const whole = button(view, "Fit", "Show the whole frame (F)", () => fit(view))
  const keep = button(view, "Save", "Save (Ctrl+S)", () => save(view, false)), further = button(view, "Save and next", "Save and next: opens the next frame", () => save(view, true))
  keep.className = further.className = "keep"
  const use = (control, set) => { control.field.oninput = () => { set(Number(control.field.value)); paint(view) } }
  use(size, (value) => { view.size = value })
  use(opacity, (value) => { view.opacity = value })
  const group = (...nodes) => { const made = document.createElement("div"); made.className = "group"; made.append(...nodes); return made }
  view.controls = { frame: view.frame, further: view.data.further, choices, size, opacity, back, again, keep, more: further }
  view.tools.replaceChildren(
    group(...choices.map(([, made]) => made)), group(size.label, opacity.label), group(back, again, whole),
    group(keep, ...(view.data.further ? [further] : [])),
  )
  view.tools.hidden = view.classes.hidden = !view.data.editable
}

function arrangeClasses(view) {
  const state = JSON.stringify(view.data.classes)
  if (view.classed === state) return
  view.classed = state
  const chips = view.data.classes.map(({ id, name, color }, place) => {
    const key = id !== OPEN && place < 10 ? String(place) : ""
    const told = id === OPEN ? "left open: neither learned from nor scored" : key ? `${name} (${key})` : name
    const made = button(view, "", told, () => pickClass(view, id))
    const dot = document.createElement("i"), text = document.createElement("span")
    dot.className = id === OPEN ? "open" : ""
    if (id !== OPEN) dot.style.background = color
    text.textContent = name
    made.append(dot, text)
    if (key) { const hint = document.createElement("kbd"); hint.textContent = key; made.append(hint) }
    return [id, made]
  })
  view.chips = chips
  view.classes.replaceChildren(...chips.map(([, made]) => made))
}

// What keys do is asked of the canvas: whoever clicks goes on there.
function button(view, text, told, use) {
  const made = document.createElement("button")
  Object.assign(made, { type: "button", textContent: text, title: told })
  made.setAttribute("aria-label", told)
  made.onclick = (event) => {
    use()
    if (event.detail) view.canvas.focus({ preventScroll: true })
    paint(view)
  }
  return made
}

function slider(text, told, least, most, step) {
  const label = document.createElement("label"), field = document.createElement("input"), value = document.createElement("output")
  Object.assign(field, { type: "range", min: least, max: most, step })
  field.setAttribute("aria-label", told)
  label.append(text, field, value)
  return { label, field, value }
}

function choose(view, tool) {
  Object.assign(view, { tool, draft: null })
}

function pickClass(view, id) {
  view.label = id
  if (view.tool === "eraser" || view.tool === "move") view.tool = "brush"
}

// What the bar shows now.
function showTools(view) {
  const { controls } = view
  for (const [tool, made] of controls.choices) made.setAttribute("aria-pressed", String(tool === view.tool))
  for (const [id, made] of view.chips) made.setAttribute("aria-pressed", String(id === view.label && view.tool !== "eraser"))
  Object.assign(controls.size.field, { value: view.size })
  Object.assign(controls.opacity.field, { value: view.opacity })
  controls.size.value.textContent = `${view.size} px`
  controls.opacity.value.textContent = `${Math.round(100 * view.opacity)} %`
  controls.back.disabled = !view.past.length
  controls.again.disabled = !view.future.length
  const idle = !view.map || view.saving
  controls.keep.disabled = idle || (!view.dirty && view.data.kept)
  controls.more.disabled = idle
  view.hint.textContent = view.fault || view.note || (view.data.editable ? HINTS[view.tool] : "")
  view.hint.classList.toggle("fault", Boolean(view.fault))
  Object.assign(view.root.dataset, { state: view.fault ? "fault" : !view.map ? "opening" : view.saving ? "saving" : view.dirty ? "dirty" : "still",
    steps: String(view.past.length), version: view.version })
}
