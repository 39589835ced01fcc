// Pictures that can be clicked. `data` is what gallery.py sends.
export default function (component) {
  const { data, parentElement, setTriggerValue } = component
  const wall = parentElement.querySelector(".wall")
  wall.style.setProperty("--least", data.least + "px")
  wall.replaceChildren(...data.tiles.map((tile) => {
    const button = document.createElement("button")
    const picture = document.createElement("img")
    const name = document.createElement("div")
    const text = document.createElement("span")
    button.type = "button"
    button.title = tile.id
    picture.src = tile.picture
    picture.alt = tile.alt
    name.className = "name"
    text.textContent = tile.id
    name.append(text)
    if (tile.note) {
      const note = document.createElement("em")
      note.textContent = tile.note
      name.append(note)
    }
    button.append(picture, name)
    button.onclick = () => setTriggerValue("opened", tile.id)
    return button
  }))
}
