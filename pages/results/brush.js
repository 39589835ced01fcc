// Labels of one frame, painted. `data` is what brush.py sends. The labels are bytes (a class id a pixel), never a picture;
// a canvas only shows them. They go back when somebody saves; until then a draft of them lies in the browser's storage.

const OPEN = 255
const views = new WeakMap()

export default function (component) {
  const { data, parentElement, setTriggerValue } = component
  const root = parentElement.querySelector(".brush")
  const view = views.get(root) ?? { tool: "brush", label: null, size: 24, opacity: 0.5, pointers: new Map() }
  views.set(root, view)
  Object.assign(view, { root, data, tell: setTriggerValue })
  for (const part of ["canvas", ".stage", ".tools", ".classes", ".hint", ".where"]) view[part.replace(".", "")] = root.querySelector(part)
  view.stage.style.aspectRatio = `${data.width} / ${data.height}`
  if (view.frame !== data.frame) open(view)
  else if (view.saving && data.echo === view.sent) answered(view)
  else if (view.version !== data.version && !view.saving) renew(view)
  arrangeTools(view)
  arrangeClasses(view)
  listen(view)
  paint(view)
  if (!view.watcher) {
    view.watcher = new ResizeObserver(() => { fit(view, true); paint(view) })
    view.watcher.observe(view.stage)
    view.leaving = () => keepDraft(view)
    window.addEventListener("pagehide", view.leaving)
  }
  return () => {
    view.watcher?.disconnect()
    view.watcher = null
    window.removeEventListener("pagehide", view.leaving)
    clearTimeout(view.drafting)
    keepDraft(view)
  }
}

// Another frame: its picture and its labels are fetched; strokes that were not saved come back.
function open(view) {
  const { data } = view
  clearTimeout(view.drafting)
  Object.assign(view, { frame: data.frame, version: data.version, map: null, picture: null, past: [], future: [], dirty: false,
    saving: false, note: "Opening the frame …", draft: null, stroke: null, scale: null, fault: "", edits: 0 })
  if (!view.data.classes.some(({ id }) => id === view.label)) view.label = data.classes[Math.min(1, data.classes.length - 1)].id
  const count = data.width * data.height, still = () => view.frame === data.frame
  const picture = new Image()
  picture.src = data.picture
  const labels = fetch(data.labels).then((answer) => { if (!answer.ok) throw new Error(`${answer.status}`); return answer.arrayBuffer() })
  Promise.all([picture.decode(), labels.then((bytes) => unpacked(bytes, count))]).then(([, fresh]) => {
    if (!still()) return
    const draft = draftOf(view, count)
    Object.assign(view, { picture, map: { labels: fresh, width: data.width, height: data.height }, note: "" })
    view.cover = coverOf(view)
    if (draft) {
      const before = view.map.labels
      view.map.labels = draft
      commit(view, before, [0, 0, data.width, data.height])
      view.note = "Strokes that were not saved are back."
    }
    fit(view)
    refresh(view, null)
    paint(view)
  }).catch((error) => {
    if (!still()) return
    view.fault = `The frame could not be opened (${error.message}). Load the page again.`
    paint(view)
  })
}

// What came of saving.
function answered(view) {
  Object.assign(view, { saving: false, version: view.data.version, note: view.data.refused || "Saved." })
  if (view.data.refused || view.edits !== view.savedEdits) return
  view.dirty = false
  dropDraft(view)
}

// Somebody else saved this frame, or took it back: their labels are shown where nothing was painted here meanwhile.
function renew(view) {
  if (!view.dirty) return open(view)
  view.version = view.data.version
  view.note = "Somebody else changed this frame meanwhile. What you save replaces theirs."
}

// A change is over: it can be taken back, and lies in the browser until it is saved.
function commit(view, before, area) {
  const step = area && stepOf(before, view.map, area)
  if (!step) return
  view.past.push(step)
  view.future = []
  changed(view)
  let bytes = 0
  for (let at = view.past.length - 1; at >= 0; at--) {
    bytes += 2 * view.past[at].old.length
    if (bytes > 200e6) { view.past.splice(0, at); break }
  }
}

function changed(view) {
  view.dirty = true
  view.edits += 1
  view.note = ""
  clearTimeout(view.drafting)
  view.drafting = setTimeout(() => keepDraft(view), 700)
}

function takeBack(view, again) {
  const [from, to] = again ? [view.future, view.past] : [view.past, view.future]
  const step = from.pop()
  if (!step || !view.map) return
  to.push(step)
  paste(view.map, step.area, again ? step.fresh : step.old)
  refresh(view, step.area)
  changed(view)
  paint(view)
}

async function save(view, further) {
  if (!view.map || view.saving) return
  Object.assign(view, { saving: true, note: "Saving …", savedEdits: view.edits })
  paint(view)
  const { frame, version } = view.data, text = await packed(view.map.labels)
  view.sent = Date.now()
  view.tell("saved", { frame, version, edit: view.sent, labels: text, further })
  setTimeout(() => { if (view.saving && view.frame === frame) { view.saving = false; view.note = "Not saved yet: is the dashboard there? Try again."; paint(view) } }, 20000)
}

// --- drafts ------------------------------------------------------------------------------------------------

function draftName(view) { return `segcore draft ${view.frame}` }

// At once, not by a stream: a page that is left waits for nothing.
function keepDraft(view) {
  if (!view.dirty || !view.map) return
  const draft = { version: view.version, runs: runsOf(view.map.labels) }
  try { localStorage.setItem(draftName(view), JSON.stringify(draft)) } catch { /* full or forbidden: then there is no draft */ }
}

function draftOf(view, count) {
  try {
    const kept = JSON.parse(localStorage.getItem(draftName(view)))
    return kept && kept.version === view.version && view.data.editable ? labelsOf(kept.runs, count) : null
  } catch { return null }
}

function dropDraft(view) {
  clearTimeout(view.drafting)
  try { localStorage.removeItem(draftName(view)) } catch { /* as above */ }
}
