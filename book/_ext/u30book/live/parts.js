// What the live demos share, and the pages of progress and recall with them. A page loads this file
// before its demos, and a demo takes from it
//
//     const parts = typeof module === "undefined" ? window.u30Parts : require("./parts.js");
//
// First numbers: functions that also run in node. Then elements, controls and the way to start.
(function () {
  "use strict";

  // Numbers -------------------------------------------------------------------------------------

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
    const [size, read] = {
      int8: [1, (at) => view.getInt8(at)],
      float16: [2, (at) => halfToNumber(view.getUint16(at, true))],
      float32: [4, (at) => view.getFloat32(at, true)],
    }[dtype];
    return Float32Array.from({ length: raw.length / size }, (_, i) => read(size * i));
  }

  // A score of -Infinity gets exactly nothing.
  function softmax(scores, tau = 1) {
    const top = Math.max(...scores);
    const p = new Float64Array(scores.length); // plain loops: demos call this thousands of times
    let total = 0;
    for (let i = 0; i < p.length; i++) total += p[i] = Math.exp((scores[i] - top) / tau);
    for (let i = 0; i < p.length; i++) p[i] /= total;
    return p;
  }

  function shuffled(list, random) {
    const mixed = list.slice();
    for (let i = mixed.length - 1; i > 0; i--) {
      const j = Math.floor(random() * (i + 1));
      [mixed[i], mixed[j]] = [mixed[j], mixed[i]];
    }
    return mixed;
  }

  // In words: whole percent, small ones with a digit more.
  const percent = (share) => `${(100 * share).toFixed(share > 0 && share < 0.0095 ? 1 : 0)} %`;

  const numbers = { halfToNumber, decodeArray, softmax, shuffled, percent };
  if (typeof module !== "undefined") {
    module.exports = numbers;
    return;
  }

  // Elements ------------------------------------------------------------------------------------

  function fill(node, attributes, children) {
    for (const [key, value] of Object.entries(attributes || {})) node.setAttribute(key, value);
    node.append(...children);
    return node;
  }

  const make = (name, attributes, ...children) => fill(document.createElement(name), attributes, children);

  // The same for the elements of an SVG picture.
  const draw = (name, attributes, ...children) =>
    fill(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, children);

  // A colour and what it stands for.
  function swatch(colour, words, shape = "width:.8rem;height:.8rem") {
    const mark = make("i", { "aria-hidden": "true", style: `display:inline-block;${shape};margin-right:.35rem;background:${colour}` });
    return make("span", {}, mark, words);
  }

  // What is said to readers who do not see the demo, once the reader pauses for `wait` milliseconds.
  function teller(wait = 600) {
    const node = make("p", { class: "u30-visually-hidden", role: "status" });
    let timer;
    const say = (words) => {
      clearTimeout(timer);
      timer = setTimeout(() => (node.textContent = words), wait);
    };
    return { node, say };
  }

  // Controls ------------------------------------------------------------------------------------

  let made = 0;
  const unique = () => `u30-live-${(made += 1)}`;

  function press(words, action, attributes) {
    const button = make("button", { type: "button", ...attributes }, words);
    button.addEventListener("click", action);
    return button;
  }

  // A slider with its name and, beside it, its value in words.
  function knob(name, attributes, format) {
    const input = make("input", { type: "range", id: unique(), ...attributes });
    const output = make("output", { for: input.id });
    const show = () => {
      output.textContent = format(Number(input.value));
      input.setAttribute("aria-valuetext", output.textContent);
    };
    input.addEventListener("input", show);
    show();
    const label = make("label", { for: input.id }, `${name} `, output);
    return { input, show, node: make("div", { class: "u30-live-knob" }, label, input) };
  }

  // A checkbox with its name.
  function tick(name, action) {
    const input = make("input", { type: "checkbox", id: unique() });
    input.addEventListener("change", action);
    const node = make("label", { for: input.id, style: "display:inline-flex;gap:.4rem;align-items:center" }, input, name);
    return { input, node };
  }

  // One of several: `options` holds [value, words] pairs, `action` is called with the value. In a
  // `column`, the words stand below the buttons.
  function choice(name, options, chosen, action, column = false) {
    const group = unique();
    const row = make("div", { style: "display:flex;flex-wrap:wrap;gap:.2rem .9rem" });
    const inputs = options.map(([value, words]) => {
      const input = make("input", { type: "radio", name: group, value });
      input.checked = value === chosen;
      input.addEventListener("change", () => action(value));
      const style = "display:inline-flex;gap:.35rem;align-items:center;min-height:1.75rem;font-weight:400";
      row.append(make("label", { style: column ? `${style};flex-direction:column` : style }, input, words));
      return input;
    });
    const legend = make("legend", { style: "margin:0;width:auto;float:none" }, name);
    const node = make("fieldset", { style: "border:0;margin:0;padding:0;min-width:0" }, legend, row);
    return { node, inputs };
  }

  // Follow a pointer that is pressed on `node`: `move(event)` where it goes down and wherever it is
  // dragged, `first` before that and `last` when it is let go, if they are given.
  function drag(node, move, { first, last } = {}) {
    node.style.touchAction = "none";
    node.addEventListener("pointerdown", (event) => {
      node.setPointerCapture(event.pointerId);
      if (first) first(event);
      move(event);
    });
    node.addEventListener("pointermove", (event) => {
      if (node.hasPointerCapture(event.pointerId)) move(event);
    });
    for (const end of ["pointerup", "pointercancel"]) node.addEventListener(end, () => last && last());
  }

  // Starting ------------------------------------------------------------------------------------

  const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

  // Call start(host, data) for each demo of this kind that has not been started, and mark it when that
  // is done. The words that stood for the demo leave the page.
  function each(kind, start) {
    document.querySelectorAll(`.u30-live[data-kind="${kind}"]:not([data-started])`).forEach(async (host) => {
      const data = JSON.parse(host.querySelector('script[type="application/json"]').textContent);
      host.querySelectorAll(".u30-live-wait").forEach((node) => node.remove());
      await start(host, data);
      host.dataset.started = "";
    });
  }

  window.u30Parts = { ...numbers, make, draw, swatch, teller, unique, press, knob, tick, choice, drag, still, each };
})();
