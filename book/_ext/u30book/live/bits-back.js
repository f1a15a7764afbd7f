// A post office with eight pigeonholes. The sender picks a hole by q; the clerk's tariff is made for
// p, so hole i costs -log2 p_i bits. The random bits that picked it, -log2 q_i of them, come back.
//
// First the arithmetic: pure functions, also used by the test that compares them with NumPy.
// Then the demo: what the reader sees.
(function () {
  "use strict";

  // The arithmetic -----------------------------------------------------------------------------

  function chances(heights) {
    const total = heights.reduce((sum, height) => sum + height, 0);
    return heights.map((height) => height / total);
  }

  // Bits of one letter to hole i.
  function letter(q, p, i) {
    const gross = -Math.log2(p[i]);
    const refund = -Math.log2(q[i]);
    return { gross, refund, net: gross - refund };
  }

  // Bits on average. Holes that are never picked count for nothing.
  function average(q, p) {
    const mean = { gross: 0, refund: 0 };
    q.forEach((share, i) => {
      if (share === 0) return;
      const bits = letter(q, p, i);
      mean.gross += share * bits.gross;
      mean.refund += share * bits.refund;
    });
    return { ...mean, net: mean.gross - mean.refund };
  }

  // The first hole at which the running sum of q passes a random number in [0, 1).
  function pick(q, random) {
    let left = random();
    for (let i = 0; i < q.length; i++) {
      left -= q[i];
      if (left < 0) return i;
    }
    return q.findLastIndex((share) => share > 0);
  }

  const arithmetic = { chances, letter, average, pick };
  if (typeof module !== "undefined") {
    module.exports = arithmetic;
    return;
  }

  // The demo -----------------------------------------------------------------------------------

  const { make, each, press, drag, swatch, still } = window.u30Parts;
  const TALLEST = 20;
  const SCALE = 8; // bits across the result bars
  const COLORS = { q: "#0072b2", p: "#d55e00", gross: "#d55e00", refund: "#009e73", net: "#0072b2" };
  const NAMES = { q: "your choice q", p: "the clerk's tariff p" };
  const PRESETS = {
    "Agree": { q: [0, 1, 4, 9, 9, 4, 1, 0], p: [0, 1, 4, 9, 9, 4, 1, 0] },
    "Sure": { q: [0, 0, 0, 0, 12, 0, 0, 0], p: [5, 5, 5, 5, 5, 5, 5, 5] },
    "Any": { q: [5, 5, 5, 5, 5, 5, 5, 5], p: [5, 5, 5, 5, 5, 5, 5, 5] },
    "Surprise": { q: [0, 0, 1, 2, 9, 9, 2, 1], p: [12, 9, 5, 2, 1, 1, 1, 0] },
  };
  const words = (bits) => (Number.isFinite(bits) ? bits.toFixed(2) : bits > 0 ? "infinite" : "–");

  function start(host, data) {
    const heights = { q: data.q.slice(), p: data.p.slice() };
    let sums, sent, timer;

    host.style.minHeight = "0";

    // The sixteen bars
    const columns = make("div", {
      style: "display:grid;grid-template-columns:repeat(auto-fit,minmax(52px,1fr));gap:.6rem .4rem;margin:.6rem 0",
    });
    const bars = { q: [], p: [] };
    for (let i = 0; i < 8; i++) {
      const pair = make("div", { style: "display:grid;grid-template-columns:1fr 1fr;gap:2px;min-width:52px" });
      for (const list of ["q", "p"]) {
        const fill = make("i", { style: `display:block;background:${COLORS[list]};border-radius:.15rem .15rem 0 0` });
        const bar = make("div", {
          role: "slider",
          tabindex: 0,
          "aria-orientation": "vertical",
          "aria-label": `hole ${i + 1}, ${NAMES[list]}`,
          "aria-valuemin": 0,
          "aria-valuemax": TALLEST,
          style:
            "height:8.5rem;display:flex;flex-direction:column;justify-content:flex-end;cursor:ns-resize;background:var(--u30-wash);border-radius:.15rem",
        }, fill);
        const point = (event) => {
          const box = bar.getBoundingClientRect();
          change(list, i, Math.round(((box.bottom - event.clientY) / box.height) * TALLEST));
        };
        const grip = (event) => {
          bar.focus();
          event.preventDefault();
        };
        drag(bar, point, { first: grip });
        bar.addEventListener("keydown", (event) => {
          const moves = { ArrowUp: 1, ArrowRight: 1, ArrowDown: -1, ArrowLeft: -1, PageUp: 5, PageDown: -5, Home: -TALLEST, End: TALLEST };
          if (!(event.key in moves)) return;
          event.preventDefault();
          change(list, i, heights[list][i] + moves[event.key]);
        });
        bars[list].push({ bar, fill });
        pair.append(bar);
      }
      const label = make("div", { "aria-hidden": "true", style: "text-align:center;font-size:.85rem;grid-column:1/-1" }, String(i + 1));
      pair.append(label);
      columns.append(pair);
    }

    // The results
    const table = make("div", { style: "display:grid;grid-template-columns:auto 1fr auto;gap:.35rem .7rem;align-items:center;font-variant-numeric:tabular-nums;font-size:.9rem" });
    const results = {};
    for (const [name, label] of [["gross", "postage"], ["refund", "refund"], ["net", "net"]]) {
      const fill = make("i", { style: `position:absolute;inset:0 auto 0 0;background:${COLORS[name]};border-radius:.15rem` });
      const mark = make("b", { style: "position:absolute;top:-.2rem;bottom:-.2rem;width:3px;background:currentColor" });
      const track = make("div", { "aria-hidden": "true", style: "position:relative;height:1rem;background:var(--u30-wash);border-radius:.15rem" }, fill, mark);
      const text = make("span", { style: "min-width:11.5em" });
      table.append(make("span", { style: "font-weight:600" }, label), track, text);
      results[name] = { fill, mark, text };
    }

    const last = make("p", { style: "margin:.6rem 0 0;min-height:3em" });
    const status = make("p", { class: "u30-visually-hidden", role: "status" });
    const one = make("button", { type: "button" }, "Send one letter");
    const many = make("button", { type: "button" }, "Send 200");
    const presets = make("div", {});
    for (const name of Object.keys(PRESETS)) {
      const set = () => {
        heights.q = PRESETS[name].q.slice();
        heights.p = PRESETS[name].p.slice();
        restart();
      };
      presets.append(press(name, set), " ");
    }
    const key = make("div", { class: "u30-live-legend" });
    for (const list of ["q", "p"]) key.append(swatch(COLORS[list], NAMES[list]));
    host.append(
      make("div", { class: "u30-live-name" }, "Eight pigeonholes: drag the bars"),
      columns,
      key,
      make("div", { class: "u30-live-row" }, make("div", {}, one, " ", many), presets),
      table,
      make("p", { class: "u30-live-legend", style: "margin:.4rem 0 0" }, "Bars: mean of the letters so far. Marks: theory."),
      last,
      status
    );

    function change(list, i, height) {
      const before = heights[list][i];
      heights[list][i] = Math.max(0, Math.min(TALLEST, height));
      if (heights[list].every((h) => h === 0)) heights[list][i] = Math.max(before, 1);
      if (heights[list][i] !== before) restart();
    }

    function restart() {
      clearTimeout(timer);
      [sums, sent] = [{ gross: 0, refund: 0, net: 0 }, 0];
      for (const list of ["q", "p"]) {
        const shares = chances(heights[list]);
        bars[list].forEach(({ bar, fill }, i) => {
          fill.style.height = `${(100 * heights[list][i]) / TALLEST}%`;
          bar.setAttribute("aria-valuenow", heights[list][i]);
          bar.setAttribute("aria-valuetext", `${Math.round(100 * shares[i])} percent`);
        });
      }
      last.textContent = "No letter sent yet.";
      show();
    }

    function show() {
      const theory = average(chances(heights.q), chances(heights.p));
      for (const [name, { fill, mark, text }] of Object.entries(results)) {
        const mean = sent ? sums[name] / sent : 0;
        const share = (bits) => Math.max(0, Math.min(1, bits / SCALE)) * 100;
        fill.style.width = `${share(mean)}%`;
        mark.style.left = `calc(${share(theory[name])}% - 1px)`;
        text.textContent = `${sent ? words(mean) : "–"} (theory ${words(theory[name])})`;
      }
    }

    function send(count) {
      const [q, p] = [chances(heights.q), chances(heights.p)];
      for (let n = 0; n < count; n++) {
        const hole = pick(q, Math.random);
        const bits = letter(q, p, hole);
        for (const name of Object.keys(sums)) sums[name] += bits[name];
        sent += 1;
        if (n === count - 1) {
          last.textContent =
            `Letter ${sent}, hole ${hole + 1}: postage ${words(bits.gross)}, refund ${words(bits.refund)}, net ${words(bits.net)} bits.` +
            (bits.net < 0 ? " Expected more than chosen: this one earns bits." : "");
        }
      }
      show();
    }

    const tell = () => {
      const mean = (name) => words(sums[name] / sent);
      status.textContent = `${sent} letters: mean postage ${mean("gross")}, refund ${mean("refund")}, net ${mean("net")} bits.`;
    };
    one.addEventListener("click", () => {
      clearTimeout(timer);
      send(1);
      tell();
    });
    many.addEventListener("click", () => {
      clearTimeout(timer);
      if (still()) {
        send(200);
        tell();
        return;
      }
      let left = 40;
      const tick = () => {
        send(5);
        left -= 1;
        if (left) timer = setTimeout(tick, 40);
        else tell();
      };
      tick();
    });

    restart();
  }

  each("bits-back", start);
})();
