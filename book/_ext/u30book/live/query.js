// Six word vectors in the plane and one question. The reader drags the query q; each word answers by
// how well its key k_i fits, and the blend o of the values moves along:
//
//     s_i = q . k_i / divisor        w = softmax(s)        o = sum_i w_i v_i        k_i = v_i = x_i
//
// x_i is the word's vector; with positions, (sin i, cos i) is added to it, i = 0, 1, ... its place.
//
// First the arithmetic: pure functions, also used by the test that compares them with NumPy.
// Then the demo: what the reader sees.
(function () {
  "use strict";

  const parts = typeof module === "undefined" ? window.u30Parts : require("./parts.js");
  const { softmax, shuffled, percent } = parts;

  // The arithmetic ------------------------------------------------------------------------------

  // state: q, divisor, order (which word stands at each place), positions (on or off), seen (how many
  // places the mask leaves). Gives a list of what happens to the word at each place, and the blend.
  function attend({ words, vectors }, { q, divisor, order, positions, seen }) {
    const places = order.map((word, i) => {
      const [x, y] = vectors[word];
      const at = positions ? [x + Math.sin(i), y + Math.cos(i)] : [x, y];
      const score = (q[0] * at[0] + q[1] * at[1]) / divisor;
      return { word: words[word], at, score, hidden: i >= seen };
    });
    const weights = softmax(places.map(({ score, hidden }) => (hidden ? -Infinity : score)));
    places.forEach((place, i) => (place.weight = weights[i]));
    const output = [0, 1].map((axis) => places.reduce((sum, { weight, at }) => sum + weight * at[axis], 0));
    return { places, output };
  }

  const largest = (places) => places.reduce((best, place) => (place.weight > best.weight ? place : best));

  // One line on what has just happened, read off the numbers before and after.
  function story(action, state, before, after) {
    const moved = Math.hypot(after.output[0] - before.output[0], after.output[1] - before.output[1]);
    const masked = state.seen < after.places.length;
    const top = largest(after.places);
    const how = moved < 1e-9 ? "the blend stayed where it was" : `the blend moved by ${moved.toFixed(2)}`;
    if (action === "order") {
      if (moved < 1e-9) return `Another order, the same blend: ${masked ? "the mask leaves the same words" : "attention sees a set of words, not a sentence"}.`;
      const reason = [state.positions && "each place now adds its own vector", masked && "the mask hides by place"];
      return `Another order, and ${how}: ${reason.filter(Boolean).join(", and ")}.`;
    }
    if (action === "positions") {
      return state.positions
        ? `Each word now carries its place, and ${how}. Change the order: the blend will follow.`
        : `The places are gone, and ${how}.${masked ? "" : " Order means nothing again."}`;
    }
    if (action === "mask") {
      if (!masked) return `Every word may be seen, and ${how}.`;
      return `Words after place ${state.seen} are hidden: weight exactly 0, and the others share 100 %. So ${how}.`;
    }
    if (action === "divisor") {
      const [was, is] = [largest(before.places).weight, top.weight];
      const change = Math.abs(is - was) < 5e-4 ? "stays at" : is > was ? "rises to" : "falls to";
      return `Scores divided by ${state.divisor.toFixed(2)}: the largest weight ${change} ${percent(is)}.`;
    }
    if (Math.hypot(...state.q) < 0.05) return "No question: all scores are 0, and every word that may be seen gets the same weight.";
    return `The arrow fits “${top.word}” best: score ${top.score.toFixed(2)}, weight ${percent(top.weight)}.`;
  }

  const arithmetic = { attend, story };
  if (typeof module !== "undefined") {
    module.exports = arithmetic;
    return;
  }

  // The demo ------------------------------------------------------------------------------------

  const { make, draw, each, press, knob, tick, drag, swatch, teller } = parts;
  const EDGE = 3; // of the plane, in both directions
  const [QUERY, WORD, BLEND] = ["#d55e00", "var(--u30-accent)", "#009e73"];
  const STEP = 0.1; // of an arrow key; with Shift, five of them
  const SQUARE_ROOT = Math.SQRT2; // of d = 2
  const signed = (value) => (Math.abs(value) < 0.005 ? "0.00" : value.toFixed(2).replace("-", "−"));

  function start(host, data) {
    const n = data.words.length;
    const state = { q: data.q.slice(), divisor: SQUARE_ROOT, order: data.words.map((_, i) => i), positions: false, seen: n };
    let now = attend(data, state);

    // The plane
    const line = (attributes) => draw("line", { x1: 0, y1: 0, x2: 0, y2: 0, "stroke-linecap": "round", ...attributes });
    const rays = data.words.map(() => line({ stroke: WORD }));
    const pulls = data.words.map(() => line({ stroke: BLEND, "stroke-width": 0.035, "stroke-dasharray": "0.02 0.09" }));
    const dots = data.words.map(() => draw("circle", { fill: WORD }));
    const names = data.words.map(() => draw("text", { "font-size": 0.3, fill: "currentColor", "paint-order": "stroke", stroke: "var(--u30-wash)", "stroke-width": 0.09 }));
    const shaft = line({ stroke: QUERY, "stroke-width": 0.07 });
    const head = draw("path", { fill: QUERY });
    const handle = draw("circle", { r: 0.3, fill: QUERY, "fill-opacity": 0.15, stroke: QUERY, "stroke-width": 0.03 });
    const letter = draw("text", { "font-size": 0.3, "font-style": "italic", "font-weight": 600, fill: "currentColor", "text-anchor": "middle", "paint-order": "stroke", stroke: "var(--u30-wash)", "stroke-width": 0.09 }, "q");
    const diamond = "M 0 -0.17 L 0.17 0 L 0 0.17 L -0.17 0 Z";
    const ghost = draw("path", { d: diamond, fill: "none", stroke: BLEND, "stroke-width": 0.035, "stroke-dasharray": "0.06 0.05" });
    const blend = draw("path", { d: diamond, fill: BLEND, stroke: "var(--u30-paper)", "stroke-width": 0.03 });
    const axis = { stroke: "var(--u30-line)", "stroke-width": 0.02 };
    const plane = draw(
      "svg",
      {
        viewBox: `${-EDGE - 0.2} ${-EDGE - 0.2} ${2 * EDGE + 0.4} ${2 * EDGE + 0.4}`,
        tabindex: 0,
        role: "application",
        "aria-label": "The query arrow. Drag it. With the keyboard: arrow keys move its tip by 0.1, with Shift by 0.5.",
        style: "width:100%;display:block;cursor:grab;user-select:none;-webkit-user-select:none;background:var(--u30-wash);border-radius:.4rem;color:var(--u30-ink)",
      },
      draw("line", { x1: -EDGE, y1: 0, x2: EDGE, y2: 0, ...axis }),
      draw("line", { x1: 0, y1: -EDGE, x2: 0, y2: EDGE, ...axis }),
      ...rays, ...pulls, ...dots, shaft, head, handle, ghost, blend, ...names, letter
    );

    // The weights
    const table = make("div", {
      role: "list",
      "aria-label": "Words, scores and weights",
      style: "display:grid;grid-template-columns:auto auto auto minmax(3rem,1fr) 3.4em;gap:.35rem .6rem;align-items:center;font-variant-numeric:tabular-nums;font-size:.9rem",
    });
    for (const [words, right] of [["place", 0], ["word", 0], ["score", 1], ["weight", 0], ["", 0]]) {
      table.append(make("span", { "aria-hidden": "true", style: `color:var(--u30-ink-soft);font-size:.8rem${right ? ";text-align:right" : ""}` }, words));
    }
    const rows = data.words.map((_, i) => {
      const fill = make("i", { style: `position:absolute;inset:0 auto 0 0;background:${WORD};border-radius:.15rem` });
      const row = {
        fill,
        place: make("span", { style: "color:var(--u30-ink-soft)" }, String(i + 1)),
        word: make("span", { style: "font-weight:600" }),
        score: make("span", { style: "text-align:right" }),
        weight: make("span", { style: "text-align:right" }),
      };
      const track = make("span", { "aria-hidden": "true", style: "position:relative;height:1rem;background:var(--u30-wash);border-radius:.15rem" }, fill);
      table.append(make("div", { role: "listitem", style: "display:contents" }, row.place, row.word, row.score, track, row.weight));
      return row;
    });
    const numbers = make("p", { style: "margin:.6rem 0 0;font-size:.9rem;font-variant-numeric:tabular-nums" });

    // The controls
    const divisor = knob("Divide scores by", { min: -1, max: 1, step: 0.05, value: 0.15 }, () => state.divisor.toFixed(2) + (state.divisor === SQUARE_ROOT ? " = √d" : ""));
    divisor.input.addEventListener("input", () => {
      state.divisor = 10 ** Number(divisor.input.value);
      divisor.show();
      change("divisor");
    });
    const root = press("√d", () => {
      state.divisor = SQUARE_ROOT;
      divisor.input.value = Math.log10(SQUARE_ROOT);
      divisor.show();
      change("divisor");
    }, { "aria-label": "Divide by √d" });
    const place = knob("Asked at place", { min: 1, max: n, step: 1, value: 3 }, (value) => `${value} of ${n}`);
    place.input.disabled = true;
    place.input.addEventListener("input", () => mask());
    const masked = tick("Mask the future", () => mask());
    function mask() {
      place.input.disabled = !masked.input.checked;
      state.seen = masked.input.checked ? Number(place.input.value) : n;
      change("mask");
    }
    const positions = tick("Add positions", () => {
      state.positions = positions.input.checked;
      change("positions");
    });
    const reorder = (order) => {
      if (String(order) === String(state.order)) return;
      state.order = order;
      change("order");
    };
    const [a, b] = data.swap;
    const exchange = () => reorder(state.order.map((word) => (word === a ? b : word === b ? a : word)));
    const mix = () => {
      let order = state.order;
      while (String(order) === String(state.order)) order = shuffled(state.order, Math.random);
      reorder(order);
    };
    const orders = make(
      "div",
      { style: "display:flex;flex-wrap:wrap;gap:.5rem" },
      press(`Swap ${data.words[a]} and ${data.words[b]}`, exchange),
      press("Shuffle", mix),
      press("First order", () => reorder(data.words.map((_, i) => i)))
    );

    const said = make("p", { style: "margin:0 0 .6rem;min-height:6.6em;padding-left:.7rem;border-left:3px solid var(--u30-accent)" });
    const status = teller();
    const legend = make(
      "div",
      { class: "u30-live-legend" },
      swatch(QUERY, "query q: drag it"), swatch(WORD, "words: keys and values"), swatch(BLEND, "the blend (dashed: where it was)")
    );
    const limits = "Placed by hand, to be seen: in a trained model, vectors have many more coordinates, and query, key and value come from three matrices. Lengths have no unit.";
    host.style.minHeight = "0";
    host.append(
      make(
        "div",
        { style: "display:flex;flex-wrap:wrap;gap:1rem 1.5rem;align-items:flex-start" },
        make("div", { style: "flex:1 1 16rem;max-width:min(22rem, 90%);margin:auto" }, plane, legend),
        make("div", { style: "flex:1 1 15rem;min-width:0" }, said, table, numbers)
      ),
      make("div", { class: "u30-live-row", style: "align-items:center" }, orders, positions.node, masked.node),
      make(
        "div",
        { class: "u30-live-row" },
        make("div", { style: "display:flex;flex:1 1 15rem;gap:.5rem;align-items:flex-end" }, divisor.node, root),
        place.node
      ),
      make("p", { class: "u30-live-legend", style: "margin:.6rem 0 0" }, limits),
      status.node
    );

    const set = (node, attributes) => Object.entries(attributes).forEach(([key, value]) => node.setAttribute(key, value));

    function show() {
      const { places, output } = now;
      const [qx, qy] = [state.q[0], -state.q[1]];
      places.forEach(({ word, at, score, weight, hidden }, i) => {
        const [x, y] = [at[0], -at[1]];
        const faint = hidden ? 0.15 : 0.25 + 0.75 * weight;
        set(rays[i], { x2: x, y2: y, "stroke-width": 0.02 + 0.1 * weight, opacity: faint });
        set(dots[i], { cx: x, cy: y, r: 0.07 + 0.16 * Math.sqrt(weight), opacity: hidden ? 0.25 : 1 });
        set(pulls[i], { x1: x, y1: y, x2: output[0], y2: -output[1], opacity: hidden ? 0 : Math.sqrt(weight) });
        set(names[i], { x: Math.max(-EDGE, Math.min(EDGE, x)), y: y + (y < 0 ? -0.28 : 0.5), "text-anchor": x > 1.8 ? "end" : x < -1.8 ? "start" : "middle", opacity: hidden ? 0.45 : 1 });
        names[i].textContent = word;
        const row = rows[i];
        row.word.textContent = word;
        row.word.style.textDecoration = hidden ? "line-through" : "";
        row.score.textContent = hidden ? "hidden" : signed(score);
        row.weight.textContent = percent(weight);
        row.fill.style.width = `${100 * weight}%`;
      });
      const length = Math.hypot(qx, qy) || 1;
      const [ux, uy] = [qx / length, qy / length];
      const tip = (back, side) => `${qx - back * ux + side * uy} ${qy - back * uy - side * ux}`;
      set(shaft, { x2: qx - 0.12 * ux, y2: qy - 0.12 * uy });
      set(head, { d: `M ${tip(0, 0)} L ${tip(0.26, 0.13)} L ${tip(0.26, -0.13)} Z` });
      set(handle, { cx: qx, cy: qy });
      set(letter, { x: Math.min(EDGE, qx + 0.42 * (ux < 0 ? -1 : 1)), y: qy + (uy < 0 ? -0.1 : 0.3) });
      set(blend, { transform: `translate(${output[0]} ${-output[1]})` });
      numbers.textContent = `query (${state.q.map(signed).join(", ")}), blend (${output.map(signed).join(", ")})`;
    }

    function change(action) {
      const before = now;
      now = attend(data, state);
      const stays = action === "drag" || action === "divisor";
      set(ghost, { transform: `translate(${before.output[0]} ${-before.output[1]})`, visibility: stays ? "hidden" : "visible" });
      said.textContent = story(action, state, before, now);
      status.say(said.textContent);
      show();
    }

    function turn(x, y) {
      const keep = (value) => Math.round(100 * Math.max(-EDGE, Math.min(EDGE, value))) / 100;
      state.q = [keep(x), keep(y)];
      change("drag");
    }

    const point = (event) => {
      const box = plane.getBoundingClientRect();
      const across = (2 * EDGE + 0.4) / box.width;
      turn((event.clientX - box.left) * across - EDGE - 0.2, EDGE + 0.2 - (event.clientY - box.top) * across);
    };
    drag(plane, point, {
      first: () => (plane.style.cursor = "grabbing"),
      last: () => (plane.style.cursor = "grab"),
    });
    plane.addEventListener("keydown", (event) => {
      const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
      if (!way || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      const step = STEP * (event.shiftKey ? 5 : 1);
      turn(state.q[0] + step * way[0], state.q[1] + step * way[1]);
    });

    change("drag");
    status.say("");
  }

  each("query", start);
})();
