"use strict";
/** What Ockham's pages share: colours, charts, and complaints where a test sees them. */
const Ockham = (() => {
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

  const colour = (name) => getComputedStyle(root).getPropertyValue("--" + name).trim();
  const COLOURS = 6;
  // More lines than this have their names below the canvas, so that these do not take its room.
  const MOST_IN_CANVAS = 8;
  // A line of more points than this shows the lowest and highest of stretches.
  const MOST_POINTS = 1200;
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

  /** A line as the library takes it. */
  const dataset = (line, points, more) => {
    const paint = colour("c" + (line.colour % COLOURS));
    return {
      label: line.label,
      data: points,
      borderColor: paint,
      backgroundColor: paint,
      borderWidth: 2,
      borderDash: DASHES[line.dash % DASHES.length],
      pointRadius: 3,
      pointHoverRadius: 5,
      clip: 6, // or the points on the edge of the chart are cut in half
      tension: 0,
      ...more,
    };
  };

  const legend = (display, datasets) => ({
    display,
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
  });

  /** Only 1, 2 and 5 of each power of ten have a label, or these run into each other. */
  const logarithmic = (scale, sign) => {
    scale.type = "logarithmic";
    scale.ticks.autoSkip = false;
    scale.ticks.callback = (v) => (/^[125]0*$|^0\.0*[125]$/.test(String(v)) ? v + sign : "");
  };

  /** Lines with their names below them, or below the canvas where there are many. */
  function plot(chart, datasets, x, y, tooltip, nearest) {
    const many = chart.series.length > MOST_IN_CANVAS;
    if (many) keys(chart);
    const named = datasets.length > 1 && !many && (chart.series.length > 1 || chart.named);
    return {
      type: "line",
      data: { datasets },
      options: options(x, y, { legend: legend(named, datasets), tooltip }, nearest || many),
    };
  }

  /** The lowest and the highest of each stretch of a long line, so that drawing stays quick. */
  function thinned(x, y) {
    const points = x.map((at, i) => ({ x: at, y: y[i] ?? null }));
    if (points.length <= MOST_POINTS) return points;
    const stretch = Math.ceil((2 * points.length) / MOST_POINTS);
    const kept = [];
    for (let from = 0; from < points.length; from += stretch) {
      const piece = points.slice(from, from + stretch).filter((point) => point.y !== null);
      if (piece.length === 0) continue;
      const low = piece.reduce((a, b) => (b.y < a.y ? b : a));
      const high = piece.reduce((a, b) => (b.y > a.y ? b : a));
      kept.push(...(low === high ? [low] : low.x < high.x ? [low, high] : [high, low]));
    }
    const last = points.at(-1);
    if (kept.at(-1)?.x !== last.x && last.y !== null) kept.push(last);
    return kept;
  }

  /** Lines over epochs. */
  function lines(chart) {
    const datasets = chart.series.map((line) =>
      dataset(line, thinned(line.x, line.y), { pointRadius: line.x.length > 30 ? 0 : 2 }));
    const whole = { callback: (v) => (Number.isInteger(v) ? v : "") };
    const y = axis(chart.axis, { callback: (v) => short.format(v) });
    y.beginAtZero = chart.scale === "from_zero";
    if (chart.scale === "logarithmic") logarithmic(y, "×");
    const last = Math.max(...chart.series.map((line) => line.x.at(-1) ?? 1));
    return plot(
      chart,
      datasets,
      { ...axis("epoch", whole), type: "linear", min: last > 1 ? 1 : 0, max: Math.max(last, 2) },
      y,
      {
        callbacks: {
          title: (items) => "epoch " + items[0].parsed.x,
          label: (item) => ` ${item.dataset.label}: ${number.format(item.parsed.y)}`,
          footer: () => chart.axis,
        },
      },
    );
  }

  /** What should be against what is, and the line on which they agree. */
  function reliability(chart) {
    const datasets = chart.series.map((line, i) =>
      dataset({ ...line, colour: i }, line.x.map((x, j) => ({ x, y: line.y[j] }))));
    datasets.push({
      ...dataset({ label: "as it says", colour: 0, dash: 0 }, [{ x: 0, y: 0 }, { x: 1, y: 1 }]),
      borderColor: colour("soft"),
      backgroundColor: colour("soft"),
      borderWidth: 1.5,
      borderDash: [5, 4],
      pointRadius: 0,
      pointHoverRadius: 0,
    });
    const unit = { type: "linear", min: 0, max: 1 };
    return plot(
      { ...chart, named: true },
      datasets,
      { ...axis(chart.x), ...unit },
      { ...axis(chart.y), ...unit },
      {
        filter: (item) => item.datasetIndex < chart.series.length,
        callbacks: {
          title: () => "",
          label: (item) =>
            ` ${item.dataset.label}: said ${number.format(item.parsed.x)}, is ${number.format(item.parsed.y)}`,
        },
      },
      true,
    );
  }

  /**
   * Lines of one quantity against another.
   *
   * @param mark a point of its own, where one is chosen
   * @param pick is told which point of the first line was clicked
   */
  function curves(chart, mark, pick) {
    const datasets = chart.series.map((line) =>
      dataset(line, line.points.map(([x, y]) => ({ x, y })), { clip: 8 }));
    if (mark) {
      datasets.push({
        ...dataset({ label: "chosen", colour: 1, dash: 0 }, [mark]),
        borderWidth: 3,
        pointRadius: 7,
        pointHoverRadius: 7,
        clip: 12,
        order: -1,
      });
    }
    const x = axis(chart.x, { callback: (v) => short.format(v) });
    x.type = "linear";
    if (chart.logarithmic) {
      logarithmic(x, "");
      x.reverse = true;
    }
    const made = plot(
      chart,
      datasets,
      x,
      axis(chart.y, { callback: (v) => short.format(v) }),
      {
        filter: (item) => item.datasetIndex < chart.series.length,
        callbacks: {
          title: () => "",
          label: (item) =>
            ` ${item.dataset.label}: ${number.format(item.parsed.y)} at ${number.format(item.parsed.x)}`,
          footer: () => `${chart.y} against ${chart.x}`,
        },
      },
      true,
    );
    made.options.onClick = (_, hit) => {
      const points = hit.filter((each) => each.datasetIndex === 0);
      if (points.length > 0) pick?.(points[0].index);
    };
    return made;
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

  return { root, colour, number, short, percent, complain, isDrawn, draw: { lines, reliability, histogram, curves } };
})();
