"use strict";
/** What the page of runs is made of: elements, texts, and the histograms over time. */
const Parts = (() => {
  const { root, colour, number } = Ockham;
  const byId = (id) => document.getElementById(id);
  const element = (name, className, text) => {
    const made = document.createElement(name);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  };
  const set = (part, text) => {
    if (part.textContent !== text) part.textContent = text;
  };
  const last = (list) => (list.length > 0 ? list[list.length - 1] : undefined);
  const percents = (fraction) => (100 * fraction).toFixed(fraction > 0.999 ? 2 : 1) + " %";

  function duration(seconds) {
    if (seconds < 60) return Math.ceil(seconds) + " s";
    const minutes = Math.round(seconds / 60);
    return minutes < 60 ? minutes + " min" : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  }

  /** Histograms over time: an epoch is a column, a row is a bucket, the colour the share of the layer. */
  function heat(run, layers) {
    const box = byId("scores");
    const none = layers.length === 0;
    byId("scores-title").hidden = none;
    byId("scores-note").hidden = none;
    set(byId("scores-title"), `How noisy the weights are, from epoch to epoch: ${run.info.score}`);
    set(byId("scores-note"), "Each column is an epoch, the darker the more of the layer's weights have that score. "
      + (run.info.prunes ? "Weights above the dashed line go. " : "") + "Weights that have left the network are not in it.");
    for (const layer of layers) {
      const id = "heat-" + layer.name;
      let figure = byId(id);
      if (!figure) {
        figure = element("figure");
        figure.id = id;
        figure.innerHTML = '<h3></h3><div class="heat"><div class="up"><span></span><span></span></div><div class="box"><canvas role="img"></canvas><div class="edge"><span></span></div></div><div class="along"><span></span><span></span></div></div>';
        figure.querySelector("h3").textContent = layer.name;
        box.append(figure);
      }
      paintHeat(run, layer, figure);
    }
    root.dataset.heats = box.querySelectorAll("canvas[data-drawn]").length;
  }

  function paintHeat(run, layer, figure) {
    const canvas = figure.querySelector("canvas");
    const rows = layer.counts[0].length;
    const first = layer.epochs[0];
    const end = last(layer.epochs) + 1;
    canvas.width = Math.min(640, end - first);
    canvas.height = rows;
    const ctx = canvas.getContext("2d");
    ctx.fillStyle = colour("amount");
    const at = (epoch) => Math.round(((epoch - first) * canvas.width) / (end - first));
    layer.counts.forEach((counts, i) => {
      const all = counts.reduce((sum, count) => sum + count, 0) || 1;
      const left = at(layer.epochs[i]);
      const right = Math.max(left + 1, at(layer.epochs[i + 1] ?? end));
      counts.forEach((count, row) => {
        if (count === 0) return;
        ctx.globalAlpha = 0.08 + 0.92 * Math.min(1, Math.sqrt((4 * count) / all));
        ctx.fillRect(left, rows - 1 - row, right - left, 1);
      });
    });
    canvas.dataset.drawn = layer.epochs.length;
    const high = layer.lowest + 0.5 * rows;
    const [top, bottom] = figure.querySelectorAll(".up span");
    set(top, number.format(high));
    set(bottom, number.format(layer.lowest));
    const [from, to] = figure.querySelectorAll(".along span");
    set(from, "epoch " + first);
    set(to, "epoch " + (end - 1));
    const edge = figure.querySelector(".edge");
    const share = (high - run.info.threshold) / (high - layer.lowest);
    edge.hidden = !run.info.prunes || share < 0 || share > 1;
    edge.style.top = `${100 * share}%`;
    set(edge.firstChild, "threshold " + number.format(run.info.threshold));
    const now = last(layer.counts);
    const past = now.reduce((sum, count, row) => sum + (layer.lowest + 0.5 * row >= run.info.threshold ? count : 0), 0);
    const all = now.reduce((sum, count) => sum + count, 0) || 1;
    canvas.setAttribute("aria-label", `${run.info.score} of ${layer.name} by epoch; in epoch ${end - 1}, ${percents(past / all)} of its weights are at or past ${run.info.threshold}`);
  }

  return { byId, element, set, last, percents, duration, heat };
})();
