// A character-level recurrent network that writes in the page. The reader types a beginning; the
// network reads it, then guesses one character after the other:
//
//     h = tanh(x Wxh + h Whh + bh)        logits = h Why + by        p = softmax(logits / tau)
//
// First the network: pure functions, also used by the test that compares them with NumPy.
// Then the demo: what the reader sees.
(function () {
  "use strict";

  const parts = typeof module === "undefined" ? window.u30Parts : require("./parts.js");
  const { decodeArray, softmax } = parts;

  // The network -------------------------------------------------------------------------------

  function decodeModel(data) {
    const vocab = Array.from(data.vocab);
    const model = { vocab, V: vocab.length, H: data.hidden, index: new Map() };
    vocab.forEach((character, position) => model.index.set(character, position));
    for (const [name, text] of Object.entries(data.weights)) model[name] = decodeArray(text, data.dtype);
    return model;
  }

  // One character in: the new hidden state and the logits of the next character.
  function step(model, h, x) {
    const { V, H, Wxh, Whh, bh, Why, by } = model;
    const next = new Float64Array(H);
    for (let j = 0; j < H; j++) next[j] = Wxh[x * H + j] + bh[j];
    for (let i = 0; i < H; i++) {
      const value = h[i];
      if (value === 0) continue;
      for (let j = 0, at = i * H; j < H; j++, at++) next[j] += value * Whh[at];
    }
    for (let j = 0; j < H; j++) next[j] = Math.tanh(next[j]);
    const logits = Float64Array.from(by);
    for (let i = 0; i < H; i++) {
      for (let k = 0, at = i * V; k < V; k++, at++) logits[k] += next[i] * Why[at];
    }
    return { h: next, logits };
  }

  // The first index at which the running sum of p passes a random number in [0, 1).
  function sample(p, random) {
    let left = random();
    for (let k = 0; k < p.length; k++) {
      left -= p[k];
      if (left < 0) return k;
    }
    return p.length - 1;
  }

  const network = { decodeModel, step, sample };
  if (typeof module !== "undefined") {
    module.exports = network;
    return;
  }

  // The demo ----------------------------------------------------------------------------------

  const { make, each, knob, still, unique } = parts;
  const LENGTH = 400; // characters of one go
  const FIRST = 140; // of them written at once, before the reader does anything
  const PAUSE = 35; // milliseconds between two characters
  const BARS = 6;
  const nameOf = (character) => ({ " ": "space", "\n": "line end" })[character] || character;

  // Unit values run from -1 to 1: orange below zero, blue above, clear at zero.
  function tint(value) {
    const strength = (Math.min(Math.abs(value), 1) * 0.5).toFixed(2);
    return value < 0 ? `rgb(230 159 0 / ${strength})` : `rgb(0 114 178 / ${strength})`;
  }

  function start(host, data) {
    const model = decodeModel(data);

    const beginning = make("textarea", { id: unique(), rows: 2, maxlength: 300, spellcheck: "false", autocomplete: "off" });
    beginning.value = data.seed_text || "the ";
    const write = make("button", { type: "button" }, "Write");
    const again = make("button", { type: "button" }, "Again");
    const heat = knob("Temperature", { min: 0.1, max: 2, step: 0.05, value: 0.7 }, (value) => value.toFixed(2));
    const unit = knob("Tinted by", { min: 0, max: model.H, step: 1, value: 1 }, (value) =>
      value ? `hidden unit ${value} of ${model.H}` : "no unit"
    );
    const text = make("div", { "aria-hidden": "true" });
    const box = make("div", { class: "u30-live-text", tabindex: 0, role: "group", "aria-label": "What the network wrote" });
    const plain = make("p", { class: "u30-visually-hidden" });
    box.append(text, plain);
    const legend = make("div", { class: "u30-live-legend" }, make("span", {}, "−1"));
    legend.append(make("span", { class: "u30-live-scale", "aria-hidden": "true" }), make("span", {}, "+1"));
    legend.append(make("span", {}, "the unit’s value after each character"));
    const bars = make("div", { class: "u30-live-bars", "aria-hidden": "true" });
    const status = make("p", { class: "u30-visually-hidden", role: "status" });
    const warning = make("p", { class: "u30-live-legend", role: "status" });

    host.append(
      make("label", { for: beginning.id }, "Begin; the network writes on"),
      beginning,
      warning,
      make("div", { class: "u30-live-row" }, make("div", {}, write, " ", again), heat.node, unit.node),
      box,
      legend,
      make("p", { class: "u30-live-name", style: "margin:.75rem 0 0" }, "Next character"),
      bars,
      status
    );

    let h, logits, shown, states, written, timer, typing, goal;

    const paint = (position) => {
      const chosen = Number(unit.input.value);
      shown[position].style.backgroundColor = chosen ? tint(states[position][chosen - 1]) : "";
    };

    function read(k, given) {
      ({ h, logits } = step(model, h, k));
      const span = make("span", given ? { class: "u30-live-given" } : {}, model.vocab[k]);
      shown.push(span);
      states.push(Float32Array.from(h));
      paint(shown.length - 1);
      text.append(span);
    }

    function showBars() {
      const p = softmax(logits, Number(heat.input.value));
      const order = Array.from(p.keys()).sort((a, b) => p[b] - p[a]);
      bars.replaceChildren(
        ...order.slice(0, BARS).map((k) => {
          const width = `width:${(100 * p[k]).toFixed(1)}%`;
          const percent = `${Math.round(100 * p[k])} %`;
          const mark = { " ": "␣", "\n": "↵" }[model.vocab[k]] || model.vocab[k];
          return make("div", {}, make("b", {}, mark), make("i", { style: width }), make("span", {}, percent));
        })
      );
    }

    function writeOne() {
      read(sample(softmax(logits, Number(heat.input.value)), Math.random), false);
      written += 1;
    }

    function rest(say) {
      clearTimeout(timer);
      timer = undefined;
      write.textContent = written >= LENGTH ? "Write on" : "Write";
      showBars();
      const words = shown.map((span) => span.textContent).join("");
      plain.textContent = words;
      if (say) status.textContent = `The network wrote ${written} characters: ${words.slice(-written)}`;
    }

    function tick() {
      writeOne();
      showBars();
      box.scrollTop = box.scrollHeight;
      if (written >= goal) rest(true);
      else timer = setTimeout(tick, PAUSE);
    }

    function go() {
      clearTimeout(typing);
      goal = written >= goal ? written + LENGTH : goal;
      if (still()) {
        while (written < goal) writeOne();
        rest(true);
        return;
      }
      write.textContent = "Pause";
      timer = setTimeout(tick, PAUSE);
    }

    function restart() {
      clearTimeout(typing);
      clearTimeout(timer);
      timer = undefined;
      [h, shown, states, written, goal] = [new Float64Array(model.H), [], [], 0, LENGTH];
      text.replaceChildren();
      const known = Array.from(beginning.value).filter((character) => model.index.has(character));
      const unknown = new Set(Array.from(beginning.value).filter((character) => !model.index.has(character)));
      warning.textContent = unknown.size
        ? `Not in this network’s alphabet, so it skips: ${Array.from(unknown, nameOf).join(" ")}`
        : "";
      if (!known.length) known.push(model.vocab[0]);
      known.forEach((character) => read(model.index.get(character), true));
    }

    beginning.addEventListener("input", () => {
      restart();
      rest(false);
      typing = setTimeout(go, 500);
    });
    write.addEventListener("click", () => (timer ? rest(false) : go()));
    again.addEventListener("click", () => {
      restart();
      go();
    });
    heat.input.addEventListener("input", showBars);
    unit.input.addEventListener("input", () => shown.forEach((_, position) => paint(position)));

    restart();
    while (written < FIRST) writeOne();
    rest(false);
  }

  each("char-rnn", start);
})();
