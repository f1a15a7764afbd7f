// A picture goes through a row of players who all mishear. In the plain row each passes on what they
// would say themselves; in the residual row each passes on the note and writes that on it, in small:
//
//     say(h) = unit(tanh((1 - noise) h + noise R h))        R random, another one for each player
//     plain  h <- say(h)             residual  h <- h + edit * say(h)
//
// First the game: pure functions, also used by the test that compares them with NumPy.
// Then the demo: what the reader sees.
(function () {
  "use strict";

  // The game ------------------------------------------------------------------------------------

  // Numbers in [0, 1) that depend on the seed alone (mulberry32).
  function generator(seed) {
    let state = seed >>> 0;
    return () => {
      state = (state + 0x6d2b79f5) >>> 0;
      let t = Math.imul(state ^ (state >>> 15), state | 1);
      t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
      return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
    };
  }

  // n normal numbers by Box and Muller, two of each pair of draws.
  function normals(random, n) {
    const values = new Float64Array(n);
    for (let i = 0; i < n; i += 2) {
      const radius = Math.sqrt(-2 * Math.log(1 - random()));
      const angle = 2 * Math.PI * random();
      values[i] = radius * Math.cos(angle);
      if (i + 1 < n) values[i + 1] = radius * Math.sin(angle);
    }
    return values;
  }

  // How each of `count` players mishears: D × D numbers, row by row, that keep lengths on average.
  function players(seed, count, D) {
    const random = generator(seed);
    return Array.from({ length: count }, () => normals(random, D * D).map((value) => value / Math.sqrt(D)));
  }

  // The same picture with mean square 1.
  function unit(values) {
    const size = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
    return values.map((value) => value / size);
  }

  // Dark and light pixels as numbers with mean 0 and mean square 1.
  function message(rows) {
    const dark = Float64Array.from(rows.join(""), (letter) => Number(letter === "#"));
    const mean = dark.reduce((sum, value) => sum + value, 0) / dark.length;
    return unit(dark.map((value) => value - mean));
  }

  function say(h, R, noise) {
    const D = h.length;
    const heard = new Float64Array(D);
    for (let i = 0; i < D; i++) {
      let mixed = 0;
      for (let j = 0; j < D; j++) mixed += R[i * D + j] * h[j];
      heard[i] = Math.tanh((1 - noise) * h[i] + noise * mixed);
    }
    return unit(heard);
  }

  // What is passed on after 0, 1, 2, ... players, in both rows.
  function play(first, row, noise, edit) {
    const passed = { plain: [first], residual: [first] };
    row.forEach((R, l) => {
      passed.plain.push(say(passed.plain[l], R, noise));
      const note = passed.residual[l];
      const said = say(note, R, noise);
      passed.residual.push(note.map((value, i) => value + edit * said[i]));
    });
    return passed;
  }

  function correlation(a, b) {
    const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const [ma, mb] = [mean(a), mean(b)];
    let [ab, aa, bb] = [0, 0, 0];
    for (let i = 0; i < a.length; i++) {
      ab += (a[i] - ma) * (b[i] - mb);
      aa += (a[i] - ma) ** 2;
      bb += (b[i] - mb) ** 2;
    }
    return ab / Math.sqrt(aa * bb);
  }

  const game = { generator, normals, players, unit, message, say, play, correlation };
  if (typeof module !== "undefined") {
    module.exports = game;
    return;
  }

  // The demo ------------------------------------------------------------------------------------

  const { make, draw, press, knob, choice, swatch, teller, still, each } = window.u30Parts;
  const SIDE = 8; // pixels
  const D = SIDE * SIDE;
  const COLOURS = { plain: "#d55e00", residual: "#0072b2" };
  const RULES = { plain: "every player retells it", residual: "every player adds an edit" };
  const [WIDTH, HEIGHT] = [600, 150]; // of the curves, in their own units
  const PACE = 90; // milliseconds for one player
  const signed = (value) => value.toFixed(2).replace("-", "−");
  const share = (value) => `${Math.round(100 * value)} %`;

  // 8 × 8 pixels: the darker, the larger.
  function screen() {
    const pixels = Array.from({ length: D }, (_, i) =>
      draw("rect", { x: i % SIDE, y: Math.floor(i / SIDE), width: 1, height: 1, fill: "var(--u30-ink)" })
    );
    const node = draw(
      "svg",
      { role: "img", viewBox: `0 0 ${SIDE} ${SIDE}`, "shape-rendering": "crispEdges", style: "display:block;width:100%;background:var(--u30-wash);border:1px solid var(--u30-line);border-radius:.25rem" },
      ...pixels
    );
    const show = (values, words) => {
      unit(values).forEach((value, i) => {
        const dark = Math.max(0, Math.min(1, (value + 0.9) / 2.4));
        pixels[i].setAttribute("fill-opacity", dark.toFixed(2));
      });
      node.setAttribute("aria-label", words);
    };
    return { node, show };
  }

  function start(host, { pictures, most, players: count, noise, edit, seed }) {
    const names = Object.keys(pictures);
    let picture = names[0];
    let luck = seed;
    let goal = count; // the number of players that was chosen
    let row = players(luck, most, D);
    let passed, curves, timer;

    host.style.minHeight = "0";

    // The three pictures
    const card = (name, rule, colour) => {
      const one = screen();
      const text = make("output", { style: "display:block;font-variant-numeric:tabular-nums" });
      const head = make("div", { style: "font-weight:600" }, colour ? swatch(colour, name) : name);
      const node = make("div", { style: "min-width:0;font-size:.9rem;line-height:1.35" }, one.node, head, make("div", {}, rule), text);
      return { ...one, node, text };
    };
    const sent = card("Message", "what the first player gets");
    sent.text.remove(); // it is what the others are compared with
    const arrived = {};
    for (const name of ["plain", "residual"]) arrived[name] = card(name === "plain" ? "Plain" : "Residual", RULES[name], COLOURS[name]);
    const cards = make(
      "div",
      { style: "display:grid;grid-template-columns:repeat(3,minmax(0,9.5rem));justify-content:space-between;gap:.75rem;margin:.75rem 0" },
      sent.node,
      arrived.plain.node,
      arrived.residual.node
    );

    // The controls
    const N = knob("Players", { min: 0, max: most, step: 1, value: count }, String);
    const wrong = knob("Noise", { min: 0, max: 1, step: 0.05, value: noise }, share);
    const small = knob("Size of the edits", { min: 0, max: 1, step: 0.05, value: edit }, share);
    const pick = choice("Picture", names.map((name) => [name, name]), picture, (name) => {
      picture = name;
      replay();
    });
    const go = press("Pass it on", () => (timer ? halt() : animate()));
    const others = press("Other players", () => {
      luck += 1;
      row = players(luck, most, D);
      replay();
    });

    // The curves
    const lines = {};
    for (const name of ["plain", "residual"]) {
      const dash = name === "plain" ? { "stroke-dasharray": "7 4" } : {};
      lines[name] = draw("polyline", { fill: "none", stroke: COLOURS[name], "stroke-width": 3, "vector-effect": "non-scaling-stroke", ...dash });
    }
    const here = draw("line", { y1: 0, y2: HEIGHT, stroke: "var(--u30-ink)", "stroke-width": 1.5, "vector-effect": "non-scaling-stroke" });
    const rule = (y) => draw("line", { x1: 0, x2: WIDTH, y1: y, y2: y, stroke: "var(--u30-line)", "vector-effect": "non-scaling-stroke" });
    const down = (value) => (HEIGHT * (1.05 - value)) / 1.4; // correlations from 1.05 to -0.35
    const graph = draw(
      "svg",
      { role: "img", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", style: "display:block;width:100%;height:9rem;background:var(--u30-wash);border-radius:.25rem" },
      ...[1, 0.5, 0].map((value) => rule(down(value))),
      here,
      lines.plain,
      lines.residual
    );
    const marks = make("div", { "aria-hidden": "true", style: "position:relative;width:2.2rem;flex:none;font-size:.8rem;color:var(--u30-ink-soft)" });
    for (const value of [1, 0.5, 0]) {
      marks.append(make("span", { style: `position:absolute;right:.35rem;top:${(100 * down(value)) / HEIGHT}%;transform:translateY(-50%)` }, String(value)));
    }
    const axis = make("div", { "aria-hidden": "true", style: "display:flex;justify-content:space-between;margin-left:2.2rem;font-size:.8rem;color:var(--u30-ink-soft)" });
    axis.append(make("span", {}, "0"), make("span", {}, "players the message has passed"), make("span", {}, String(most)));

    const status = teller();
    const limit =
      "Where the analogy ends: nobody learns here. These are layers before training; a plain layer could learn to copy, and a useful edit is more than a misheard copy. Nor is a picture lost to a network because we cannot read it any more.";
    host.append(
      make("div", { class: "u30-live-name" }, "Whisper game: the same players, two rules"),
      cards,
      make("div", { class: "u30-live-row" }, N.node, wrong.node, small.node),
      make("div", { class: "u30-live-row" }, pick.node, make("div", { style: "display:flex;flex-wrap:wrap;gap:.5rem" }, go, others)),
      make("div", { style: "font-size:.9rem;font-weight:600;margin:.75rem 0 .3rem" }, "Likeness to the message (correlation)"),
      make("div", { style: "display:flex" }, marks, graph),
      axis,
      make("p", { style: "margin:.75rem 0 0;font-size:.85rem;color:var(--u30-ink-soft)" }, limit),
      status.node
    );

    const value = (control) => Number(control.input.value);

    // Play the whole game again, then show what has arrived.
    function replay() {
      passed = play(message(pictures[picture]), row, value(wrong), value(small));
      curves = {};
      for (const name of ["plain", "residual"]) {
        curves[name] = passed[name].map((values) => correlation(passed.plain[0], values));
        lines[name].setAttribute("points", curves[name].map((r, l) => `${(l * WIDTH) / most},${down(r).toFixed(1)}`).join(" "));
      }
      show();
    }

    function show() {
      const n = value(N);
      sent.show(passed.plain[0], `The message: ${picture}.`);
      for (const name of ["plain", "residual"]) {
        const words = `correlation ${signed(curves[name][n])}`;
        arrived[name].show(passed[name][n], `${name}, after ${n} players: ${words}`);
        arrived[name].text.textContent = words;
      }
      here.setAttribute("x1", (n * WIDTH) / most);
      here.setAttribute("x2", (n * WIDTH) / most);
      const words = `After ${n} players the plain message correlates ${signed(curves.plain[n])} with the first, the residual one ${signed(curves.residual[n])}.`;
      graph.setAttribute("aria-label", `Correlation after each player. ${words}`);
      status.say(words);
    }

    function halt() {
      clearInterval(timer);
      timer = undefined;
      go.textContent = "Pass it on";
    }

    function to(n) {
      N.input.value = n;
      N.show();
      show();
    }

    // On to the player that was chosen, or to the last if none was; from the first if it is there.
    function animate() {
      const last = goal || most;
      if (still()) {
        to(last);
        return;
      }
      go.textContent = "Stop";
      let n = value(N) < last ? value(N) : 0;
      to(n);
      timer = setInterval(() => {
        n += 1;
        to(n);
        if (n >= last) halt();
      }, PACE);
    }

    N.input.addEventListener("input", () => {
      halt();
      goal = value(N);
      show();
    });
    wrong.input.addEventListener("input", replay);
    small.input.addEventListener("input", replay);
    replay();
  }

  each("whisper", start);
})();
