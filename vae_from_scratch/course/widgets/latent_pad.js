// The pad's plane and the images decoded at its point. The map beneath is a picture; here are only the point,
// which moves at once, and the pixels that come back for it.

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const STEPS = 50; // presses of an arrow key across the frame; with Shift, a fifth as many
const KEYS = "Drag, or use the arrow keys; with Shift they go further. Home goes back to the start.";
const [SIDE, ZOOM] = [28, 8];

function render({ model, el }) {
  const [width, height] = model.get("size"), [left, top, side] = model.get("frame");
  const start = model.get("point"), captions = model.get("captions");
  let [x0, x1, y0, y1] = model.get("limits");
  el.innerHTML = `<div class="vae-canvases" data-lm-suppress-shortcuts="true">
    <canvas class="vae-map vae-touched" width="${2 * width}" height="${2 * height}" style="width: ${width}px"
      tabindex="0" role="application" aria-roledescription="two-dimensional pad" aria-label="${KEYS}"></canvas>
    <div style="flex: 1 1 ${captions.length * (SIDE * ZOOM + 24) - 24}px; min-width: 0">
    <div class="vae-decoded vae-canvases"></div><div class="vae-said" role="status"></div>
    <div class="vae-keys">${KEYS}</div></div></div>`;
  const canvas = el.querySelector("canvas"), pen = canvas.getContext("2d"), said = el.querySelector(".vae-said");
  const decoded = captions.map((caption) => {
    const figure = document.createElement("figure"), head = document.createElement("figcaption");
    const image = document.createElement("canvas");
    Object.assign(image, { width: SIDE, height: SIDE, className: "vae-paper vae-pixels" });
    image.setAttribute("role", "img");
    image.setAttribute("aria-label", caption);
    image.style.width = `${SIDE * ZOOM}px`;
    head.textContent = caption;
    figure.append(head, image);
    el.querySelector(".vae-decoded").append(figure);
    return image.getContext("2d");
  });
  let point = start, pointer = null, map = null;

  function paint() {
    pen.setTransform(2, 0, 0, 2, 0, 0);
    if (map) pen.drawImage(map, 0, 0, width, height);
    const x = left + (side * (point[0] - x0)) / (x1 - x0), y = top + (side * (y1 - point[1])) / (y1 - y0);
    for (const [color, thick] of [["white", 4.5], ["black", 2]]) {
      pen.beginPath();
      for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
        pen.moveTo(x + 9 * dx, y + 9 * dy);
        pen.lineTo(x + 16 * dx, y + 16 * dy);
      }
      pen.moveTo(x + 9, y);
      pen.arc(x, y, 9, 0, 7);
      Object.assign(pen, { strokeStyle: color, lineWidth: thick });
      pen.stroke();
    }
  }
  function show() {
    const bytes = model.get("images");
    decoded.forEach((image, number) => {
      const pixels = image.createImageData(SIDE, SIDE);
      for (let i = 0; i < SIDE * SIDE; i++) {
        pixels.data.fill(255 - bytes.getUint8(number * SIDE * SIDE + i), 4 * i, 4 * i + 3);
        pixels.data[4 * i + 3] = 255;
      }
      image.putImageData(pixels, 0, 0);
    });
    said.textContent = model.get("said");
  }
  function move(x, y) {
    point = [Math.min(x1, Math.max(x0, x)), Math.min(y1, Math.max(y0, y))];
    model.set("point", point);
    model.save_changes();
    paint();
  }

  function follow(event) {
    const box = canvas.getBoundingClientRect(), scale = width / box.width;
    const across = ((event.clientX - box.left) * scale - left) / side;
    const down = ((event.clientY - box.top) * scale - top) / side;
    move(x0 + across * (x1 - x0), y1 - down * (y1 - y0));
  }
  canvas.addEventListener("pointerdown", (event) => {
    if (pointer !== null || event.button !== 0) return;
    pointer = event.pointerId;
    canvas.setPointerCapture(pointer);
    follow(event);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (event.pointerId === pointer) follow(event);
  });
  for (const name of ["pointerup", "pointercancel", "lostpointercapture"]) {
    canvas.addEventListener(name, (event) => {
      if (event.pointerId !== pointer) return;
      pointer = null;
      point = model.get("point"); // where the kernel has put it
      paint();
    });
  }
  canvas.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = ((event.shiftKey ? 5 : 1) * (x1 - x0)) / STEPS;
    if (event.key in ARROWS) move(point[0] + step * ARROWS[event.key][0], point[1] + step * ARROWS[event.key][1]);
    else if (event.key === "Home") move(...start);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });

  model.on("change:images", show);
  model.on("change:said", show);
  model.on("change:point", () => {
    if (pointer !== null) return;
    point = model.get("point");
    paint();
  });
  async function lay() {
    const limits = model.get("limits"), bytes = model.get("background");
    const image = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
    if (bytes !== model.get("background")) return; // another one is on its way
    [map, [x0, x1, y0, y1]] = [image, limits];
    paint();
  }
  model.on("change:background", lay);
  lay();
  show();
}

export default { render };
