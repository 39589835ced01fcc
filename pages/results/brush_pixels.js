// What tools do to labels. A map is { labels: Uint8Array, width, height }, row by row; the middle of pixel (x, y) is at
// (x + ½, y + ½). Nothing is smoothed: a pixel has one class. Each function says which area it touched: [left, top, right,
// bottom], the latter two not included; null: nothing. The third part of brush.js.

// A stroke of a round brush: every pixel whose middle is within the radius of the way from a to b.
function strokeOn(map, [ax, ay], [bx, by], radius, label) {
  const dx = bx - ax, dy = by - ay, long = dx * dx + dy * dy, most = radius * radius
  const area = within(map, Math.min(ax, bx) - radius, Math.min(ay, by) - radius, Math.max(ax, bx) + radius, Math.max(ay, by) + radius)
  if (!area) return null
  const [left, top, right, bottom] = area
  for (let y = top; y < bottom; y++) {
    const cy = y + 0.5 - ay
    for (let x = left; x < right; x++) {
      const cx = x + 0.5 - ax
      const along = long ? Math.min(1, Math.max(0, (cx * dx + cy * dy) / long)) : 0
      const ex = cx - along * dx, ey = cy - along * dy
      if (ex * ex + ey * ey <= most) map.labels[y * map.width + x] = label
    }
  }
  return area
}

// The inside of a polygon: pixels whose middle a ray to the left leaves by an odd number of edges.
function fillPolygon(map, points, label) {
  const xs = points.map((p) => p[0]), ys = points.map((p) => p[1])
  const area = points.length < 3 ? null : within(map, Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys))
  if (!area) return null
  for (let y = area[1]; y < area[3]; y++) {
    const middle = y + 0.5, cuts = []
    points.forEach(([x1, y1], at) => {
      const [x2, y2] = points[(at + 1) % points.length]
      if (y1 <= middle !== y2 <= middle) cuts.push(x1 + ((middle - y1) * (x2 - x1)) / (y2 - y1))
    })
    cuts.sort((a, b) => a - b)
    for (let at = 0; at + 1 < cuts.length; at += 2) {
      const from = Math.max(0, Math.ceil(cuts[at] - 0.5)), to = Math.min(map.width, Math.ceil(cuts[at + 1] - 0.5))
      if (from < to) map.labels.fill(label, y * map.width + from, y * map.width + to)
    }
  }
  return area
}

// The piece that a pixel belongs to (neighbours share an edge) becomes another class; run by run.
function fillPiece(map, x, y, label) {
  const { labels, width, height } = map, old = labels[y * width + x]
  if (old === label) return null
  const area = [x, y, x + 1, y + 1], waiting = [y * width + x]
  while (waiting.length) {
    const at = waiting.pop()
    if (labels[at] !== old) continue
    const row = Math.floor(at / width), start = row * width, end = start + width
    let from = at, to = at + 1
    while (from > start && labels[from - 1] === old) from--
    while (to < end && labels[to] === old) to++
    labels.fill(label, from, to)
    area[0] = Math.min(area[0], from - start)
    area[2] = Math.max(area[2], to - start)
    area[1] = Math.min(area[1], row)
    area[3] = Math.max(area[3], row + 1)
    for (const shift of [row > 0 ? -width : 0, row + 1 < height ? width : 0])
      if (shift) for (let i = from + shift; i < to + shift; i++) if (labels[i] === old && (i === from + shift || labels[i - 1] !== old)) waiting.push(i)
  }
  return area
}

// Pixels that may lie between these borders, as an area of the map.
function within(map, left, top, right, bottom) {
  const area = [Math.max(0, Math.floor(left)), Math.max(0, Math.floor(top)), Math.min(map.width, Math.ceil(right) + 1), Math.min(map.height, Math.ceil(bottom) + 1)]
  return area[0] < area[2] && area[1] < area[3] ? area : null
}

function joined(a, b) {
  if (!a || !b) return a ?? b
  return [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[2], b[2]), Math.max(a[3], b[3])]
}

function cut(map, [left, top, right, bottom]) {
  const part = new Uint8Array((right - left) * (bottom - top))
  for (let y = top; y < bottom; y++) part.set(map.labels.subarray(y * map.width + left, y * map.width + right), (y - top) * (right - left))
  return part
}

function paste(map, [left, top, right, bottom], part) {
  const wide = right - left
  for (let y = top; y < bottom; y++) map.labels.set(part.subarray((y - top) * wide, (y - top + 1) * wide), y * map.width + left)
}

// What changed between two states of a map in an area; null: nothing.
function stepOf(before, map, area) {
  const old = cut({ ...map, labels: before }, area), fresh = cut(map, area)
  return old.some((label, at) => label !== fresh[at]) ? { area, old, fresh } : null
}

// Bytes as they are sent: deflated, and as text.
async function packed(labels) {
  const stream = new Blob([labels]).stream().pipeThrough(new CompressionStream("deflate"))
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer())
  let text = ""
  for (let at = 0; at < bytes.length; at += 32768) text += String.fromCharCode(...bytes.subarray(at, at + 32768))
  return btoa(text)
}

async function unpacked(bytes, count) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"))
  const labels = new Uint8Array(await new Response(stream).arrayBuffer())
  if (labels.length !== count) throw new Error(`expected ${count} labels, received ${labels.length}`)
  return labels
}

// Labels as "label,how many" for each run of equal ones, joined by ";".
function runsOf(labels) {
  const runs = []
  for (let at = 0; at < labels.length;) {
    const label = labels[at], from = at
    while (at < labels.length && labels[at] === label) at += 1
    runs.push(`${label},${at - from}`)
  }
  return runs.join(";")
}

function labelsOf(runs, count) {
  const labels = new Uint8Array(count)
  let at = 0
  for (const run of runs.split(";")) {
    const [label, length] = run.split(",").map(Number)
    labels.fill(label, at, at += length)
  }
  if (at !== count) throw new Error(`expected ${count} labels, received ${at}`)
  return labels
}
