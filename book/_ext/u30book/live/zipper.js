// Codes that bet on the reader's next tap. Order k keeps two counts for each context of k taps, with
// half a tap of each kind thrown in (Krichevsky and Trofimov). All orders code the same taps: those
// after the first K, which cost one bit each whatever the order.
//
// First the arithmetic: pure functions, also used by the test that compares them with NumPy.
// Then the demo: what the reader sees.
(function () {
  "use strict";

  // The arithmetic -----------------------------------------------------------------------------

  function create(K) {
    const counts = Array.from({ length: K + 1 }, (_, k) => Array.from({ length: 2 ** k }, () => [0.5, 0.5]));
    return { K, taps: [], counts, bits: new Array(K + 1).fill(0), right: 0, guessed: 0 };
  }

  // The number of the context: the latest tap is the lowest binary digit.
  function context(taps, k) {
    return taps.slice(taps.length - k).reduce((number, tap) => 2 * number + tap, 0);
  }

  // The chance of a one under order k, or one half while there is no full context for every order.
  function bet(state, k) {
    if (state.taps.length < state.K) return 0.5;
    const [zeros, ones] = state.counts[k][context(state.taps, k)];
    return ones / (zeros + ones);
  }

  // The order with the fewest bits so far; the lower one if two are equal.
  function leader(state) {
    return state.bits.reduce((best, bits, k) => (bits < state.bits[best] - 1e-9 ? k : best), 0);
  }

  // What the leader expects next: 0, 1, or null if it does not care.
  function guess(state) {
    const chance = bet(state, leader(state));
    return Math.abs(chance - 0.5) < 1e-9 ? null : Number(chance > 0.5);
  }

  // Bet first, then pay, then count.
  function tap(state, symbol) {
    const expected = guess(state);
    if (expected !== null) {
      state.guessed += 1;
      state.right += Number(expected === symbol);
    }
    const ready = state.taps.length >= state.K;
    for (let k = 0; k <= state.K; k++) {
      const chance = bet(state, k);
      state.bits[k] -= Math.log2(symbol ? chance : 1 - chance);
      if (ready) state.counts[k][context(state.taps, k)][symbol] += 1;
    }
    state.taps.push(symbol);
    return expected;
  }

  const arithmetic = { create, context, bet, leader, guess, tap };
  if (typeof module !== "undefined") {
    module.exports = arithmetic;
    return;
  }

  // The demo -----------------------------------------------------------------------------------

  const { make, each, press, swatch, teller } = window.u30Parts;
  const SHOWN = 48; // taps in the strip
  const AT_ONCE = 20; // taps of the computer
  const MOST = 20000;
  const [BLUE, ORANGE, GREY] = ["#0072b2", "#d55e00", "#6b6b6b"];

  function start(host, { max_order: K }) {
    let state, marks, since;

    host.style.minHeight = "0";

    const big = "flex:1 1 6rem;min-height:4.2rem;font-size:1.8rem;font-weight:600;touch-action:manipulation";
    const buttons = [0, 1].map((symbol) => press(String(symbol), () => taps([symbol]), { style: big, "aria-label": `tap ${symbol}` }));
    const computer = press(`Computer taps ${AT_ONCE}`, () => taps(Array.from({ length: AT_ONCE }, () => Number(Math.random() < 0.5))));
    const again = press("Start again", () => {
      restart();
      buttons[0].focus();
    });

    const strip = make("div", {
      "aria-hidden": "true",
      style: "display:flex;flex-wrap:wrap;gap:2px;align-content:flex-start;min-height:4.4rem;margin:.8rem 0 .3rem;font-family:var(--pst-font-family-monospace);font-size:.95rem",
    });
    const legend = make("div", { class: "u30-live-legend" });
    for (const [color, text] of [[ORANGE, "zipper guessed it"], [BLUE, "zipper was wrong"], [GREY, "it had no opinion"]]) {
      legend.append(swatch(color, text, "width:.9rem;height:.3rem;vertical-align:middle"));
    }
    const score = make("p", { style: "margin:.7rem 0;font-variant-numeric:tabular-nums;min-height:3.2em" });
    const table = make("div", { style: "display:grid;grid-template-columns:auto 1fr auto;gap:.35rem .7rem;align-items:center;font-variant-numeric:tabular-nums;font-size:.9rem" });
    const rows = ["a list", ...Array.from({ length: K + 1 }, (_, k) => `order ${k}`)].map((name) => {
      const fill = make("i", { style: "position:absolute;inset:0 auto 0 0;border-radius:.15rem" });
      const mark = make("b", { style: "position:absolute;top:-.2rem;bottom:-.2rem;width:2px;background:currentColor" });
      const track = make("div", { "aria-hidden": "true", style: "position:relative;height:1rem;background:var(--u30-wash);border-radius:.15rem;overflow:visible" }, fill, mark);
      const label = make("span", {}, name);
      const text = make("span", { style: "min-width:5.6em;text-align:right" });
      table.append(label, track, text);
      return { fill, mark, label, text };
    });
    const status = teller(700);
    const pad = make("div", { role: "group", "aria-label": "Tap zeros and ones. The keys 0 and 1 work here as well.", style: "display:flex;gap:.8rem;margin:.6rem 0" }, ...buttons);
    host.append(
      make("div", { class: "u30-live-name" }, "Be random: tap 0 or 1 (keys 0 and 1 work, too)"),
      pad,
      make("div", { class: "u30-live-row" }, computer, again),
      strip,
      legend,
      score,
      table,
      status.node
    );
    host.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || !["0", "1"].includes(event.key)) return;
      event.preventDefault();
      taps([Number(event.key)]);
    });

    function taps(symbols) {
      for (const symbol of symbols) {
        if (state.taps.length >= MOST) break;
        const [before, expected] = [leader(state), tap(state, symbol)];
        marks.push(expected === null ? GREY : expected === symbol ? ORANGE : BLUE);
        if (leader(state) !== before) since = state.taps.length;
      }
      show();
      status.say(score.textContent);
    }

    function show() {
      const n = state.taps.length;
      const first = Math.max(0, n - SHOWN);
      strip.replaceChildren(
        ...state.taps.slice(first).map((symbol, i) =>
          make("span", { style: `width:1.15rem;text-align:center;border-bottom:.3rem solid ${marks[first + i]}` }, String(symbol))
        )
      );
      const best = leader(state);
      const lengths = [n, ...state.bits];
      const scale = Math.max(1.25 * n, 1);
      rows.forEach(({ fill, mark, label, text }, i) => {
        const leads = i === best + 1 && n > K;
        fill.style.width = `${Math.min(100, (100 * lengths[i]) / scale)}%`;
        fill.style.background = i === 0 ? GREY : leads ? ORANGE : BLUE;
        fill.style.opacity = i === 0 || leads ? 1 : 0.5;
        mark.style.left = `${(100 * n) / scale}%`;
        label.style.fontWeight = leads ? 600 : 400;
        text.textContent = `${lengths[i].toFixed(i ? 1 : 0)} bits`;
      });
      if (n <= K) {
        score.textContent = `The zipper watches the first ${K} taps, then it begins to bet.`;
        return;
      }
      const saved = n - state.bits[best];
      const words = saved > 0 ? `${saved.toFixed(1)} bits shorter than` : `${(-saved).toFixed(1)} bits longer than`;
      const share = state.guessed ? ` (${Math.round((100 * state.right) / state.guessed)} %)` : "";
      score.textContent =
        `${n} taps. Order ${best} leads${since ? ` since tap ${since}` : ""}, ${words} the list. ` +
        `It guessed ${state.right} of ${state.guessed} right${share}.`;
    }

    function restart() {
      state = create(K);
      [marks, since] = [[], 0];
      status.say("");
      show();
    }

    restart();
  }

  each("zipper", start);
})();
