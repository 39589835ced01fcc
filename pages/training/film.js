// A frame over the epochs. `data` is what film.py sends; `films` keeps the epoch that was chosen between draws.

const PACE_MS = 350
const films = new WeakMap()

export default function (component) {
  const { data, parentElement } = component
  const root = parentElement.querySelector(".screens")
  const film = films.get(root) ?? { chosen: null, timer: null }
  films.set(root, film)
  if (film.name !== data.name) film.chosen = null
  Object.assign(film, { root, data, name: data.name, bar: parentElement.querySelector(".bar") })
  if (!root.children.length) setUp(film)
  show(film)
  return () => pause(film)
}

function setUp(film) {
  film.screens = ["Truth", "Prediction", "Errors"].map((title) => {
    const figure = document.createElement("figure"), caption = document.createElement("figcaption")
    const screen = document.createElement("button")
    const [image, layer] = [new Image(), new Image()]
    screen.type = "button"
    screen.className = "screen"
    layer.className = "layer"
    layer.alt = ""
    caption.textContent = title
    screen.append(image, layer)
    figure.append(caption, screen)
    screen.onclick = () => {
      for (const other of film.screens) other.figure.classList.toggle("large", other.figure === figure && !isLarge(figure))
    }
    return { title, figure, screen, image, layer }
  })
  film.root.replaceChildren(...film.screens.map((screen) => screen.figure))
  const slider = film.bar.querySelector("input")
  slider.oninput = () => { pause(film); choose(film, Number(slider.value)) }
  film.bar.querySelector(".play").onclick = () => (film.timer ? pause(film) : play(film))
}

function isLarge(figure) {
  return figure.classList.contains("large")
}

// Where the slider is: at the chosen epoch, or at the newest one while none is chosen.
function place(film) {
  const { shots } = film.data
  if (film.chosen === null) return shots.length - 1
  const found = shots.findIndex((shot) => shot.epoch >= film.chosen)
  return found < 0 ? shots.length - 1 : found
}

function choose(film, index) {
  const { shots } = film.data
  film.chosen = index >= shots.length - 1 ? null : shots[index].epoch
  show(film)
}

function show(film) {
  const { data } = film, index = place(film), shot = data.shots[index]
  const slider = film.bar.querySelector("input"), where = film.bar.querySelector(".where")
  slider.max = data.shots.length - 1
  slider.value = index
  const newest = index === data.shots.length - 1
  slider.setAttribute("aria-valuetext", `epoch ${shot.epoch}`)
  where.textContent = `epoch ${shot.epoch}`
  if (shot.epoch === data.best) where.append(" · ", Object.assign(document.createElement("b"), { textContent: "best" }))
  else if (newest) where.append(" · newest")
  const layers = [data.truth, shot.prediction, shot.errors]
  film.screens.forEach((screen, i) => {
    if (screen.image.src !== data.image) screen.image.src = data.image
    if (screen.layer.src !== layers[i]) screen.layer.src = layers[i]
    screen.image.alt = `${screen.title} of a validation frame after epoch ${shot.epoch}`
  })
  button(film)
}

function play(film) {
  if (place(film) === film.data.shots.length - 1) choose(film, 0)
  film.timer = setInterval(() => {
    choose(film, place(film) + 1)
    if (film.chosen === null) pause(film)
  }, PACE_MS)
  button(film)
}

function pause(film) {
  clearInterval(film.timer)
  film.timer = null
  button(film)
}

function button(film) {
  const play = film.bar.querySelector(".play")
  play.textContent = film.timer ? "❚❚" : "▶"
  play.setAttribute("aria-label", film.timer ? "Pause" : "Play the epochs")
  play.disabled = film.data.shots.length < 2
}
