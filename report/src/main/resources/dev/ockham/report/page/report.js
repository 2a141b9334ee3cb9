"use strict";
(() => {
  const root = document.documentElement;
  const errors = [];
  const complain = (what) => {
    errors.push(String(what));
    root.dataset.errors = errors.join(" | ");
  };
  window.addEventListener("error", (event) => complain(event.message));
  window.addEventListener("unhandledrejection", (event) => complain(event.reason));
  for (const level of ["error", "warn"]) {
    const say = console[level].bind(console);
    console[level] = (...words) => {
      complain(words.join(" "));
      say(...words);
    };
  }

  const data = JSON.parse(document.getElementById("data").textContent);
  const colour = (name) => getComputedStyle(root).getPropertyValue("--" + name).trim();
  const COLOURS = 6;
  // More lines than this have their names below the canvas, so that these do not take its room.
  const MOST_IN_CANVAS = 8;
  const DASHES = [[], [7, 4], [2, 3], [9, 3, 2, 3], [5, 2], [1, 2]];
  const number = new Intl.NumberFormat("en", { maximumSignificantDigits: 5 });
  const short = new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 4 });
  const percent = new Intl.NumberFormat("en", { maximumFractionDigits: 2 });

  const axis = (title, more) => ({
    title: { display: true, text: title, color: colour("soft") },
    grid: { color: colour("line") },
    border: { color: colour("line") },
    ticks: { color: colour("soft"), maxRotation: 0, ...more },
  });

  const options = (x, y, plugins, many) => ({
    animation: false,
    responsive: true,
    maintainAspectRatio: false,
    interaction: { mode: many ? "nearest" : "index", intersect: false },
    scales: { x, y },
    plugins: {
      legend: { display: false },
      ...plugins,
    },
  });

  /** The names of a chart's lines, each with its line, as a list below the canvas. */
  function keys(chart) {
    const figure = document.getElementById(chart.id).closest("figure");
    figure.querySelector(".keys")?.remove();
    const list = document.createElement("ul");
    list.className = "keys";
    for (const line of chart.series) {
      const item = list.appendChild(document.createElement("li"));
      item.innerHTML = '<svg width="26" height="8" aria-hidden="true"><path d="M0 4H26"/></svg>';
      const path = item.querySelector("path");
      path.style.stroke = colour("c" + (line.colour % COLOURS));
      path.style.strokeDasharray = DASHES[line.dash % DASHES.length].join(" ");
      item.append(line.label);
    }
    figure.querySelector(".canvas").after(list);
  }

  function lines(chart) {
    const single = chart.series.length === 1;
    const many = chart.series.length > MOST_IN_CANVAS;
    if (many) keys(chart);
    const datasets = chart.series.map((line) => {
      const paint = colour("c" + (line.colour % COLOURS));
      return {
        label: line.label,
        data: line.x.map((x, i) => ({ x, y: line.y[i] })),
        borderColor: paint,
        backgroundColor: paint,
        borderWidth: 2,
        borderDash: DASHES[line.dash % DASHES.length],
        pointRadius: line.x.length > 30 ? 0 : 2,
        pointHoverRadius: 5,
        clip: 6, // or the points on the edge of the chart are cut in half
        tension: 0,
      };
    });
    const whole = { callback: (v) => (Number.isInteger(v) ? v : "") };
    const y = axis(chart.axis, { callback: (v) => short.format(v) });
    y.beginAtZero = chart.scale === "from_zero";
    if (chart.scale === "logarithmic") {
      y.type = "logarithmic";
      y.ticks.autoSkip = false;
      // Only 1, 2 and 5 of each power of ten, or the labels run into each other.
      y.ticks.callback = (v) => (/^[125]0*$|^0\.0*[125]$/.test(String(v)) ? v + "×" : "");
    }
    const last = Math.max(...chart.series.flatMap((line) => line.x));
    return {
      type: "line",
      data: { datasets },
      options: options(
        { ...axis("epoch", whole), type: "linear", min: last > 1 ? 1 : 0, max: Math.max(last, 2) },
        y,
        {
          legend: {
            display: !single && !many,
            position: "bottom",
            labels: {
              color: colour("ink"),
              usePointStyle: true,
              pointStyle: "line",
              pointStyleWidth: 34,
              padding: 10,
              // The library takes the dashes of a point here, which has none.
              generateLabels: (shown) =>
                Chart.defaults.plugins.legend.labels.generateLabels(shown).map((label) => ({
                  ...label,
                  lineDash: datasets[label.datasetIndex].borderDash,
                })),
            },
          },
          tooltip: {
            callbacks: {
              title: (items) => "epoch " + items[0].parsed.x,
              label: (item) => ` ${item.dataset.label}: ${number.format(item.parsed.y)}`,
              footer: () => chart.axis,
            },
          },
        },
        many,
      ),
    };
  }

  /** What should be against what is, and the line on which they agree. */
  function reliability(chart) {
    const datasets = chart.series.map((line, i) => ({
      label: line.label,
      data: line.x.map((x, j) => ({ x, y: line.y[j] })),
      borderColor: colour("c" + i),
      backgroundColor: colour("c" + i),
      borderWidth: 2,
      borderDash: DASHES[line.dash % DASHES.length],
      pointRadius: 3,
      pointHoverRadius: 5,
      clip: 6,
    }));
    datasets.push({
      label: "as it says",
      data: [{ x: 0, y: 0 }, { x: 1, y: 1 }],
      borderColor: colour("soft"),
      backgroundColor: colour("soft"),
      borderWidth: 1.5,
      borderDash: [5, 4],
      pointRadius: 0,
      pointHoverRadius: 0,
    });
    const unit = { type: "linear", min: 0, max: 1 };
    return {
      type: "line",
      data: { datasets },
      options: options(
        { ...axis(chart.x), ...unit },
        { ...axis(chart.y), ...unit },
        {
          legend: {
            display: true,
            position: "bottom",
            labels: {
              color: colour("ink"),
              usePointStyle: true,
              pointStyle: "line",
              pointStyleWidth: 34,
              padding: 10,
              generateLabels: (shown) =>
                Chart.defaults.plugins.legend.labels.generateLabels(shown).map((label) => ({
                  ...label,
                  lineDash: datasets[label.datasetIndex].borderDash,
                })),
            },
          },
          tooltip: {
            filter: (item) => item.datasetIndex < chart.series.length,
            callbacks: {
              title: () => "",
              label: (item) =>
                ` ${item.dataset.label}: said ${number.format(item.parsed.x)}, is ${number.format(item.parsed.y)}`,
            },
          },
        },
        true,
      ),
    };
  }

  /** Lines of one quantity against another; of a slider's chart, the network that is chosen. */
  function curves(chart) {
    const single = chart.series.length === 1;
    const many = chart.series.length > MOST_IN_CANVAS;
    if (many) keys(chart);
    const datasets = chart.series.map((line) => ({
      label: line.label,
      data: line.points.map(([x, y]) => ({ x, y })),
      borderColor: colour("c" + (line.colour % COLOURS)),
      backgroundColor: colour("c" + (line.colour % COLOURS)),
      borderWidth: 2,
      borderDash: DASHES[line.dash % DASHES.length],
      pointRadius: 3,
      pointHoverRadius: 5,
      clip: 8,
    }));
    const mark = chosen.get(chart.id);
    if (mark) {
      datasets.push({
        label: "chosen",
        data: [mark],
        borderColor: colour("c1"),
        backgroundColor: colour("c1"),
        borderWidth: 3,
        pointRadius: 7,
        pointHoverRadius: 7,
        clip: 12,
        order: -1,
      });
    }
    const percents = { callback: (v) => short.format(v) };
    const x = axis(chart.x, percents);
    x.type = chart.logarithmic ? "logarithmic" : "linear";
    if (chart.logarithmic) {
      x.reverse = true;
      x.ticks.autoSkip = false;
      x.ticks.callback = (v) => (/^[125]0*$|^0\.0*[125]$/.test(String(v)) ? String(v) : "");
    }
    return {
      type: "line",
      data: { datasets },
      options: {
        ...options(
          x,
          axis(chart.y, { callback: (v) => short.format(v) }),
          {
            legend: {
              display: !single && !many,
              position: "bottom",
              labels: {
                color: colour("ink"),
                usePointStyle: true,
                pointStyle: "line",
                pointStyleWidth: 34,
                padding: 10,
                generateLabels: (shown) =>
                  Chart.defaults.plugins.legend.labels.generateLabels(shown).map((label) => ({
                    ...label,
                    lineDash: datasets[label.datasetIndex].borderDash,
                  })),
              },
            },
            tooltip: {
              filter: (item) => item.datasetIndex < chart.series.length,
              callbacks: {
                title: () => "",
                label: (item) =>
                  ` ${item.dataset.label}: ${number.format(item.parsed.y)} at ${number.format(item.parsed.x)}`,
                footer: () => `${chart.y} against ${chart.x}`,
              },
            },
          },
          true,
        ),
        onClick: (_, hit) => {
          const points = hit.filter((each) => each.datasetIndex === 0);
          if (points.length > 0) picked.get(chart.id)?.(points[0].index);
        },
      },
    };
  }

  /** A dashed line where weights begin to go. */
  const threshold = {
    id: "threshold",
    afterDatasetsDraw(drawn, _, { at, label }) {
      const { ctx, chartArea, scales } = drawn;
      const x = scales.x.getPixelForValue(at);
      ctx.save();
      ctx.strokeStyle = colour("ink");
      ctx.fillStyle = colour("ink");
      ctx.setLineDash([5, 4]);
      ctx.lineWidth = 1.5;
      ctx.beginPath();
      ctx.moveTo(x, chartArea.top);
      ctx.lineTo(x, chartArea.bottom);
      ctx.stroke();
      const right = x > (chartArea.left + chartArea.right) / 2;
      ctx.textAlign = right ? "right" : "left";
      ctx.font = "12px system-ui, sans-serif";
      ctx.fillText(label, x + (right ? -6 : 6), chartArea.top + 10);
      ctx.restore();
    },
  };

  function histogram(chart) {
    const { counts, first, width, edge } = chart;
    const all = counts.reduce((sum, count) => sum + count, 0);
    const share = counts.map((count) => (100 * count) / all);
    const from = (i) => number.format(first + i * width);
    const paint = counts.map((_, i) => colour(i < edge || !chart.prunes ? "kept" : "gone"));
    const x = axis(chart.score, { includeBounds: false });
    return {
      type: "bar",
      data: {
        datasets: [{
          label: "share",
          data: share.map((y, i) => ({ x: first + (i + 0.5) * width, y })),
          backgroundColor: paint,
          categoryPercentage: 1,
          barPercentage: 0.94,
        }],
      },
      options: options(
        { ...x, type: "linear", offset: false, grid: { display: false }, min: first, max: first + counts.length * width },
        axis("share of the layer, %"),
        {
          threshold: {
            at: chart.threshold,
            label: chart.zeros
              ? "weights that are 0"
              : (chart.prunes ? "threshold " : "limit ") + number.format(chart.threshold),
          },
          tooltip: {
            displayColors: false,
            callbacks: {
              title: ([item]) => {
                const i = item.dataIndex;
                if (i === 0) return `${chart.score} below ${from(1)}`;
                return i === counts.length - 1
                  ? chart.zeros ? "weights that are 0" : `${chart.score} from ${from(i)} on`
                  : `${chart.score} from ${from(i)} to ${from(i + 1)}`;
              },
              label: ({ dataIndex: i }) =>
                `${counts[i].toLocaleString("en")} weights, ${percent.format(share[i])} %` +
                (chart.prunes ? (i < edge ? ", kept" : ", removed") : ""),
            },
          },
        },
      ),
      plugins: [threshold],
    };
  }

  /** Whether every line and bar has a place within the canvas, and something was painted. */
  function isDrawn(chart) {
    if (!chart.canvas) return false;
    const { width, height } = chart.canvas;
    if (width === 0 || height === 0) return false;
    const pixels = chart.ctx.getImageData(0, 0, width, height).data;
    const painted = pixels.some((value, i) => i % 4 === 3 && value > 0);
    return painted && chart.data.datasets.every((_, i) =>
      chart.getDatasetMeta(i).data.some((p) => Number.isFinite(p.x) && Number.isFinite(p.y)));
  }

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

  function draw() {
    drawn.forEach((chart) => chart.destroy());
    Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
    drawn = [];
    for (const chart of data.charts) {
      try {
        const made = { lines, reliability, histogram, curves }[chart.kind](chart);
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
  draw();
  root.dataset.sliders = `${document.querySelectorAll(".chooser[data-stop]").length}/${data.sliders.length}`;
  data.maps.forEach(explore);
  root.dataset.maps = `${document.querySelectorAll(".map .cursor").length}/${data.maps.length}`;
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  // Paper is white: charts are drawn again in the colours of print, and back afterwards.
  matchMedia("print").addEventListener("change", draw);
  const closed = [];
  addEventListener("beforeprint", () => {
    document.querySelectorAll("details:not([open])").forEach((details) => {
      closed.push(details);
      details.open = true;
    });
  });
  addEventListener("afterprint", () => closed.splice(0).forEach((details) => { details.open = false; }));
})();
