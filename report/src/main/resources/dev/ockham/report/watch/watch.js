"use strict";
(() => {
  const { root, colour, number, short, complain, isDrawn, draw } = Ockham;
  const { byId, element, set, last, percents, duration, heat } = Parts;
  const COLOURS = 6;
  // More would not be told apart.
  const MOST_TICKED = 6;
  // How long the page rests between drawings, as a multiple of how long one took.
  const REST = 4;
  const SOONEST = 400;
  const address = (page, ...runs) => page + "?" + runs.map((run) => "run=" + encodeURIComponent(run)).join("&");

  // By its key: what is known of a run, and its element.
  const runs = new Map();
  let chosen = null;
  let received = 0;

  const FIELDS = ["epoch", "loss", "kl", "beta", "validation", "pruned_validation", "error", "pruned_error", "missed", "pruned_missed", "sparsity", "seconds"];

  function emptied(run) {
    run.series = Object.fromEntries(FIELDS.map((field) => [field, []]));
    run.layers = [];
    run.layerSparsity = [];
    run.units = [];
  }

  function runOf(key) {
    let run = runs.get(key);
    if (!run) {
      run = { key, info: { name: key }, ticked: false, number: runs.size, stopping: false };
      while ([...runs.values()].some((other) => other.number === run.number)) run.number++;
      emptied(run);
      runs.set(key, run);
      listed(run);
    }
    return run;
  }

  /** What a run is doing, in a word, and in a sentence. */
  function state(run) {
    const { status, alive, stopping, problem } = run.info;
    if (!status) return ["unreadable", problem ?? ""];
    if (status !== "running") return [status, ""];
    if (alive === false) return ["killed", "Its process is not there any more, or on another machine. 'ockham train --resume' goes on."];
    if (stopping) return ["stopping", "It saves and ends after its current step."];
    return alive ? ["running", ""] : ["running?", "Running, or killed: an older build does not say."];
  }

  /** By how long the last epochs took. */
  function timeLeft(run) {
    const epochs = run.info.epochs - (last(run.series.epoch) ?? 0);
    const recent = run.series.seconds.slice(-10).filter((value) => value !== null);
    if (recent.length === 0 || !(epochs > 0)) return null;
    return (epochs * recent.reduce((sum, value) => sum + value, 0)) / recent.length;
  }

  /** The element of a run in the list; what changes in it is set by show. */
  function listed(run) {
    const item = element("li", "run");
    const label = element("label");
    const tick = element("input");
    tick.type = "checkbox";
    label.append(tick);
    label.insertAdjacentHTML("beforeend", '<svg class="swatch" width="26" height="8" aria-hidden="true"><path d="M0 4H26"/></svg>');
    const name = element("div", "name");
    const open = element("button");
    open.type = "button";
    const pill = element("span", "status");
    const what = element("small");
    name.append(open, " ", pill, what);
    const far = element("div", "far");
    const bar = element("progress");
    const epochs = element("span");
    const left = element("small");
    far.append(epochs, bar, left);
    const worth = element("div", "worth");
    const quality = element("span");
    const size = element("small");
    worth.append(quality, size);
    const acts = element("div", "acts");
    const report = element("a", "", "Report");
    report.target = "_blank";
    report.rel = "noopener";
    report.href = address("report", run.key);
    const stop = element("button", "", "Stop");
    stop.type = "button";
    acts.append(report, stop);
    const problem = element("div", "problem");
    item.append(label, name, far, worth, acts, problem);
    run.parts = { item, tick, label, open, pill, what, epochs, bar, left, quality, size, stop, report, problem };
    tick.addEventListener("change", () => {
      run.ticked = tick.checked;
      run.decided = true;
      later(true);
    });
    open.addEventListener("click", () => {
      chosen = chosen === run ? null : run;
      byId("scores").replaceChildren();
      byId("inside").replaceChildren();
      later(true);
      if (chosen) byId("detail").scrollIntoView({ block: "nearest" });
    });
    stop.addEventListener("click", () => stopped(run));
    const after = [...runs.values()].filter((other) => other !== run && other.key > run.key)
      .sort((a, b) => (a.key < b.key ? -1 : 1))[0];
    byId("runs").insertBefore(item, after?.parts.item ?? null);
  }

  /** Stops a run at the second click: the first asks. */
  async function stopped(run) {
    const { stop } = run.parts;
    if (!stop.classList.contains("sure")) {
      stop.classList.add("sure");
      stop.textContent = "Stop now?";
      setTimeout(() => {
        stop.classList.remove("sure");
        stop.textContent = "Stop";
      }, 5000);
      return;
    }
    try {
      const answer = await fetch(address("stop", run.key), { method: "POST" });
      if (!answer.ok) throw new Error(await answer.text());
      run.info.stopping = true;
    } catch (failure) {
      run.info.problem = String(failure.message);
    }
    later(true);
  }

  function show(run) {
    const { info, parts, series } = run;
    const [word, sentence] = state(run);
    set(parts.open, info.name);
    parts.open.setAttribute("aria-expanded", String(chosen === run));
    set(parts.pill, word);
    parts.pill.className = "status " + word.replace("?", "");
    parts.pill.title = sentence;
    set(parts.what, info.network ? `${info.method} · ${info.network} · ${info.data}` : "");
    const epoch = last(series.epoch) ?? 0;
    // A run may be finished before the last epoch that it was given.
    const all = word === "finished" ? epoch : info.epochs;
    set(parts.epochs, word === "finished" ? `${epoch} epochs` : `epoch ${epoch}` + (all ? ` of ${all}` : ""));
    parts.bar.max = all || 1;
    parts.bar.value = Math.min(epoch, all || 1);
    parts.bar.setAttribute("aria-label", `epochs of ${info.name}`);
    const left = word === "running" || word === "running?" ? timeLeft(run) : null;
    set(parts.left, left !== null && left > 0 ? `about ${duration(left)} left` : sentence);
    set(parts.quality, qualityOf(run));
    set(parts.size, sizeOf(run));
    parts.stop.hidden = !(word === "running" || word === "running?");
    parts.report.hidden = !info.status;
    set(parts.problem, info.problem ?? "");
    parts.problem.hidden = !info.problem;
    parts.item.classList.toggle("chosen", chosen === run);
    parts.tick.checked = run.ticked;
    parts.tick.setAttribute("aria-label", `compare ${info.name}`);
    const swatch = parts.item.querySelector(".swatch");
    swatch.style.visibility = run.ticked ? "visible" : "hidden";
    swatch.querySelector("path").style.stroke = colour("c" + (place(run) % COLOURS));
  }

  /** Of a finished run what it keeps, which need not be its last epoch; else of its last epoch. */
  function qualityOf({ info, series }) {
    const kept = info.kept;
    const error = kept ? kept.error : last(series.pruned_error) ?? last(series.error);
    if (error !== undefined && error !== null) return `validation error ${number.format(error)} %`;
    const missed = kept ? kept.missed : last(series.pruned_missed) ?? last(series.missed);
    if (missed !== undefined && missed !== null) return `1 − R² ${number.format(missed)}`;
    const loss = kept?.validation ?? last(series.validation) ?? last(series.loss);
    return loss !== undefined && loss !== null ? `loss ${number.format(loss)}` : "";
  }

  function sizeOf(run) {
    const { kept, prunes } = run.info;
    if (kept) return (prunes ? percents(kept.sparsity) + " of the weights gone, " : "") + `file ${(kept.bytes / 1000).toFixed(1)} KB`;
    const parts = [];
    const sparsity = last(run.series.sparsity);
    if (run.info.prunes && sparsity !== undefined && sparsity !== null) parts.push(percents(sparsity) + " of the weights gone");
    if (run.units.length > 0) parts.push("units left " + unitsOf(run));
    return parts.join(", ");
  }

  /** Long networks by their sum: a hundred numbers in a row say nothing. */
  function unitsOf(run) {
    return run.units.length <= 5 ? run.units.join("\u2011") : short.format(run.units.reduce((sum, count) => sum + count, 0));
  }

  const shownRuns = () => [...runs.values()].filter((run) => run.ticked).sort((a, b) => (a.key < b.key ? -1 : 1));
  const place = (run) => shownRuns().indexOf(run);

  // By its id: a chart that is on the page.
  const charts = new Map();

  /** Draws a chart, in the figure that it has or in a new one. */
  function chart(box, id, title, sentence, made) {
    const lines = made.series.filter((line) => line.y.some((y) => y !== null));
    let figure = byId("figure-" + id);
    if (!figure) {
      figure = element("figure", "chart");
      figure.id = "figure-" + id;
      const canvas = element("canvas");
      canvas.id = id;
      canvas.setAttribute("role", "img");
      const frame = element("div", "canvas");
      frame.append(canvas);
      figure.append(element("h3", "", title), frame, element("figcaption", "", sentence));
      box.append(figure);
    }
    figure.hidden = lines.length === 0;
    if (lines.length === 0) return;
    const config = draw.lines({ ...made, id, series: lines });
    byId(id).setAttribute("aria-label", `${made.axis} by epoch. ` + lines.map((line) => `${line.label}: ${number.format(last(line.y) ?? NaN)}`).join("; "));
    let there = charts.get(id);
    if (there && there.canvas !== byId(id)) {
      there.destroy();
      there = undefined;
    }
    if (there) {
      there.data.datasets = config.data.datasets;
      there.options = config.options;
      there.update("none");
    } else {
      charts.set(id, new Chart(byId(id), config));
    }
  }

  /** A line of each run that is shown, and a broken one of what is left of it. */
  function compared(field, prunedField) {
    const series = [];
    for (const run of shownRuns()) {
      const alone = shownRuns().length === 1;
      series.push({ label: run.info.name, colour: place(run), dash: 0, x: run.series.epoch, y: run.series[field] });
      if (prunedField && run.info.prunes) {
        series.push({ label: run.info.name + ", pruned", colour: alone ? 1 : place(run), dash: 1, x: run.series.epoch, y: run.series[prunedField] });
      }
    }
    return series;
  }

  const OVERLAYS = [
    ["loss", "Loss on training examples", "loss, nats", "free", ["loss"], "Mean loss of the training examples, under noise. Lower is better."],
    ["held", "Loss on validation examples", "loss, nats", "free", ["validation", "pruned_validation"], "The same on examples held out from training, without noise."],
    ["wrong", "Wrong predictions", "validation error, %", "free", ["error", "pruned_error"], "Share of held-out examples that are predicted wrongly."],
    ["missed", "What is missed of the numbers", "1 − R²", "free", ["missed", "pruned_missed"], "Of the output that is missed most: 0 is exact, 1 no better than a constant."],
    ["gone", "Weights gone", "weights gone, %", "from_zero", ["percent"], "Share of weights at or past the threshold."],
    ["kl", "Complexity (KL)", "KL, nats", "from_zero", ["kl"], "What the weights tell about the data beyond the prior. It falls as they drown in noise."],
    ["beta", "Weight of the KL (β)", "β", "from_zero", ["beta"], "Training makes loss + β · KL / examples small."],
    ["time", "Time", "seconds per epoch", "from_zero", ["seconds"], "Wall-clock of each epoch, validation included."],
  ];

  function overlay() {
    const shown = shownRuns();
    byId("compared").hidden = shown.length === 0;
    byId("reports").href = address("report", ...shown.map((run) => run.key));
    for (const run of shown) run.series.percent = run.series.sparsity.map((value) => (value === null || !run.info.prunes ? null : 100 * value));
    for (const [id, title, axis, scale, fields, sentence] of OVERLAYS) {
      const series = compared(...fields).filter((line) => !(["kl", "beta"].includes(id)) || shown.some((run) => run.info.hasKl && line.label === run.info.name));
      chart(byId("curves"), id, title, sentence, { axis, scale, series });
    }
  }

  function card(value, what) {
    const box = element("div");
    box.append(element("b", "", value), element("span", "", what));
    return box;
  }

  function detail() {
    byId("detail").hidden = !chosen;
    if (!chosen) return;
    const run = chosen;
    set(byId("one"), run.info.name);
    const facts = [];
    const quality = qualityOf(run);
    if (quality) facts.push(card(quality.replace(/^\D*(?=[\d.])/, ""), quality.replace(/ [\d.,]+( %)?$/, "")));
    const sparsity = last(run.series.sparsity);
    if (run.info.prunes && sparsity !== undefined && sparsity !== null) facts.push(card(percents(sparsity), "of the weights gone"));
    if (run.units.length > 0) facts.push(card(unitsOf(run), "units left, layer by layer"));
    const left = state(run)[0].startsWith("running") ? timeLeft(run) : null;
    if (left !== null && left > 0) facts.push(card(duration(left), "left, about"));
    byId("facts").replaceChildren(...facts);
    const series = run.layers.map((layer, i) => ({
      label: layer,
      colour: i,
      dash: Math.floor(i / COLOURS),
      x: run.series.epoch,
      y: run.layerSparsity[i],
    }));
    if (run.info.prunes) {
      chart(byId("inside"), "layers", "Weights gone, by layer", "Share of each layer's weights at or past the threshold.", { axis: "weights gone, %", scale: "from_zero", series });
    }
    refresh(run);
  }

  /** The histograms and the picture of a run: asked for again once its epoch has changed. */
  async function refresh(run) {
    const epoch = last(run.series.epoch) ?? 0;
    if (run.asking || (run.asked === epoch && byId("scores").dataset.run === run.key) || epoch === 0) return;
    run.asking = true;
    const began = performance.now();
    try {
      const answer = await fetch(address("scores", run.key));
      if (answer.ok && chosen === run) heat(run, await answer.json());
      if (chosen === run) look(run, epoch);
      run.asked = epoch;
      byId("scores").dataset.run = run.key;
      root.dataset.detail = `${run.key}@${epoch}`;
    } catch (failure) {
      // The connection's own line says that it is lost.
    }
    // What was slow to make is not asked for at once again.
    setTimeout(() => {
      run.asking = false;
      later();
    }, Math.max(1000, REST * (performance.now() - began)));
  }

  function look(run, epoch) {
    let figure = byId("look");
    if (!figure) {
      figure = element("figure");
      figure.id = "look";
      figure.hidden = true;
      const picture = element("img", "pixels look");
      picture.addEventListener("load", () => { figure.hidden = false; });
      figure.append(element("h3", "", "What the first layer looks at"), picture,
        element("figcaption", "", "Its units with the most weights left, as of the last checkpoint: orange is positive, blue negative, empty is 0 or gone."));
      byId("inside").append(figure);
    }
    const picture = figure.querySelector("img");
    picture.alt = `first layer of ${run.info.name}`;
    const wanted = address("picture", run.key) + "&epoch=" + epoch;
    if (picture.getAttribute("src") !== wanted) picture.src = wanted;
  }

  let waiting = 0;
  let took = 0;

  /** Draws soon, but not more often than the machine likes. */
  function later(now) {
    if (now && waiting) {
      clearTimeout(waiting);
      waiting = 0;
    }
    if (!waiting) waiting = setTimeout(render, now ? 0 : Math.max(SOONEST, REST * took));
  }

  function render() {
    waiting = 0;
    const began = performance.now();
    try {
      ticks();
      byId("none").hidden = runs.size > 0;
      for (const run of runs.values()) show(run);
      overlay();
      detail();
    } catch (failure) {
      complain(failure);
    }
    const canvases = [...document.querySelectorAll("figure.chart:not([hidden]) canvas")];
    root.dataset.charts = `${canvases.filter((canvas) => isDrawn(charts.get(canvas.id) ?? {})).length}/${canvases.length}`;
    root.dataset.overflow = root.scrollWidth - root.clientWidth;
    root.dataset.runs = runs.size;
    root.dataset.received = received;
    took = performance.now() - began;
  }

  /** Runs that train are compared by themselves, until somebody says otherwise. */
  function ticks() {
    const trains = (run) => state(run)[0].startsWith("running");
    for (const run of [...runs.values()].sort((a, b) => trains(b) - trains(a))) {
      if (!run.decided && !run.ticked && run.series.epoch.length > 0 && shownRuns().length < MOST_TICKED) run.ticked = true;
    }
  }

  function gone(run) {
    run.parts.item.remove();
    runs.delete(run.key);
    if (chosen === run) chosen = null;
  }

  function epochs(event) {
    const run = runOf(event.run);
    if (event.anew) emptied(run);
    if (event.layers.length > 0) run.layers = event.layers;
    for (const epoch of event.epochs) {
      if (epoch.epoch <= (last(run.series.epoch) ?? 0)) root.dataset.disorder = `${run.key}@${epoch.epoch}`;
      for (const field of FIELDS) run.series[field].push(epoch[field] ?? null);
      epoch.layers.forEach((sparsity, i) => (run.layerSparsity[i] ??= []).push(sparsity === null ? null : 100 * sparsity));
      run.units = epoch.units;
    }
    received += event.epochs.length;
    if (event.anew) root.dataset.anew = Number(root.dataset.anew ?? 0) + 1;
  }

  function connect() {
    const link = byId("link");
    const source = new EventSource("events");
    const on = (name, heard) => source.addEventListener(name, (event) => {
      try {
        heard(JSON.parse(event.data));
      } catch (failure) {
        complain(failure);
      }
      later();
    });
    on("hello", ({ folder, runs: there }) => {
      // Everything is told again.
      for (const run of [...runs.values()]) {
        if (there.includes(run.key)) emptied(run);
        else gone(run);
      }
      received = 0;
      byId("folder").textContent = folder;
      link.textContent = "live";
      link.className = "status live";
    });
    on("run", (info) => { runOf(info.run).info = info; });
    on("epochs", epochs);
    on("gone", ({ run: key }) => {
      if (runs.has(key)) gone(runs.get(key));
    });
    source.addEventListener("error", () => {
      link.textContent = "connection lost, trying again";
      link.className = "status lost";
      // The browser gives up where the answer was no stream.
      if (source.readyState === EventSource.CLOSED) setTimeout(connect, 3000);
    });
  }

  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    for (const run of runs.values()) run.asked = undefined;
    later(true);
  });
  connect();
  render();
})();
