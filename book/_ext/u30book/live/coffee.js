// A cup of coffee to pour and stir. Cream and coffee change places at random, the spoon shears rows
// and columns, and the instruments of the page are read while it happens:
//
//     entropy      bytes of the zipped cup
//     complexity   naive, adjusted: bytes of the zipped blurred cup; clean: what rows and chance leave
//
// First the cup and its instruments: functions that change nothing but the cup they are given, also
// used by the test that compares them with NumPy. Then the demo: what the reader sees.
(function () {
  "use strict";

  // The cup ------------------------------------------------------------------------------------

  // Cream (1) on top of coffee (0), row by row.
  function pour(n) {
    return new Uint8Array(n * n).fill(1, 0, Math.floor(n / 2) * n);
  }

  function swap(cup, a, b) {
    const kept = cup[a];
    cup[a] = cup[b];
    cup[b] = kept;
  }

  // Offer every pair of neighbours a swap: four matchings in random order, walls all round.
  function sweep(cup, n, random) {
    const order = [0, 1, 2, 3];
    for (let i = 3; i > 0; i--) swap(order, i, Math.floor(random() * (i + 1)));
    let coins = 0;
    let left = 0;
    for (const matching of order) {
      const down = matching < 2;
      const start = matching % 2;
      for (let i = 0; i < n; i++) {
        for (let j = start; j + 1 < n; j += 2) {
          if (left === 0) {
            coins = Math.floor(random() * 2 ** 30);
            left = 30;
          }
          if (coins & 1) {
            const here = down ? j * n + i : i * n + j;
            swap(cup, here, here + (down ? n : 1));
          }
          coins >>= 1;
          left -= 1;
        }
      }
    }
  }

  // Roll row (or column) `line` by k cells; what leaves on one side comes in on the other.
  function roll(cup, n, line, k, down) {
    const [first, step] = down ? [line, n] : [line * n, 1];
    const held = Array.from({ length: n }, (_, i) => cup[first + i * step]);
    for (let i = 0; i < n; i++) cup[first + ((((i + k) % n) + n) % n) * step] = held[i];
  }

  // Drag the spoon k cells along row (or column) `at`: it takes its neighbours along, less and less
  // with distance. Lines move by whole cells; `carry` remembers what is still owed to each.
  function drag(cup, n, at, k, down, reach, carry) {
    for (let line = 0; line < n; line++) {
      carry[line] += k * Math.exp(-(((line - at) / reach) ** 2));
      const whole = Math.round(carry[line]);
      if (whole !== 0) {
        roll(cup, n, line, whole, down);
        carry[line] -= whole;
      }
    }
  }

  // One turn of the spoon as on the page: rows, then columns, rolled by a sine with random phase.
  function stir(cup, n, amplitude, random) {
    for (const down of [false, true]) {
      const phase = 2 * Math.PI * random();
      for (let line = 0; line < n; line++) {
        roll(cup, n, line, Math.round(amplitude * n * Math.sin((2 * Math.PI * line) / n + phase)), down);
      }
    }
  }

  // The instruments ----------------------------------------------------------------------------

  // Mean over the g × g window centred at each cell, clipped at the walls.
  function coarseGrain(cup, n, g) {
    const h = g >> 1;
    const m = n + 1;
    const running = new Float64Array(m * m);
    for (let i = 0; i < n; i++) {
      let row = 0;
      for (let j = 0; j < n; j++) {
        row += cup[i * n + j];
        running[(i + 1) * m + j + 1] = running[i * m + j + 1] + row;
      }
    }
    const means = new Float64Array(n * n);
    for (let i = 0; i < n; i++) {
      const [a, b] = [Math.max(i - h, 0), Math.min(i + h + 1, n)];
      for (let j = 0; j < n; j++) {
        const [c, d] = [Math.max(j - h, 0), Math.min(j + h + 1, n)];
        const sum = running[b * m + d] - running[a * m + d] - running[b * m + c] + running[a * m + c];
        means[i * n + j] = sum / ((b - a) * (d - c));
      }
    }
    return means;
  }

  function bucket(means, buckets) {
    return Uint8Array.from(means, (mean) => Math.min(Math.floor(mean * buckets), buckets - 1));
  }

  // Cells within one grey of their row's commonest take that one; of several, the smallest counts.
  function rowMajority(greys, n) {
    const out = greys.slice();
    for (let i = 0; i < n; i++) {
      const counts = new Array(256).fill(0);
      for (let j = 0; j < n; j++) counts[greys[i * n + j]] += 1;
      const majority = counts.indexOf(Math.max(...counts));
      for (let j = 0; j < n; j++) {
        if (Math.abs(greys[i * n + j] - majority) <= 1) out[i * n + j] = majority;
      }
    }
    return out;
  }

  // Bytes of an entropy code for blocks that neither their row nor chance explains.
  function clean(cup, n, b) {
    const m = Math.floor(n / b);
    const seen = new Map();
    for (let I = 0; I < m; I++) {
      const k = new Float64Array(m);
      for (let i = I * b; i < I * b + b; i++) {
        for (let j = 0; j < m * b; j++) k[Math.floor(j / b)] += cup[i * n + j];
      }
      const mean = k.reduce((sum, value) => sum + value, 0) / m;
      const spread = Math.sqrt(Math.max(mean * (1 - mean / (b * b)), 1));
      for (const value of k) {
        const z = (value - mean) / spread;
        const symbol = Math.abs(z) < 5 ? 0 : Math.round(z);
        seen.set(symbol, (seen.get(symbol) || 0) + 1);
      }
    }
    let bits = 0;
    for (const count of seen.values()) bits += count * Math.log2((m * m) / count);
    return bits / 8;
  }

  // Eight cells to a byte.
  function packed(cup) {
    const bytes = new Uint8Array(Math.ceil(cup.length / 8));
    for (let i = 0; i < cup.length; i++) bytes[i >> 3] |= cup[i] << (7 - (i & 7));
    return bytes;
  }

  // Size after compression by the browser's own zlib; a promise.
  async function zipped(bytes) {
    const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("deflate"));
    return (await new Response(stream).arrayBuffer()).byteLength;
  }

  // All readings of a cup; a promise of { entropy, naive, adjusted, clean } in bytes.
  async function readings(cup, n, g, b) {
    const means = coarseGrain(cup, n, g);
    const [entropy, naive, adjusted] = await Promise.all([
      zipped(packed(cup)),
      zipped(bucket(means, 3)),
      zipped(rowMajority(bucket(means, 7), n)),
    ]);
    return { entropy, naive, adjusted, clean: clean(cup, n, b) };
  }

  const model = { pour, sweep, roll, drag, stir, coarseGrain, bucket, rowMajority, clean, packed, zipped, readings };
  if (typeof module !== "undefined") {
    module.exports = model;
    return;
  }

  // The demo -----------------------------------------------------------------------------------

  const { make, draw, each, swatch, tick, drag: follow, still, unique } = window.u30Parts;
  const MEASURES = { naive: "naive, three greys", adjusted: "adjusted, border rows flattened", clean: "clean, rows and chance taken out" };
  const MARK = 0.2; // of the scale: the challenge is to stay above it
  const GOAL = 10; // seconds
  const AMPLITUDE = 0.1; // of one turn of the spoon, in cup widths
  const RATES = [5, 15, 50, 150, 500]; // sweeps per second
  const FAIR = 15; // the challenge counts from this rate on
  const MOST = 40; // sweeps between two pictures, on a slow machine
  const COFFEE = [59, 36, 23];
  const CREAM = [246, 233, 212];
  const TRACE = 240; // readings shown in the curve
  const READ_EVERY = 100; // milliseconds

  // A half dial with a needle. `show(value, scale)` moves it.
  function dial(name, colour, mark) {
    const at = (share, radius) => {
      const angle = Math.PI * (1 - Math.min(share, 1));
      return `${60 + radius * Math.cos(angle)} ${60 - radius * Math.sin(angle)}`;
    };
    const needle = draw("path", { stroke: "currentColor", "stroke-width": 2.5, "stroke-linecap": "round" });
    const filled = draw("path", { fill: "none", stroke: colour, "stroke-width": 9 });
    const face = draw(
      "svg",
      { viewBox: "0 0 120 66", "aria-hidden": "true", style: "width:100%;max-width:9.5rem;display:block;margin:auto" },
      draw("path", { d: `M ${at(0, 50)} A 50 50 0 0 1 ${at(1, 50)}`, fill: "none", stroke: "var(--u30-line)", "stroke-width": 9 }),
      filled,
      ...(mark ? [draw("path", { d: `M ${at(mark, 42)} L ${at(mark, 58)}`, stroke: "currentColor", "stroke-width": 2 })] : []),
      needle,
      draw("circle", { cx: 60, cy: 60, r: 4, fill: "currentColor" })
    );
    const bytes = make("div", {});
    const words = make("div", { style: "text-align:center;font-size:.9rem;font-variant-numeric:tabular-nums" }, make("div", {}, name), bytes);
    const meter = make("div", { role: "meter", "aria-label": name, "aria-valuemin": 0, style: "flex:1 1 8rem" }, face, words);
    const show = (value, scale) => {
      const share = Math.min(value / scale, 1);
      filled.setAttribute("d", `M ${at(0, 50)} A 50 50 0 0 1 ${at(share, 50)}`);
      needle.setAttribute("d", `M 60 60 L ${at(share, 44)}`);
      bytes.textContent = `${Math.round(value)} bytes`;
      meter.setAttribute("aria-valuemax", scale);
      meter.setAttribute("aria-valuenow", Math.round(Math.min(value, scale)));
      meter.setAttribute("aria-valuetext", `${Math.round(value)} bytes`);
    };
    return { meter, show };
  }

  function start(host, data) {
    const { n, g, b, scales } = data;
    const reach = n / 7;
    const carry = { rows: new Float64Array(n), columns: new Float64Array(n) };

    const canvas = make("canvas", {
      width: n, height: n, tabindex: 0, role: "application",
      "aria-label": "The cup. Drag to stir. With the keyboard: arrow keys push the spoon.",
      style: "width:100%;aspect-ratio:1;image-rendering:pixelated;cursor:grab;border-radius:.4rem;display:block",
    });
    const context = canvas.getContext("2d");
    const image = context.createImageData(n, n);
    const curve = make("canvas", { width: 480, height: 120, "aria-hidden": "true", style: "width:100%;height:6rem;display:block" });
    const run = make("button", { type: "button" }, "Start");
    const again = make("button", { type: "button" }, "Pour again");
    const whirl = make("button", { type: "button" }, "Stir once");
    const measure = make("select", { id: unique() });
    for (const [key, name] of Object.entries(MEASURES)) measure.append(make("option", { value: key }, name));
    measure.value = "clean";
    const squint = tick("Squint: show the blurred cup", paint);
    const speed = make("input", { type: "range", id: unique(), min: 0, max: RATES.length - 1, step: 1, value: 1 });
    const rate = make("output", { for: speed.id });
    const entropyDial = dial("Entropy", "#0072b2");
    const complexityDial = dial("Complexity", "#d55e00", MARK);
    const challenge = make("p", { style: "margin:.4rem 0 0;font-size:.95rem;font-variant-numeric:tabular-nums" });
    const status = make("p", { class: "u30-visually-hidden", role: "status" });

    const key = (colour, name) => swatch(colour, name, "width:1.4rem;height:.25rem;vertical-align:middle");
    const knob = (input, name, ...more) => {
      const label = make("label", { for: input.id }, name, ...more);
      return make("div", { class: "u30-live-knob" }, label, input);
    };
    host.append(
      make(
        "div",
        { style: "display:flex;flex-wrap:wrap;gap:1rem 1.5rem;align-items:flex-start" },
        make("div", { style: "flex:1 1 15rem;max-width:min(24rem, 86%);margin:auto" }, canvas),
        make(
          "div",
          { style: "flex:1 1 16rem;min-width:0" },
          make("div", { style: "display:flex;flex-wrap:wrap;gap:.5rem" }, entropyDial.meter, complexityDial.meter),
          curve,
          make("div", { class: "u30-live-legend" }, key("#0072b2", "entropy"), key("#d55e00", "complexity"), make("span", {}, "as shares of their dials; dashed: the mark")),
          challenge
        )
      ),
      make("div", { class: "u30-live-row" }, make("div", {}, run, " ", again, " ", whirl), make("div", {}, squint.node)),
      make("div", { class: "u30-live-row" }, knob(measure, "Complexity is read"), knob(speed, "Mixing ", rate)),
      status
    );

    let cup = pour(n);
    let trace = [];
    let held = 0;
    let best = 0;
    let running = false;
    let visible = true;
    let reading = false;
    let owed = 0; // sweeps
    let before = 0; // when the last picture was painted
    let last = { time: 0, values: null };
    let spoon = { x: n >> 1, y: n >> 1 };

    function paint() {
      const greys = squint.input.checked ? bucket(coarseGrain(cup, n, g), 7) : null;
      for (let i = 0; i < n * n; i++) {
        const share = greys ? greys[i] / 6 : cup[i];
        for (let k = 0; k < 3; k++) image.data[4 * i + k] = COFFEE[k] + share * (CREAM[k] - COFFEE[k]);
        image.data[4 * i + 3] = 255;
      }
      context.putImageData(image, 0, 0);
      if (document.activeElement === canvas) {
        context.strokeStyle = "#56b4e9";
        context.strokeRect(spoon.x - 1.5, spoon.y - 1.5, 4, 4);
      }
    }

    function paintCurve() {
      const pen = curve.getContext("2d");
      const [W, H] = [curve.width, curve.height];
      pen.clearRect(0, 0, W, H);
      pen.strokeStyle = getComputedStyle(host).color;
      pen.globalAlpha = 0.35;
      pen.setLineDash([6, 6]);
      pen.beginPath();
      pen.moveTo(0, H - 4 - MARK * (H - 8));
      pen.lineTo(W, H - 4 - MARK * (H - 8));
      pen.stroke();
      pen.setLineDash([]);
      pen.globalAlpha = 1;
      pen.lineWidth = 3;
      for (const [key, scale, colour] of [["entropy", scales.entropy, "#0072b2"], [measure.value, scales[measure.value], "#d55e00"]]) {
        pen.strokeStyle = colour;
        pen.beginPath();
        trace.forEach((values, i) => pen.lineTo((i / (TRACE - 1)) * W, H - 4 - Math.min(values[key] / scale, 1) * (H - 8)));
        pen.stroke();
      }
    }

    function showReadings() {
      const values = last.values;
      const scale = scales[measure.value];
      entropyDial.show(values.entropy, scales.entropy);
      complexityDial.show(values[measure.value], scale);
      const place = values[measure.value] >= MARK * scale ? "above" : "below";
      challenge.textContent = held >= GOAL
        ? `Held above the mark for ${GOAL} seconds: done. Which other measure lets you do it?`
        : `Challenge: keep the right needle above its mark for ${GOAL} s, at ${FAIR} sweeps per second or more. It is ${place}; held ${held.toFixed(1)} s, best ${best.toFixed(1)} s.`;
      paintCurve();
    }

    // Read the instruments; while the cup runs, time above the mark counts.
    async function read(seconds) {
      if (reading) return;
      reading = true;
      const values = await readings(cup, n, g, b);
      reading = false;
      last = { time: performance.now(), values };
      trace.push(values);
      if (trace.length > TRACE) trace.shift();
      const done = held >= GOAL;
      const above = perSecond() >= FAIR && values[measure.value] >= MARK * scales[measure.value];
      if (!done) held = above ? held + seconds : 0;
      best = Math.max(best, held);
      if (!done && held >= GOAL) status.textContent = `Complexity was held above the mark for ${GOAL} seconds.`;
      showReadings();
    }

    const perSecond = () => RATES[Number(speed.value)];

    function frame(now) {
      if (!running) return;
      if (visible) {
        owed = Math.min(owed + ((now - before) / 1000) * perSecond(), MOST);
        for (; owed >= 1; owed--) sweep(cup, n, Math.random);
        paint();
        const passed = performance.now() - last.time;
        if (passed >= READ_EVERY) read(Math.min(passed, 3 * READ_EVERY) / 1000);
      }
      before = now;
      requestAnimationFrame(frame);
    }

    function go(on) {
      if (on && !running) {
        [owed, before] = [0, performance.now()];
        requestAnimationFrame(frame);
      }
      running = on;
      run.textContent = on ? "Pause" : "Start";
    }

    function report(what) {
      const values = last.values;
      if (values) status.textContent = `${what} Entropy ${values.entropy} bytes, complexity ${Math.round(values[measure.value])} bytes.`;
    }

    // The spoon goes from its place to (x, y): along its row first, then along its column.
    function stirTo(x, y) {
      drag(cup, n, spoon.y, x - spoon.x, false, reach, carry.rows);
      drag(cup, n, x, y - spoon.y, true, reach, carry.columns);
      spoon = { x, y };
      if (!running) {
        paint();
        read(0);
      }
    }

    const place = (event) => {
      const box = canvas.getBoundingClientRect();
      const cell = (value) => Math.max(0, Math.min(n - 1, Math.floor(value * n)));
      return [cell((event.clientX - box.left) / box.width), cell((event.clientY - box.top) / box.height)];
    };
    const dip = (event) => {
      const [x, y] = place(event);
      spoon = { x, y };
      canvas.style.cursor = "grabbing";
      if (!still()) go(true);
    };
    const release = () => {
      canvas.style.cursor = "grab";
    };
    follow(canvas, (event) => stirTo(...place(event)), { first: dip, last: release });
    canvas.addEventListener("keydown", (event) => {
      const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
      if (!way) return;
      event.preventDefault();
      const step = 3;
      const inside = (value) => Math.max(0, Math.min(n - 1, value));
      stirTo(inside(spoon.x + step * way[0]), inside(spoon.y + step * way[1]));
    });
    canvas.addEventListener("focus", paint);
    canvas.addEventListener("blur", paint);

    run.addEventListener("click", () => {
      go(!running);
      report(running ? "Mixing." : "Paused.");
    });
    again.addEventListener("click", () => {
      cup = pour(n);
      [trace, held, best] = [[], 0, 0];
      paint();
      read(0).then(() => report("A fresh cup."));
    });
    whirl.addEventListener("click", () => {
      stir(cup, n, AMPLITUDE, Math.random);
      paint();
      read(0).then(() => report("Stirred."));
    });
    measure.addEventListener("change", () => {
      [held, best] = [0, 0];
      showReadings();
      report("");
    });
    const showRate = () => {
      rate.textContent = `${perSecond()} sweeps per second`;
      speed.setAttribute("aria-valuetext", rate.textContent);
    };
    speed.addEventListener("input", showRate);
    new IntersectionObserver((entries) => {
      visible = entries[entries.length - 1].isIntersecting;
    }).observe(host);
    new MutationObserver(() => last.values && paintCurve()).observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });

    showRate();
    paint();
    return read(0);
  }

  const refuse = (host) => host.append(make("p", {}, "This demo needs a browser that can compress (CompressionStream)."));
  each("coffee", typeof CompressionStream === "undefined" ? refuse : start);
})();
