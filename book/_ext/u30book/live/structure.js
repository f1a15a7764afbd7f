// A picture to paint on, and its shortest two-part code: bits of structure and bits of noise. A block
// of N cells, k of them dark, costs a flag and log2(N+1) bits of structure and log2 C(N,k) bits of
// noise, or it is cut. Squares are cut into quarters, strips of rows into halves.
//
// First the code: pure functions, also used by the test that compares them with NumPy.
// Then the demo: what the reader sees.
(function () {
  "use strict";

  const parts = typeof module === "undefined" ? window.u30Parts : require("./parts.js");
  const { shuffled } = parts;

  // The code -----------------------------------------------------------------------------------

  // log2 of 0!, 1!, ... N!
  function logFactorials(N) {
    const table = new Float64Array(N + 1);
    for (let i = 1; i <= N; i++) table[i] = table[i - 1] + Math.log2(i);
    return table;
  }

  // The best code of a block: the whole, or a cut and the best codes of its parts. `rows` and
  // `columns` say into how many parts each side is cut; a block of the size `base` stays whole.
  function best(x, n, block, rows, columns, base, table) {
    const [top, left, height, width] = block;
    let k = 0;
    for (let i = top; i < top + height; i++) for (let j = left; j < left + width; j++) k += x[i * n + j];
    const N = height * width;
    const smallest = height === base[0];
    const whole = {
      model: (smallest ? 0 : 1) + Math.log2(N + 1),
      data: table[N] - table[k] - table[N - k],
      leaves: [block],
    };
    if (smallest) return whole;
    const cut = { model: 1, data: 0, leaves: [] };
    const [h, w] = [height / rows, width / columns];
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) {
        const part = best(x, n, [top + i * h, left + j * w, h, w], rows, columns, base, table);
        cut.model += part.model;
        cut.data += part.data;
        cut.leaves.push(...part.leaves);
      }
    }
    return cut.model + cut.data < whole.model + whole.data ? cut : whole;
  }

  // The shorter of both codes, with one more bit that says which it is.
  function twoPart(x, n) {
    const table = logFactorials(n * n);
    const squares = { kind: "quadtree", ...best(x, n, [0, 0, n, n], 2, 2, [1, 1], table) };
    const strips = { kind: "strips", ...best(x, n, [0, 0, n, n], 2, 1, [1, n], table) };
    const shorter = strips.model + strips.data < squares.model + squares.data ? strips : squares;
    return { ...shorter, model: shorter.model + 1 };
  }

  // Pictures: each takes the present one and returns another, as `shuffled` does.

  // Rows, then columns, are rolled by a wave with a phase of its own.
  function stirred(x, n, phases, amplitude = 0.12) {
    const roll = (y, phase) => Math.round(amplitude * n * Math.sin((2 * Math.PI * y) / n + phase));
    const wrap = (i) => ((i % n) + n) % n;
    const middle = x.map((_, at) => {
      const [i, j] = [Math.floor(at / n), at % n];
      return x[i * n + wrap(j - roll(i, phases[0]))];
    });
    return middle.map((_, at) => {
      const [i, j] = [Math.floor(at / n), at % n];
      return middle[wrap(i - roll(j, phases[1])) * n + j];
    });
  }

  // Neighbours change places with probability one half, one matching after the other.
  function diffused(x, n, random) {
    const y = x.slice();
    for (const [di, dj, start] of [[0, 1, 0], [1, 0, 0], [0, 1, 1], [1, 0, 1]]) {
      for (let i = di ? start : 0; i + di < n; i += di ? 2 : 1) {
        for (let j = dj ? start : 0; j + dj < n; j += dj ? 2 : 1) {
          const [a, b] = [i * n + j, (i + di) * n + j + dj];
          if (random() < 0.5) [y[a], y[b]] = [y[b], y[a]];
        }
      }
    }
    return y;
  }

  const code = { logFactorials, twoPart, shuffled, stirred, diffused };
  if (typeof module !== "undefined") {
    module.exports = code;
    return;
  }

  // The demo -----------------------------------------------------------------------------------

  const { make, each, press, tick, drag, teller, unique } = parts;
  const PAPER = "#efe9dd";
  const INK = "#4a3021";
  const LEAF = "#d55e00";
  const CURSOR = "#0072b2";
  const SCALE = 20; // canvas pixels of a cell
  const BRUSHES = [1, 2, 4];

  function start(host, data) {
    const n = data.n;
    let x = Uint8Array.from(data.picture, Number);
    let cursor = { row: n / 2, column: n / 2 };
    let painting = null; // the colour that is being painted
    let record = 0;

    const words = make("p", { id: unique(), style: "margin:.5rem 0;font-variant-numeric:tabular-nums" });
    const canvas = make("canvas", {
      width: n * SCALE,
      height: n * SCALE,
      tabindex: 0,
      role: "application",
      "aria-label": "The picture. Drag to paint. With the keyboard: arrow keys move, space turns cells over.",
      "aria-describedby": words.id,
      style: "width:100%;aspect-ratio:1;cursor:crosshair;border-radius:.3rem;display:block",
    });
    const pen = canvas.getContext("2d");
    const brush = make("select", { id: unique() });
    for (const size of BRUSHES) brush.append(make("option", { value: size }, size === 1 ? "1 cell" : `${size} × ${size} cells`));
    brush.value = 4;
    const leaves = tick("Show the leaves", show);
    leaves.input.checked = true;
    const structure = make("i", { style: "background:#d55e00;display:block" });
    const noise = make("i", { style: "background:#0072b2;display:block" });
    const bar = make("div", { "aria-hidden": "true", style: "display:flex;height:1.5rem;background:var(--u30-wash);border-radius:.2rem;overflow:hidden" }, structure, noise);
    const best = make("p", { style: "margin:.5rem 0;font-variant-numeric:tabular-nums" });
    const status = teller();

    const fills = {
      Empty: () => x.fill(0),
      Order: () => x.map((_, at) => (at < x.length / 2 ? 1 : 0)),
      Dust: () => x.map(() => (Math.random() < 0.5 ? 1 : 0)),
      Shuffle: () => shuffled(x, Math.random),
      Stir: () => stirred(x, n, [0, 0].map(() => 2 * Math.PI * Math.random())),
      Diffuse: () => diffused(x, n, Math.random),
    };
    const buttons = Object.entries(fills).map(([name, fill]) => {
      const refill = () => {
        x = fill();
        show();
      };
      return press(name, refill);
    });
    const row = make("div", { style: "display:flex;flex-wrap:wrap;gap:.5rem" }, ...buttons);
    const brushKnob = make("div", {}, make("label", { for: brush.id }, "Brush"), brush);
    host.style.minHeight = "0"; // nothing in this demo grows
    host.append(
      make(
        "div",
        { style: "display:flex;flex-wrap:wrap;gap:1rem 1.5rem;align-items:flex-start" },
        make("div", { style: "flex:2 1 17rem;max-width:27rem;margin:auto" }, canvas),
        make("div", { style: "flex:1 1 13rem;min-width:0" }, bar, words, best, row, make("div", { class: "u30-live-row" }, brushKnob, leaves.node))
      ),
      status.node
    );

    function draw(shown) {
      pen.fillStyle = PAPER;
      pen.fillRect(0, 0, canvas.width, canvas.height);
      pen.fillStyle = INK;
      for (let at = 0; at < x.length; at++) {
        if (x[at]) pen.fillRect((at % n) * SCALE, Math.floor(at / n) * SCALE, SCALE, SCALE);
      }
      if (leaves.input.checked) {
        pen.strokeStyle = LEAF;
        pen.lineWidth = 2;
        for (const [top, left, height, width] of shown.leaves) pen.strokeRect(left * SCALE, top * SCALE, width * SCALE, height * SCALE);
      }
      if (document.activeElement === canvas && painting === null) {
        const { row, column, size } = stamp(cursor);
        pen.strokeStyle = CURSOR;
        pen.lineWidth = 5;
        pen.strokeRect(column * SCALE, row * SCALE, size * SCALE, size * SCALE);
      }
    }

    function show() {
      const shown = twoPart(x, n);
      const [model, rest, count] = [Math.round(shown.model), Math.round(shown.data), shown.leaves.length];
      const most = 1.1 * n * n;
      structure.style.width = `${(100 * shown.model) / most}%`;
      noise.style.width = `${(100 * shown.data) / most}%`;
      words.textContent = `structure ${model} bits | noise ${rest} bits, in ${count === 1 ? "1 leaf" : `${count} leaves`}`;
      record = Math.max(record, model);
      best.textContent = `Most structure so far: ${record} bits`;
      status.say(words.textContent);
      draw(shown);
    }

    // The cells under the brush: it snaps to multiples of its size.
    function stamp(place) {
      const size = Number(brush.value);
      const snap = (value) => Math.min(Math.max(Math.floor(value / size) * size, 0), n - size);
      return { row: snap(place.row), column: snap(place.column), size };
    }

    function paint(place, colour) {
      const { row, column, size } = stamp(place);
      for (let i = row; i < row + size; i++) for (let j = column; j < column + size; j++) x[i * n + j] = colour;
      show();
    }

    function under(place) {
      const { row, column } = stamp(place);
      return x[row * n + column];
    }

    function placeOf(event) {
      const box = canvas.getBoundingClientRect();
      return { row: Math.floor(((event.clientY - box.top) / box.height) * n), column: Math.floor(((event.clientX - box.left) / box.width) * n) };
    }

    const stroke = (event) => {
      cursor = placeOf(event);
      paint(cursor, painting);
    };
    const first = (event) => (painting = 1 - under(placeOf(event)));
    drag(canvas, stroke, { first, last: () => (painting = null) });
    canvas.addEventListener("keydown", (event) => {
      const size = Number(brush.value);
      const step = { ArrowUp: [-size, 0], ArrowDown: [size, 0], ArrowLeft: [0, -size], ArrowRight: [0, size] }[event.key];
      if (step) {
        const keep = (value) => Math.min(Math.max(value, 0), n - 1);
        cursor = { row: keep(cursor.row + step[0]), column: keep(cursor.column + step[1]) };
        show();
      } else if (event.key === " " || event.key === "Enter") {
        paint(cursor, 1 - under(cursor));
      } else return;
      event.preventDefault();
    });
    canvas.addEventListener("focus", show);
    canvas.addEventListener("blur", show);
    brush.addEventListener("change", show);

    show();
  }

  each("structure", start);
})();
