// A trained Transformer, encoder and decoder, that runs in the page. The reader gives it letters and a
// job; it reads them at once, writes the answer symbol by symbol, and shows who looked at whom:
//
//     a_ij = softmax_j(q_i . k_j / sqrt(d_k))        each layer, each head
//
// First the model: pure functions, also used by the test that compares them with NumPy.
// Then the demo: what the reader sees.
(function () {
  "use strict";

  const parts = typeof module === "undefined" ? window.u30Parts : require("./parts.js");
  const { decodeArray, softmax, shuffled, percent } = parts;

  // The model -----------------------------------------------------------------------------------

  // Matrices come as int8 with a scale for each column, vectors as float16.
  function decodeWeights({ shape, values, scale }) {
    if (!scale) return decodeArray(values, "float16");
    const [scales, columns] = [decodeArray(scale, "float16"), shape[1]];
    return decodeArray(values, "int8").map((value, i) => value * scales[i % columns]);
  }

  // Weights keep the flat names of the state dict: "encoder.0.self_attention.WQ". The table of the
  // symbols' vectors, turned round, is the output matrix.
  function decodeModel(data) {
    const weights = Object.fromEntries(Object.entries(data.weights).map(([name, packed]) => [name, decodeWeights(packed)]));
    const [symbols, D] = [Array.from(data.symbols), data.D];
    const output = weights.E.map((_, at) => weights.E[(at % symbols.length) * D + Math.floor(at / symbols.length)]);
    return { ...data, symbols, weights, output };
  }

  // x W + b for one vector x; W row by row, b may be missing.
  function linear(x, W, b) {
    const columns = W.length / x.length;
    const y = new Float64Array(b || columns);
    for (let i = 0; i < x.length; i++) {
      if (x[i] === 0) continue;
      for (let j = 0, at = i * columns; j < columns; j++, at++) y[j] += x[i] * W[at];
    }
    return y;
  }

  function layerNorm(x, gamma, beta) {
    const mean = x.reduce((sum, value) => sum + value, 0) / x.length;
    const variance = x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / x.length;
    const scale = 1 / Math.sqrt(variance + 1e-5);
    return x.map((value, i) => (value - mean) * scale * gamma[i] + beta[i]);
  }

  // One query over all keys, each head on its own columns: { out (D), weights [h][n] }.
  function attend(q, keys, values, h) {
    const width = q.length / h;
    const out = new Float64Array(q.length);
    const weights = Array.from({ length: h }, (_, head) => {
      const first = head * width;
      const scores = keys.map((key) => {
        let score = 0;
        for (let i = first; i < first + width; i++) score += q[i] * key[i];
        return score / Math.sqrt(width);
      });
      const shares = softmax(scores);
      values.forEach((value, j) => {
        for (let i = first; i < first + width; i++) out[i] += shares[j] * value[i];
      });
      return Array.from(shares);
    });
    return { out, weights };
  }

  // Symbol number `position` (from 0): its vector times sqrt(D), plus its position's code.
  function embed({ D, weights, positions }, symbol, position) {
    return new Float64Array(D).map((_, i) => {
      const angle = position / 10000 ** ((i - (i % 2)) / D);
      const code = i % 2 ? Math.cos(angle) : Math.sin(angle);
      return weights.E[symbol * D + i] * Math.sqrt(D) + (positions ? code : 0);
    });
  }

  // The parts of a layer, by the names of the state dict.
  function layer({ weights, norm_first: normFirst, h }, name) {
    const norm = (number, x) => {
      const at = `${name}.add_norm.${number}.norm`;
      return layerNorm(x, weights[`${at}.gamma`], weights[`${at}.beta`]);
    };
    // For one vector or, since keys come from all, for a list of them.
    const addNorm = (number, xs, sublayer) => {
      const ys = sublayer(normFirst ? xs.map((x) => norm(number, x)) : xs);
      const sums = xs.map((x, t) => x.map((value, i) => value + ys[t][i]));
      return normFirst ? sums : sums.map((x) => norm(number, x));
    };
    const project = (kind, W, x) => linear(x, weights[`${name}.${kind}.${W}`]);
    // `seen` collects the weights of each query.
    const look = (kind, xs, { keys, values }, seen) =>
      xs.map((x) => {
        const { out, weights: shares } = attend(project(kind, "WQ", x), keys, values, h);
        seen.push(shares);
        return project(kind, "WO", out);
      });
    const remember = (kind, xs, memory = { keys: [], values: [] }) => {
      xs.forEach((x) => {
        memory.keys.push(project(kind, "WK", x));
        memory.values.push(project(kind, "WV", x));
      });
      return memory;
    };
    const feedForward = (xs) =>
      xs.map((x) => {
        const of = (part) => weights[`${name}.feed_forward.${part}`];
        return linear(linear(x, of("W1"), of("b1")).map((value) => Math.max(0, value)), of("W2"), of("b2"));
      });
    return { addNorm, look, remember, feedForward };
  }

  const lastNorm = ({ weights, norm_first: normFirst }, stack, x) =>
    normFirst ? layerNorm(x, weights[`last_norm.${stack}.gamma`], weights[`last_norm.${stack}.beta`]) : x;

  // Read the symbols X, all at once: their vectors, and for each layer the weights [query][head][key].
  function encode(model, X) {
    let xs = X.map((symbol, position) => embed(model, symbol, position));
    const maps = [];
    for (let i = 0; i < model.N; i++) {
      const { addNorm, look, remember, feedForward } = layer(model, `encoder.${i}`);
      const seen = [];
      xs = addNorm(0, xs, (ys) => look("self_attention", ys, remember("self_attention", ys), seen));
      xs = addNorm(1, xs, feedForward);
      maps.push(seen);
    }
    return { memory: xs.map((x) => lastNorm(model, 0, x)), maps };
  }

  // What the decoder keeps while it writes: keys and values of each layer, and the weights so far.
  function begin(model, memory) {
    const layers = Array.from({ length: model.N }, (_, i) => {
      const made = layer(model, `decoder.${i}`);
      return { ...made, read: made.remember("cross_attention", memory), written: { keys: [], values: [] }, self: [], cross: [] };
    });
    return { layers, length: 0 };
  }

  // One more symbol is put in: scores of the one that follows. The future cannot be seen, since its
  // keys are not there yet; that is what the causal mask does where all are trained at once.
  function step(model, state, symbol) {
    let x = [embed(model, symbol, state.length)];
    for (const { addNorm, look, remember, feedForward, read, written, self, cross } of state.layers) {
      x = addNorm(0, x, (y) => look("self_attention", y, remember("self_attention", y, written), self));
      x = addNorm(1, x, (y) => look("cross_attention", y, read, cross));
      x = addNorm(2, x, feedForward);
    }
    state.length += 1;
    const [y] = x.map((last) => lastNorm(model, 1, last));
    return linear(y, model.output);
  }

  // Write the likeliest symbol again and again, until the end or `most` symbols.
  function greedy(model, X, most) {
    const { memory, maps } = encode(model, X);
    const state = begin(model, memory);
    const [Y, sure] = [[], []];
    let last = model.start;
    while (Y.length < most && last !== model.end) {
      const p = softmax(step(model, state, last));
      last = p.indexOf(Math.max(...p));
      Y.push(last);
      sure.push(p[last]);
    }
    return { Y, sure, maps: { encoder: maps, self: state.layers.map(({ self }) => self), cross: state.layers.map(({ cross }) => cross) } };
  }

  // The task ------------------------------------------------------------------------------------

  const TURNS = {
    reverse: (letters) => letters.slice().reverse(),
    sort: (letters) => letters.slice().sort(),
    copy: (letters) => letters.slice(),
  };

  // Read and write `letters` with that job. The answer may become three symbols too long.
  function answer(model, job, letters) {
    const index = (symbol) => model.symbols.indexOf(symbol);
    const result = greedy(model, [index(job), ...letters.map(index)], letters.length + 3);
    const wanted = [...TURNS[model.jobs[job]](letters).map(index), model.end];
    const right = result.Y.map((symbol, t) => symbol === wanted[t]); // an early end is a wrong symbol
    return { ...result, wanted, right, exact: right.every(Boolean) };
  }

  // How many of `count` random strings of that length it gets right.
  function trial(model, job, length, count, random) {
    let exact = 0;
    for (let i = 0; i < count; i++) {
      const letters = Array.from({ length }, () => model.letters[Math.floor(random() * model.letters.length)]);
      exact += Number(answer(model, job, letters).exact);
    }
    return exact;
  }

  const network = { decodeModel, encode, begin, step, greedy, answer, trial };
  if (typeof module !== "undefined") {
    module.exports = network;
    return;
  }

  // The demo ------------------------------------------------------------------------------------

  const { make, draw, each, press, choice, teller, unique } = parts;
  const MOST = 16; // letters
  const TRIES = 100; // random strings of one test,
  const PORTION = 10; // so many at once
  const KINDS = [
    ["encoder", "read → read (encoder)"],
    ["self", "written → written (decoder)"],
    ["cross", "written → read (decoder)"],
  ];
  const DONE = { reverse: "Reversed", sort: "Sorted", copy: "Copied" };
  const SPREAD = 0.3; // largest weight of a head that looks at nothing in particular
  const INK = "var(--u30-accent)"; // of a weight of 1,
  const TINT = 40; // percent of it behind a letter, which must stay readable
  const place = (i) => (i === 0 ? "the job" : `letter ${i}`);

  function start(host, data) {
    const model = decodeModel(data);
    const { shortest, longest } = model;
    const jobs = Object.entries(model.jobs);
    const state = { job: jobs[0][0], letters: Array.from(data.string), kind: "cross", layer: model.N - 1, head: 0, picked: 0 };
    const tests = new Map(); // job -> Map(length -> right answers of TRIES)
    let testing = false;
    let now;

    // What the model is given
    const field = make("input", {
      type: "text", id: unique(), maxlength: MOST, value: data.string, spellcheck: "false", autocomplete: "off", autocapitalize: "off",
      style: "font:inherit;font-family:var(--pst-font-family-monospace);letter-spacing:.1em;width:min(16rem,100%);padding:.3rem .6rem;color:inherit;background:var(--u30-paper);border:1px solid var(--u30-ink-soft);border-radius:.4rem",
    });
    const warning = make("p", { class: "u30-live-legend", role: "status", style: "margin:0" });
    const random = (length) => Array.from({ length }, () => model.letters[Math.floor(Math.random() * model.letters.length)]);
    const give = (letters) => {
      field.value = letters.join("");
      warning.textContent = "";
      state.letters = letters;
      run();
    };
    field.addEventListener("input", () => {
      const typed = Array.from(field.value.toLowerCase());
      const unknown = new Set(typed.filter((letter) => !model.letters.includes(letter)));
      warning.textContent = unknown.size ? `It knows only the letters ${model.letters[0]} to ${model.letters.at(-1)}, and skips: ${Array.from(unknown).join(" ")}` : "";
      state.letters = typed.filter((letter) => model.letters.includes(letter));
      run();
    });
    const jobChoice = choice("Job", jobs, state.job, (job) => {
      state.job = job;
      run();
    });
    const buttons = make(
      "div",
      { style: "display:flex;flex-wrap:wrap;gap:.5rem" },
      press("Shuffle", () => give(shuffled(state.letters, Math.random))),
      press("Random", () => give(random(shortest + Math.floor(Math.random() * (longest - shortest + 1))))),
      press(`Too long`, () => give(random(longest + 2)), { "aria-label": `Too long: ${longest + 2} letters` })
    );

    // What it read and wrote
    const strip = (name) => make("div", { role: "toolbar", "aria-label": name, style: "display:flex;flex-wrap:wrap;gap:5px;align-items:flex-start" });
    const read = strip("What it read: pick a symbol with the arrow keys");
    const wrote = strip("What it wrote: pick a symbol with the arrow keys");
    const band = (words, node) => make("div", { style: "margin:.5rem 0" }, make("div", { style: "font-size:.85rem;color:var(--u30-ink-soft)" }, words), node);
    const verdict = make("p", { style: "margin:.5rem 0;padding-left:.7rem;border-left:3px solid var(--u30-line);min-height:3.3em" });
    const tested = make("p", { style: "margin:0;font-size:.9rem;flex:1 1 14rem" });
    const tester = press("", () => test());

    // Who looked at whom
    const kinds = choice("Who looks at whom", KINDS, state.kind, (kind) => {
      const moves = (kind === "encoder") !== (state.kind === "encoder");
      state.kind = kind;
      pick(moves ? (kind === "encoder" ? Math.min(1, now.X.length - 1) : 0) : state.picked);
    });
    const count = (name, number, chosen, action) => choice(name, Array.from({ length: number }, (_, i) => [i, String(i + 1)]), chosen, action);
    const layers = count("Layer", model.N, state.layer, (i) => {
      state.layer = i;
      show();
    });
    const thumbs = Array.from({ length: model.h }, () => draw("svg", { "aria-hidden": "true", preserveAspectRatio: "none", style: "width:3.3rem;height:3.3rem;background:var(--u30-wash);border-radius:.2rem" }));
    const heads = choice("Head", thumbs.map((thumb, i) => [i, make("span", { style: "display:grid;gap:.15rem;text-align:center" }, thumb, String(i + 1))]), state.head, (i) => {
      state.head = i;
      show();
    }, true);
    const story = make("p", { style: "margin:.6rem 0;min-height:3.3em" });
    const bars = make("div", { role: "list", "aria-label": "Weights", style: "display:grid;grid-template-columns:auto 1fr 3.4em;gap:.2rem .6rem;align-items:center;font-variant-numeric:tabular-nums;font-size:.9rem" });
    const map = draw("svg", { "aria-hidden": "true", style: "width:100%;display:block;cursor:pointer;color:var(--u30-ink)" });
    const status = teller(800);

    host.append(
      make("div", { class: "u30-live-row", style: "align-items:flex-start;margin-top:0" }, jobChoice.node, make("div", { style: "flex:1 1 14rem" }, make("label", { for: field.id }, `Letters, ${model.letters[0]} to ${model.letters.at(-1)}`), field), buttons),
      warning,
      band("It read", read),
      band("It wrote (below: how sure it was)", wrote),
      verdict,
      make("div", { class: "u30-live-row", style: "align-items:center" }, tester, tested),
      make("hr", { style: "margin:.9rem 0;border:0;border-top:1px solid var(--u30-line)" }),
      make("div", { class: "u30-live-row", style: "align-items:flex-start" }, kinds.node, layers.node, heads.node),
      story,
      make(
        "div",
        { style: "display:flex;flex-wrap:wrap;gap:1rem 1.5rem;align-items:flex-start" },
        make("div", { style: "flex:1 1 14rem;min-width:0" }, bars),
        make("div", { style: "flex:1 1 15rem;min-width:0;max-width:22rem" }, map, make("p", { class: "u30-live-legend", style: "margin:.2rem 0 0" }, "Each row: who looks. Each column: who is looked at. The fuller the colour, the larger the weight; a row sums to 100 %."))
      ),
      make("p", { class: "u30-live-legend" }, "A large weight says where a head takes values from, not what it does with them. Weights are stored in 8 bits for this page."),
      status.node
    );

    const show1 = (symbol) => (symbol === model.end ? "end" : symbol === model.start ? "start" : model.symbols[symbol]);
    // Symbols that look, and those that are looked at. The decoder's row t writes symbol t: it looks from
    // the symbol before, and may look at what is written so far.
    const lookers = () => (state.kind === "encoder" ? now.X : now.Y);
    const lookedAt = () => (state.kind === "self" ? [model.start, ...now.Y.slice(0, -1)] : now.X);
    const shares = (t, head = state.head) => now.maps[state.kind][state.layer][t][head];

    function run() {
      const X = [state.job, ...state.letters].map((symbol) => model.symbols.indexOf(symbol));
      now = { X, ...answer(model, state.job, state.letters) };
      read.replaceChildren(...now.X.map((symbol, i) => tile(read, symbol, i, i ? "" : model.jobs[state.job])));
      const first = make("span", { style: `${TILE};border-style:dashed;font-size:.75rem;line-height:1.9rem` }, "start");
      wrote.replaceChildren(first, ...now.Y.map((symbol, t) => tile(wrote, symbol, t, "", now)));
      judge();
      tester.textContent = `Test ${TRIES} random strings of ${state.letters.length} letters`;
      tester.disabled = state.letters.length === 0;
      tell();
      if (state.kind === "encoder") pick(Math.min(state.picked, now.X.length - 1));
      else pick(Math.min(state.picked, now.Y.length - 1));
      status.say(verdict.textContent);
    }

    const TILE = "min-width:1.9rem;padding:0 .35rem;text-align:center;border:1px solid var(--u30-line);border-radius:.3rem;font-family:var(--pst-font-family-monospace)";

    // A symbol to pick. What it wrote also says how sure it was and, if it was wrong, what was right.
    function tile(row, symbol, i, note, result) {
      const button = press(show1(symbol), () => choose(row, i), { style: TILE });
      const lines = [button];
      if (result) {
        const { sure, right, wanted } = result;
        const small = "display:block;font-size:.7rem;color:var(--u30-ink-soft);white-space:nowrap";
        lines.push(make("span", { "aria-hidden": "true", style: small }, `${Math.round(100 * sure[i])} %`));
        if (!right[i]) {
          const goal = i < wanted.length ? `not ${show1(wanted[i])}` : "extra";
          lines.push(make("span", { "aria-hidden": "true", style: `${small};color:var(--u30-bad);font-weight:600` }, goal));
          button.style.borderColor = "var(--u30-bad)";
          button.style.borderWidth = "2px";
          button.setAttribute("aria-label", `${show1(symbol)}, wrong: ${goal}`);
        }
      } else if (note) button.setAttribute("aria-label", `${show1(symbol)}, job: ${note}`);
      return make("span", { style: "text-align:center" }, ...lines);
    }

    function judge() {
      const n = state.letters.length;
      const words = (Y) => Y.filter((symbol) => symbol !== model.end).map(show1).join("") || "nothing";
      const range = `It was trained on ${shortest} to ${longest} letters`;
      const trained = n >= shortest && n <= longest;
      const errors = now.right.filter((ok) => !ok).length;
      const done = DONE[model.jobs[state.job]];
      verdict.textContent = now.exact
        ? `Right. ${done}, ${state.letters.join("") || "nothing"} is ${words(now.wanted)}.${trained ? "" : ` ${range}, never on ${n}.`}`
        : `Wrong: ${errors} of ${now.Y.length} symbols. ${done}, it would be ${words(now.wanted)}. ${range}${trained ? ", this length among them." : `, never on ${n}.`}`;
      verdict.style.borderColor = now.exact ? "var(--u30-good)" : "var(--u30-bad)";
    }

    // In small portions, so that the page stays awake.
    async function test() {
      if (testing) return;
      testing = true;
      const [job, length] = [state.job, state.letters.length];
      let exact = 0;
      for (let done = 0; done < TRIES; done += PORTION) {
        tested.textContent = `${done} of ${TRIES} tried`;
        await new Promise((next) => setTimeout(next));
        exact += trial(model, job, length, PORTION, Math.random);
      }
      if (!tests.has(job)) tests.set(job, new Map());
      tests.get(job).set(length, exact);
      testing = false;
      tell();
      status.say(tested.textContent);
    }

    function tell() {
      const results = Array.from(tests.get(state.job) || []).sort(([a], [b]) => a - b);
      const list = results.map(([length, exact]) => `${exact} with ${length} ${length === 1 ? "letter" : "letters"}`);
      tested.textContent = list.length ? `Right of ${TRIES} (${model.jobs[state.job]}): ${list.join(", ")}.` : "";
    }

    // A symbol that was read looks in the encoder, one that was written in the decoder.
    function choose(row, i) {
      const kind = row === read ? "encoder" : state.kind === "encoder" ? "cross" : state.kind;
      if (kind !== state.kind) {
        state.kind = kind;
        kinds.inputs.forEach((input) => (input.checked = input.value === kind));
      }
      pick(i);
    }

    function pick(i) {
      state.picked = i;
      show();
    }

    function tint(row, weights) {
      Array.from(row.children).forEach((child, j) => {
        const face = child.querySelector("button") || child;
        face.style.background = weights && weights[j] !== undefined ? `color-mix(in srgb, ${INK} ${(TINT * weights[j]).toFixed(1)}%, transparent)` : "";
      });
    }

    function show() {
      const { kind, layer: depth, head, picked } = state;
      const [queries, keys, weights] = [lookers(), lookedAt(), shares(picked)];
      tint(read, kind === "self" ? null : weights);
      tint(wrote, kind === "self" ? weights : null);
      for (const row of [read, wrote]) {
        const looks = (row === read) === (kind === "encoder");
        Array.from(row.querySelectorAll("button")).forEach((button, i) => {
          const chosen = looks && i === picked;
          button.setAttribute("aria-pressed", String(chosen));
          button.tabIndex = chosen || (!looks && i === 0) ? 0 : -1;
          button.style.outline = chosen ? "3px solid #d55e00" : "";
        });
      }

      const keyName = (j) => (kind === "self" ? (j ? `written ${j}` : "") : place(j));
      const most = weights.indexOf(Math.max(...weights));
      const who = kind === "encoder" ? `“${show1(queries[picked])}”, ${place(picked)},` : `While it writes “${show1(queries[picked])}”, symbol ${picked + 1}, it`;
      const where = [`“${show1(keys[most])}”`, keyName(most)].filter(Boolean).join(", ");
      const spread = weights.length > 2 && weights[most] < SPREAD;
      const what = spread ? `spreads its attention: ${where}, gets most, and that is` : `looks most at ${where}:`;
      story.textContent = `Layer ${depth + 1}, head ${head + 1}. ${who} ${what} ${percent(weights[most])}.`;
      status.say(story.textContent);

      bars.replaceChildren(
        ...weights.map((share, j) => {
          const fill = make("i", { style: `position:absolute;inset:0 auto 0 0;width:${100 * share}%;background:${INK};border-radius:.15rem` });
          const track = make("span", { "aria-hidden": "true", style: "position:relative;height:.9rem;background:var(--u30-wash);border-radius:.15rem" }, fill);
          const name = make("span", {}, make("b", { style: "font-family:var(--pst-font-family-monospace);display:inline-block;min-width:1.4em" }, show1(keys[j])), make("span", { style: "color:var(--u30-ink-soft);font-size:.8rem;margin-left:.4rem" }, keyName(j)));
          return make("div", { role: "listitem", style: "display:contents" }, name, track, make("span", { style: "text-align:right" }, percent(share)));
        })
      );
      paint(queries, keys);
    }

    function paint(queries, keys) {
      const [m, n] = [queries.length, keys.length];
      // Weights of query t: no cell where it may not look.
      const cells = (t, head, side) =>
        shares(t, head).map((share, j) => draw("rect", { x: j, y: t, width: side, height: side, fill: INK, "fill-opacity": share }));
      thumbs.forEach((thumb, head) => {
        thumb.setAttribute("viewBox", `0 0 ${n} ${m}`);
        thumb.replaceChildren(...queries.flatMap((_, t) => cells(t, head, 1)));
      });
      const label = (symbol, x, y, attributes) => draw("text", { x, y, "font-size": symbol === model.end || symbol === model.start ? 0.42 : 0.62, fill: "currentColor", "font-family": "monospace", ...attributes }, show1(symbol));
      const rows = queries.map((symbol, t) => {
        const whole = draw("rect", { x: -1.4, y: t, width: n + 1.4, height: 1, fill: "transparent" });
        const row = draw("g", {}, whole, label(symbol, -0.25, t + 0.7, { "text-anchor": "end" }), ...cells(t, state.head, 0.94));
        row.addEventListener("click", () => pick(t));
        return row;
      });
      map.setAttribute("viewBox", `-1.5 -1.1 ${n + 1.6} ${m + 1.2}`);
      map.replaceChildren(
        draw("rect", { x: 0, y: 0, width: n, height: m, fill: "var(--u30-wash)" }),
        ...keys.map((symbol, j) => label(symbol, j + 0.5, -0.25, { "text-anchor": "middle" })),
        ...rows,
        draw("rect", { x: 0, y: state.picked, width: n, height: 1, fill: "none", stroke: "#d55e00", "stroke-width": 0.12 })
      );
    }

    for (const row of [read, wrote]) {
      row.addEventListener("keydown", (event) => {
        const tiles = Array.from(row.querySelectorAll("button"));
        const at = tiles.indexOf(event.target);
        const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: tiles.length - 1 }[event.key];
        if (to === undefined || !tiles[to]) return;
        event.preventDefault();
        choose(row, to);
        tiles[to].focus();
      });
    }

    run();
    status.say("");
  }

  each("transformer", start);
})();
