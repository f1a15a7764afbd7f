// A character-level recurrent network that writes in the page. The reader types a beginning; the
// network reads it, then guesses one character after the other:
//
//     h = tanh(x Wxh + h Whh + bh)        logits = h Why + by        p = softmax(logits / tau)
//
// First the network: pure functions, also used by the test that compares them with NumPy.
// Then the demo: what the reader sees.
(function () {
  "use strict";

  // The network -------------------------------------------------------------------------------

  // IEEE half precision (16 bits) to a number.
  function halfToNumber(bits) {
    const sign = bits & 0x8000 ? -1 : 1;
    const exponent = (bits >> 10) & 0x1f;
    const fraction = bits & 0x3ff;
    if (exponent === 0) return sign * fraction * 2 ** -24;
    if (exponent === 31) return fraction ? NaN : sign * Infinity;
    return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  }

  // Base64 of little-endian numbers to an array of them.
  function decodeArray(text, dtype) {
    const raw = atob(text);
    const view = new DataView(new ArrayBuffer(raw.length));
    for (let i = 0; i < raw.length; i++) view.setUint8(i, raw.charCodeAt(i));
    const size = dtype === "float16" ? 2 : 4;
    const values = new Float32Array(raw.length / size);
    for (let i = 0; i < values.length; i++) {
      values[i] = size === 2 ? halfToNumber(view.getUint16(2 * i, true)) : view.getFloat32(4 * i, true);
    }
    return values;
  }

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

  function softmax(logits, tau) {
    const top = Math.max(...logits);
    const p = Float64Array.from(logits, (value) => Math.exp((value - top) / tau));
    const total = p.reduce((sum, value) => sum + value, 0);
    return p.map((value) => value / total);
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

  const network = { halfToNumber, decodeArray, decodeModel, step, softmax, sample };
  if (typeof module !== "undefined") {
    module.exports = network;
    return;
  }

  // The demo ----------------------------------------------------------------------------------

  const LENGTH = 400; // characters of one go
  const FIRST = 140; // of them written at once, before the reader does anything
  const PAUSE = 35; // milliseconds between two characters
  const BARS = 6;
  const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
  const nameOf = (character) => ({ " ": "space", "\n": "line end" })[character] || character;

  function make(name, attributes, ...children) {
    const node = document.createElement(name);
    for (const [key, value] of Object.entries(attributes || {})) node.setAttribute(key, value);
    node.append(...children);
    return node;
  }

  // Unit values run from -1 to 1: orange below zero, blue above, clear at zero.
  function tint(value) {
    const strength = (Math.min(Math.abs(value), 1) * 0.5).toFixed(2);
    return value < 0 ? `rgb(230 159 0 / ${strength})` : `rgb(0 114 178 / ${strength})`;
  }

  function knob(id, name, attributes, format) {
    const input = make("input", { type: "range", id, ...attributes });
    const output = make("output", { for: id });
    const show = () => {
      output.textContent = format(Number(input.value));
      input.setAttribute("aria-valuetext", output.textContent);
    };
    input.addEventListener("input", show);
    show();
    const label = make("label", { for: id }, name + " ");
    label.append(output);
    return { input, node: make("div", { class: "u30-live-knob" }, label, input) };
  }

  function start(host, number) {
    const data = JSON.parse(host.querySelector('script[type="application/json"]').textContent);
    const model = decodeModel(data);
    const id = (name) => `u30-char-rnn-${number}-${name}`;

    const beginning = make("textarea", { id: id("text"), rows: 2, maxlength: 300, spellcheck: "false", autocomplete: "off" });
    beginning.value = data.seed_text || "the ";
    const write = make("button", { type: "button" }, "Write");
    const again = make("button", { type: "button" }, "Again");
    const heat = knob(id("heat"), "Temperature", { min: 0.1, max: 2, step: 0.05, value: 0.7 }, (value) => value.toFixed(2));
    const unit = knob(id("unit"), "Tinted by", { min: 0, max: model.H, step: 1, value: 1 }, (value) =>
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

    host.querySelectorAll(".u30-live-wait").forEach((node) => node.remove());
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
    host.dataset.started = "";
  }

  document.querySelectorAll('.u30-live[data-kind="char-rnn"]:not([data-started])').forEach(start);
})();
