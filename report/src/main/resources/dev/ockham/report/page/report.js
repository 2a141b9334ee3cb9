"use strict";
(() => {
  const { root, complain, isDrawn, draw } = Ockham;
  const data = JSON.parse(document.getElementById("data").textContent);

  let drawn = [];
  // By the id of its chart: the point that a slider stands at, and what moves the slider.
  const chosen = new Map();
  const picked = new Map();

  /** Where the run lies, if this page is the one in its folder. */
  function folder(run) {
    const path = decodeURIComponent(location.pathname).split("/");
    if (location.protocol !== "file:" || path.at(-2) !== run) return run;
    const here = path.slice(0, -1).join("/");
    return /^[\w./-]+$/.test(here) ? here : `'${here.replaceAll("'", "'\\''")}'`;
  }

  /** Shows the network that a slider stands at. */
  function slide(slider) {
    const figure = document.getElementById(slider.id);
    const range = figure.querySelector("input");
    const copy = figure.querySelector("button");
    const code = figure.querySelector("code");
    const chart = slider.id + "-curve";
    const points = slider.stops.filter((stop) => stop.x > 0);
    const show = () => {
      const stop = slider.stops[range.value];
      range.setAttribute("aria-valuetext", stop.said);
      figure.querySelectorAll(".cards b").forEach((card, i) => { card.textContent = stop.cells[i]; });
      code.textContent = stop.command.replace(slider.run, () => folder(slider.run));
      const picture = figure.querySelector("img");
      picture.src = stop.picture;
      picture.alt = `${slider.caption}, ${stop.said}`;
      copy.textContent = "Copy";
      if (stop.x > 0) chosen.set(chart, { x: stop.x, y: stop.y });
      const shown = drawn.find((each) => each.canvas?.id === chart);
      if (shown?.data.datasets[1]) {
        shown.data.datasets[1].data = [chosen.get(chart)];
        shown.update("none");
      }
      figure.dataset.stop = range.value;
    };
    copy.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(code.textContent);
        copy.textContent = "Copied";
      } catch {
        // A page from disk may not write to the clipboard everywhere: it is marked, to be copied.
        getSelection().selectAllChildren(code);
        copy.textContent = "Marked";
      }
    });
    picked.set(chart, (i) => {
      range.value = slider.stops.indexOf(points[i]);
      show();
    });
    range.addEventListener("input", show);
    range.disabled = false;
    copy.disabled = false;
    show();
  }

  function drawAll() {
    drawn.forEach((chart) => chart.destroy());
    Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
    drawn = [];
    for (const chart of data.charts) {
      try {
        const made = draw[chart.kind](chart, chosen.get(chart.id), picked.get(chart.id));
        drawn.push(new Chart(document.getElementById(chart.id), made));
      } catch (failure) {
        complain(`${chart.id}: ${failure}`);
      }
    }
    root.dataset.charts = `${drawn.filter(isDrawn).length}/${document.querySelectorAll("canvas").length}`;
    root.dataset.overflow = root.scrollWidth - root.clientWidth;
  }

  /** Says how much a pixel feeds, under the mouse, a finger, or the arrow keys. */
  function explore(map) {
    const box = document.getElementById(map.id);
    const readout = document.querySelector(`output[for="${map.id}"]`);
    const rows = map.counts.length / map.width;
    const cursor = box.appendChild(document.createElement("span"));
    cursor.className = "cursor";
    let column = 0;
    let row = 0;
    const show = () => {
      const count = map.counts[row * map.width + column];
      readout.textContent =
        `row ${row + 1}, column ${column + 1}: ${count.toLocaleString("en")} ` +
        (count === 1 ? "connection" : "connections");
      Object.assign(cursor.style, {
        display: "block",
        left: `${(100 * column) / map.width}%`,
        top: `${(100 * row) / rows}%`,
        width: `${100 / map.width}%`,
        height: `${100 / rows}%`,
      });
    };
    const clamp = (value, end) => Math.max(0, Math.min(end - 1, value));
    const point = (event) => {
      const area = box.getBoundingClientRect();
      column = clamp(Math.floor(((event.clientX - area.left) / area.width) * map.width), map.width);
      row = clamp(Math.floor(((event.clientY - area.top) / area.height) * rows), rows);
      show();
    };
    box.addEventListener("pointermove", point);
    box.addEventListener("pointerdown", point);
    box.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
      if (!step) return;
      event.preventDefault();
      column = clamp(column + step[0], map.width);
      row = clamp(row + step[1], rows);
      show();
    });
  }

  data.sliders.forEach(slide);
  drawAll();
  root.dataset.sliders = `${document.querySelectorAll(".chooser[data-stop]").length}/${data.sliders.length}`;
  data.maps.forEach(explore);
  root.dataset.maps = `${document.querySelectorAll(".map .cursor").length}/${data.maps.length}`;
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
  // Paper is white: charts are drawn again in the colours of print, and back afterwards.
  matchMedia("print").addEventListener("change", drawAll);
  const closed = [];
  addEventListener("beforeprint", () => {
    document.querySelectorAll("details:not([open])").forEach((details) => {
      closed.push(details);
      details.open = true;
    });
  });
  addEventListener("afterprint", () => closed.splice(0).forEach((details) => { details.open = false; }));
})();
