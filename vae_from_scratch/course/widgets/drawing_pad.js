// The canvas one draws on. It keeps strokes, lists of [x, y] in pad widths, and sends them while one draws, as fast as
// the kernel takes them; a stroke or rubbing that has ended is a message. The pixels here are only for the eye.

const SIDE = 280; // shown pixels
const PEN = 0.075, RUBBER = 0.06; // width of a stroke, radius of the eraser, in pad widths
const SPACING = 0.01; // between points of a stroke: so close that the eraser cuts between any two
const STEP = 0.025; // that one press of an arrow key moves
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const LIFTED = "Draw here with mouse, finger or pen. With keys: arrows move, Space puts the pen down.";
const LOWERED = "Pen down: arrows draw, Space lifts it.";

const distance = ([x, y], [u, v]) => Math.hypot(x - u, y - v);
const clamp = (value) => Math.round(1000 * Math.min(1, Math.max(0, value))) / 1000;

// Points from one to another, the first left out, at most `spacing` apart.
function between(from, to, spacing) {
  const count = Math.max(1, Math.ceil(distance(from, to) / spacing));
  const share = (i) => [0, 1].map((axis) => clamp(from[axis] + ((to[axis] - from[axis]) * i) / count));
  return Array.from({ length: count }, (_, i) => share(i + 1));
}

// What the eraser at a place leaves of a stroke: the runs of points that it does not cover.
function cut(stroke, place) {
  const runs = [[]];
  for (const point of stroke) {
    if (distance(point, place) > RUBBER) runs.at(-1).push(point);
    else if (runs.at(-1).length) runs.push([]);
  }
  return runs.filter((run) => run.length);
}

function render({ model, el }) {
  el.innerHTML = `<div class="vae-canvases" data-lm-suppress-shortcuts="true" style="width: ${SIDE}px">
    <canvas class="vae-paper vae-touched" width="${2 * SIDE}" height="${2 * SIDE}" style="width: ${SIDE}px"
      tabindex="0" role="application" aria-roledescription="drawing pad" aria-label="Draw a digit"></canvas>
    <div class="vae-said" role="status"></div></div>`;
  const canvas = el.querySelector("canvas"), said = el.querySelector(".vae-said"), pen = canvas.getContext("2d");
  let strokes = model.get("strokes"), pointer = null, place = [0.5, 0.5], lowered = false, open = false;

  function paint() {
    pen.setTransform(2 * SIDE, 0, 0, 2 * SIDE, 0, 0);
    pen.clearRect(0, 0, 1, 1);
    Object.assign(pen, { lineWidth: PEN, lineCap: "round", lineJoin: "round", strokeStyle: "#222", fillStyle: "#222" });
    for (const stroke of strokes) {
      pen.beginPath();
      for (const [x, y] of [stroke[0], ...stroke]) pen.lineTo(x, y);
      pen.stroke();
    }
    const erasing = model.get("erasing");
    if (canvas.matches(":focus-visible") || (erasing && pointer !== null)) {
      pen.beginPath();
      pen.arc(...place, erasing ? RUBBER : PEN / 2, 0, 7);
      Object.assign(pen, { lineWidth: 0.008, strokeStyle: "#D55E00" });
      pen.stroke();
      pen.fillStyle = "#D55E00";
      if (lowered && !erasing) pen.fill();
    }
  }

  function send() {
    model.set("strokes", strokes);
    model.save_changes();
    paint();
  }
  // Ink or rub from where the pen is to a place; a gesture's first point begins a stroke.
  function act(to) {
    if (model.get("erasing")) {
      for (const point of between(place, to, RUBBER / 2)) strokes = strokes.flatMap((stroke) => cut(stroke, point));
    } else if (open) {
      strokes = [...strokes.slice(0, -1), [...strokes.at(-1), ...between(place, to, SPACING)]];
    } else {
      strokes = [...strokes, [to]];
    }
    open = true;
    place = to;
  }
  function end() {
    if (!open) return;
    open = false;
    send();
    model.send({ ended: strokes }); // a trait may wait for the kernel; a message comes before a button pressed next
  }
  function setPen(down) {
    lowered = down;
    said.textContent = down ? LOWERED : LIFTED;
    if (down) act(place);
    else end();
  }

  function placeOf(event) {
    const box = canvas.getBoundingClientRect();
    return [clamp((event.clientX - box.left) / box.width), clamp((event.clientY - box.top) / box.height)];
  }
  canvas.addEventListener("pointerdown", (event) => {
    if (pointer !== null || event.button !== 0) return;
    if (lowered) setPen(false);
    pointer = event.pointerId;
    canvas.setPointerCapture(pointer);
    place = placeOf(event);
    act(place);
    send();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (event.pointerId !== pointer) return;
    const passed = event.getCoalescedEvents ? event.getCoalescedEvents() : [];
    for (const each of passed.length ? passed : [event]) act(placeOf(each));
    send();
  });
  for (const name of ["pointerup", "pointercancel", "lostpointercapture"]) {
    canvas.addEventListener(name, (event) => {
      if (event.pointerId !== pointer) return;
      pointer = null;
      end();
    });
  }

  canvas.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key in ARROWS) {
      const to = ARROWS[event.key].map((sign, axis) => clamp(place[axis] + STEP * sign));
      if (lowered) act(to);
      else place = to;
    } else if (event.key === " ") {
      setPen(!lowered);
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    lowered ? send() : paint();
  });
  canvas.addEventListener("focus", paint);
  canvas.addEventListener("blur", () => {
    if (lowered) setPen(false);
    paint();
  });

  model.on("change:strokes", () => {
    if (open) return;
    strokes = model.get("strokes");
    paint();
  });
  model.on("change:erasing", () => {
    if (lowered) setPen(false);
    paint();
  });
  setPen(false);
  paint();
}

export default { render };
