// One LSTM cell whose three doors the reader operates. A level comes at each step; with the word
// "store" it is to be remembered, at "tell" the remembered level is to be shown, else nothing:
//
//     c = f c + i g        h = o tanh(c)        g = tanh(weight of the level * level)
//
// Then the same round is played by a cell whose gates were trained (20 numbers in the page).
// First the cell and the rules: pure functions, also used by the test that compares them with NumPy.
(function () {
  "use strict";

  // The cell ----------------------------------------------------------------------------------

  const sigmoid = (a) => 0.5 + 0.5 * Math.tanh(0.5 * a);

  // One step of the trained cell. x = [level, store, tell]; weights with columns i, f, g, o.
  function step(weights, state, x) {
    const a = weights.b.map((bias, k) => bias + state.h * weights.Wh[0][k] + x.reduce((sum, value, n) => sum + value * weights.Wx[n][k], 0));
    return move({ i: sigmoid(a[0]), f: sigmoid(a[1]), o: sigmoid(a[3]) }, state.c, Math.tanh(a[2]));
  }

  // What gates that are given do to a cell that holds c, when the content g comes.
  function move(gates, c, g) {
    const after = gates.f * c + gates.i * g;
    return { ...gates, g, c: after, h: gates.o * Math.tanh(after) };
  }

  // What a level becomes before it may enter: the content of the trained cell, from the level alone.
  const content = (weights, level) => Math.tanh(weights.Wx[0][2] * level);

  // A round: "store" first, once more in the middle, "tell" some steps after each.
  function round(random, length, largest) {
    const second = 5 + Math.floor(random() * (length - 9));
    return Array.from({ length }, (_, t) => {
      const tell = t === length - 1 || t === second - 1;
      const size = 0.2 * largest + 0.8 * largest * random();
      return { level: tell ? 0 : (random() < 0.5 ? -1 : 1) * Math.round(100 * size) / 100, store: t === 0 || t === second, tell };
    });
  }

  // What should be shown at each step: the level stored last where the word is "tell", else 0.
  function wanted(symbols) {
    let stored = 0;
    return symbols.map(({ level, store, tell }) => {
      if (store) stored = level;
      return tell ? stored : 0;
    });
  }

  // Two mean distances: where it should speak, and where it should be silent.
  function score(symbols, shown) {
    const goal = wanted(symbols);
    const mean = (keep) => {
      const errors = shown.map((h, t) => Math.abs(h - goal[t])).filter((_, t) => keep(symbols[t]));
      return errors.reduce((sum, error) => sum + error, 0) / errors.length;
    };
    return { told: mean((symbol) => symbol.tell), leaked: mean((symbol) => !symbol.tell) };
  }

  const cell = { sigmoid, step, move, content, round, wanted, score };
  if (typeof module !== "undefined") {
    module.exports = cell;
    return;
  }

  // The demo ----------------------------------------------------------------------------------

  const { make, each, press, still } = window.u30Parts;
  const PAUSE = 1600; // milliseconds for one symbol
  const DOORS = [
    ["f", "Keep", "forget gate"],
    ["i", "Let in", "input gate"],
    ["o", "Show", "output gate"],
  ];
  const signed = (value) => (Math.abs(value) < 0.005 ? "0.00" : value.toFixed(2).replace("-", "−"));

  // A bar that grows up or down from the middle, for values from -1 to 1.
  function bar(height, colour) {
    const fill = make("i", { style: `position:absolute;left:15%;right:15%;background:${colour};border-radius:2px;transition:top .2s,height .2s` });
    const zero = make("i", { style: "position:absolute;left:0;right:0;top:50%;border-top:1px solid var(--u30-line)" });
    const node = make("div", { "aria-hidden": "true", style: `position:relative;height:${height};width:100%` }, zero, fill);
    const set = (value) => {
      const share = Math.max(-1, Math.min(1, value));
      fill.style.top = `${50 - Math.max(share, 0) * 50}%`;
      fill.style.height = `${Math.abs(share) * 50}%`;
    };
    set(0);
    return { node, set };
  }

  function start(host, { weights, length, largest }) {
    const open = { f: true, i: false, o: false };
    let symbols, at, state, shown, timer, machine;

    const track = make("ol", { "aria-label": "The symbols of this round", style: "display:grid;gap:2px;list-style:none;padding:0;margin:.5rem 0" });
    track.style.gridTemplateColumns = `repeat(${length}, minmax(0, 1fr))`;
    const belt = bar("7rem", "var(--u30-accent)");
    const view = bar("7rem", "var(--u30-accent)");
    const beltText = make("output", {}, "0.00");
    const viewText = make("output", {}, "0.00");
    const doors = {};
    const doorRow = make("div", { role: "group", "aria-label": "The three doors", style: "display:flex;flex-wrap:wrap;gap:.5rem" });
    for (const [key, name, gate] of DOORS) {
      doors[key] = press("", () => toggle(key), { "aria-keyshortcuts": key.toUpperCase(), style: "min-width:8.5rem" });
      doors[key].label = (value) => `${name} (${key.toUpperCase()}, ${gate}): ${value}`;
      doorRow.append(doors[key]);
    }
    const next = make("button", { type: "button" }, "Next symbol");
    const run = make("button", { type: "button" }, "Run");
    const again = make("button", { type: "button" }, "New round");
    const watch = make("button", { type: "button" }, "Let the trained LSTM play");
    const now = make("p", { role: "status", style: "min-height:3.2em;margin:.5rem 0" });
    const result = make("div", { style: "font-variant-numeric:tabular-nums" });
    const meter = (name, one, text) =>
      make("div", { style: "flex:0 0 5.5rem;text-align:center;font-size:.9rem" }, one.node, make("div", {}, name), text);

    host.append(
      track,
      now,
      make(
        "div",
        { style: "display:flex;flex-wrap:wrap;gap:1rem;align-items:center" },
        meter("cell c", belt, beltText),
        meter("shown h", view, viewText),
        make("div", { style: "flex:1 1 15rem;display:grid;gap:.75rem" }, doorRow, make("div", { style: "display:flex;flex-wrap:wrap;gap:.5rem" }, next, run, again), watch)
      ),
      result
    );

    function paintDoors(gates) {
      for (const [key] of DOORS) {
        const value = gates ? gates[key] : Number(open[key]);
        doors[key].setAttribute("aria-pressed", String(value > 0.5));
        doors[key].style.outline = value > 0.5 ? "3px solid var(--u30-accent)" : "1px dashed var(--u30-ink-soft)";
        doors[key].style.outlineOffset = "-3px";
        doors[key].textContent = doors[key].label(gates ? value.toFixed(2) : value ? "open" : "shut");
      }
    }

    function toggle(key) {
      if (machine) return;
      open[key] = !open[key];
      paintDoors();
    }

    const word = ({ store, tell }) => (store ? "store" : tell ? "tell" : "noise");

    function paint() {
      belt.set(Math.tanh(state.c));
      view.set(state.h);
      beltText.textContent = signed(state.c);
      viewText.textContent = signed(state.h);
      Array.from(track.children).forEach((tile, t) => {
        tile.style.outline = t === at ? "2px solid var(--u30-accent)" : "";
        tile.firstElementChild.style.opacity = t < at ? 0.45 : 1; // the bar; words stay readable
        if (t === at) tile.setAttribute("aria-current", "step");
        else tile.removeAttribute("aria-current");
      });
      const over = at >= length;
      next.disabled = run.disabled = over || Boolean(machine);
      watch.disabled = Boolean(machine);
      run.textContent = timer && !machine ? "Pause" : "Run";
      if (over) return;
      const symbol = symbols[at];
      now.textContent = `Symbol ${at + 1} of ${length}: ` + {
        store: `level ${signed(symbol.level)} comes with the word STORE. Remember it, and nothing else.`,
        tell: "TELL. Show the level that was stored last.",
        noise: `level ${signed(symbol.level)}, noise. Keep what you have, and show nothing.`,
      }[word(symbol)];
    }

    function advance() {
      const symbol = symbols[at];
      const x = [symbol.level, Number(symbol.store), Number(symbol.tell)];
      const gates = Object.fromEntries(DOORS.map(([key]) => [key, Number(open[key])]));
      state = machine ? step(weights, state, x) : move(gates, state.c, content(weights, symbol.level));
      if (machine) paintDoors(state);
      shown.push(state.h);
      at += 1;
      if (at === length) finish();
      paint();
    }

    function finish() {
      clearInterval(timer);
      timer = undefined;
      const { told, leaked } = score(symbols, shown);
      const goals = wanted(symbols);
      const pairs = symbols.flatMap(({ tell }, t) => (tell ? [`${signed(shown[t])} for ${signed(goals[t])}`] : []));
      const silent = score(symbols, symbols.map(() => 0)).told;
      const words = `${machine ? "The trained LSTM" : "You"} told ${pairs.join(" and ")}: off by ${told.toFixed(2)} on average (saying nothing: ${silent.toFixed(2)}). Shown out of turn: ${leaked.toFixed(2)} on average.`;
      now.textContent = "The round is over.";
      result.append(make("p", { role: "status", style: "margin:.5rem 0 0" }, words));
      machine = false;
    }

    function reset(fresh) {
      clearInterval(timer);
      timer = undefined;
      [at, state, shown] = [0, { c: 0, h: 0 }, []];
      if (fresh) {
        symbols = round(Math.random, length, largest);
        result.replaceChildren();
        track.replaceChildren(
          ...symbols.map((symbol) => {
            const one = bar("3.2rem", symbol.store ? "var(--u30-accent)" : "var(--u30-ink-soft)");
            one.set(symbol.level);
            const label = make("div", { style: "font-size:clamp(.5rem,2.1vw,.68rem);text-align:center;line-height:1.3" }, symbol.store ? "store" : symbol.tell ? "tell" : "·");
            return make("li", { style: "border-radius:3px;background:var(--u30-wash);min-width:0" }, one.node, label);
          })
        );
      }
      paintDoors();
      paint();
    }

    next.addEventListener("click", advance);
    run.addEventListener("click", () => {
      if (timer) {
        clearInterval(timer);
        timer = undefined;
      } else timer = setInterval(advance, PAUSE);
      paint();
    });
    again.addEventListener("click", () => {
      machine = false;
      reset(true);
    });
    watch.addEventListener("click", () => {
      machine = true;
      reset(false);
      if (still()) while (at < length) advance();
      else timer = setInterval(advance, PAUSE / 3);
    });
    host.addEventListener("keydown", (event) => {
      const key = event.key.toLowerCase();
      if (event.repeat || event.ctrlKey || event.metaKey || event.altKey || !(key in open)) return;
      event.preventDefault();
      toggle(key);
    });

    reset(true);
  }

  each("memory", start);
})();
