// A camera whose frames are sent to `data.address` and come back drawn. One frame is on its way at a time, so that
// what is shown is never old. `cameras` keeps a running one between draws.

const cameras = new WeakMap()
const PACE_S = 2

export default function (component) {
  const { data, parentElement } = component
  const root = parentElement.querySelector(".camera")
  const camera = cameras.get(root) ?? { stream: null }
  cameras.set(root, camera)
  Object.assign(camera, {
    data,
    button: root.querySelector("button"),
    said: root.querySelector(".said"),
    screen: root.querySelector("canvas"),
  })
  camera.button.onclick = () => (camera.stream ? stop(camera, "") : start(camera))
  name(camera)
  return () => stop(camera, "")
}

function name(camera) {
  camera.button.textContent = camera.stream ? "Stop the camera" : "Start the camera"
}

async function start(camera) {
  if (!navigator.mediaDevices) return say(camera, "This page is not on https: the browser does not give it the camera.")
  camera.button.disabled = true
  try {
    camera.stream = await navigator.mediaDevices.getUserMedia({ video: { width: { ideal: 1280 }, height: { ideal: 720 } } })
  } catch (error) {
    return say(camera, "No camera: " + error.message)
  } finally {
    camera.button.disabled = false
  }
  name(camera)
  const video = document.createElement("video")
  video.srcObject = camera.stream
  video.muted = true
  await video.play()
  const small = document.createElement("canvas"), times = []
  while (camera.stream) {
    try {
      await step(camera, video, small)
    } catch (error) {
      return stop(camera, error.message)
    }
    times.push(performance.now())
    while (times.length > 2 && times[0] < times.at(-1) - 1000 * PACE_S) times.shift()
    if (times.length > 1) camera.pace = (1000 * (times.length - 1)) / (times.at(-1) - times[0])
    camera.screen.dataset.frames = Number(camera.screen.dataset.frames ?? 0) + 1
  }
}

async function step(camera, video, small) {
  const { width, height } = camera.data
  const scale = Math.max(width / video.videoWidth, height / video.videoHeight)
  const [w, h] = [video.videoWidth * scale, video.videoHeight * scale]
  small.width = width
  small.height = height
  small.getContext("2d").drawImage(video, (width - w) / 2, (height - h) / 2, w, h)
  const frame = await new Promise((done) => small.toBlob(done, "image/jpeg", 0.85))
  const answer = await fetch(camera.data.address, { method: "POST", body: frame })
  if (!answer.ok) throw new Error(await answer.text())
  const picture = await createImageBitmap(await answer.blob())
  if (!camera.stream) return
  camera.screen.width = picture.width
  camera.screen.height = picture.height
  camera.screen.getContext("2d").drawImage(picture, 0, 0)
  picture.close()
  const shares = JSON.parse(answer.headers.get("X-Shares"))
  const there = camera.data.classes.filter((c) => shares[c.id] > 0.0005)
  const named = there.map((c) => `${c.name} ${(100 * shares[c.id]).toFixed(1)} %`)
  const pace = camera.pace ? [`${camera.pace.toFixed(1)} pictures/s`] : []
  say(camera, [...pace, ...named].join(" · "))
}

function stop(camera, why) {
  for (const track of camera.stream?.getTracks() ?? []) track.stop()
  camera.stream = null
  name(camera)
  if (why) say(camera, why)
}

function say(camera, text) {
  camera.said.textContent = text
}
