"use strict";
// Zooms the drawing: buttons, and the wheel with Ctrl. Everything else is there without a script.
(() => {
  const frame = document.querySelector(".graph");
  const svg = frame.querySelector("svg");
  const width = svg.width.baseVal.value;
  const height = svg.height.baseVal.value;
  let scale = 1;

  function zoom(to, x, y) {
    const before = scale;
    scale = Math.min(4, Math.max(0.05, to));
    const left = (frame.scrollLeft + x) * (scale / before) - x;
    const top = (frame.scrollTop + y) * (scale / before) - y;
    svg.setAttribute("width", width * scale);
    svg.setAttribute("height", height * scale);
    frame.scrollTo(left, top);
  }

  // Together, so that none of them falls to a line of its own.
  const zooms = document.querySelector(".legend").appendChild(document.createElement("span"));
  zooms.className = "zooms";

  function button(text, to) {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = text;
    made.addEventListener("click", () => zoom(to(), frame.clientWidth / 2, frame.clientHeight / 2));
    zooms.append(made);
  }

  button("+", () => scale * 1.25);
  button("−", () => scale / 1.25);
  button("whole", () => Math.min(frame.clientWidth / width, frame.clientHeight / height, 1));
  button("1:1", () => 1);
  frame.addEventListener("wheel", (event) => {
    if (event.ctrlKey) {
      event.preventDefault();
      const box = frame.getBoundingClientRect();
      zoom(scale * Math.exp(-event.deltaY / 400), event.clientX - box.left, event.clientY - box.top);
    }
  }, { passive: false });
  if (width > frame.clientWidth) {
    zoom(Math.max(0.45, frame.clientWidth / width), 0, 0);
  }
})();
