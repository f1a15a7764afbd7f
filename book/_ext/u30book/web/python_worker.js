// Python, in a worker of its own, so that the page stays alive whatever the learner's code does.
// It is told where Pyodide lies and which files belong to it; everything else is u30.page's work.
//
//   in    {type: "start", core, lock}                 out  {type: "ready"}
//         {type: "check", n, request}                      {type: "started", n, prepared}, {type: "done", n, result}
//         {type: "cells", n, cells}                        {type: "needs", n, names}, {type: "cell", n, ...}, {type: "done", n, result}
//         {type: "loaded"}  answers "needs"                {type: "broken", n, how, why}: this worker is of no use any more
const MOST_MEMORY = 1024 ** 3; // bytes; Python then raises MemoryError, and the tab lives on

const grow = WebAssembly.Memory.prototype.grow;
WebAssembly.Memory.prototype.grow = function (pages) {
  if (this.buffer.byteLength + pages * 65536 > MOST_MEMORY) throw new RangeError("memory limit");
  return grow.call(this, pages);
};

const LARGE = MOST_MEMORY / 2; // memory is never given back while a worker lives

let pyodide, python;
const isLarge = () => pyodide._module.HEAPU8.length > LARGE;
let loaded = () => {};

const post = (message) => self.postMessage(message);

async function start({ core, lock }) {
  const { loadPyodide } = await import(new URL("pyodide.mjs", core));
  pyodide = await loadPyodide({
    indexURL: core,
    lockFileURL: new URL(lock, core).href,
    env: { HOME: "/home/pyodide", MPLBACKEND: "svg", OPENBLAS_NUM_THREADS: "1" },
    packages: ["u30"],
    stdin: () => null, // input() meets the end of a file
    stdout: () => {},
    stderr: () => {},
  });
  python = pyodide.pyimport("u30.page");
  python.begin();
  post({ type: "ready" });
}

function check({ n, request }) {
  const text = JSON.stringify(request);
  post({ type: "started", n, prepared: JSON.parse(python.prepare(text)) });
  post({ type: "done", n, result: JSON.parse(python.check(text)), large: isLarge() });
}

async function cells({ n, cells }) {
  const sources = cells.map((cell) => cell.source);
  const names = JSON.parse(python.packages(JSON.stringify(sources)));
  const missing = names.filter((name) => !(name in pyodide.loadedPackages));
  if (missing.length) {
    // The page fetches them first: it shows the progress and keeps them.
    const there = new Promise((resolve) => (loaded = resolve));
    post({ type: "needs", n, names: missing });
    await there;
    await pyodide.loadPackage(missing, { messageCallback: () => {} });
  }
  post({ type: "started", n });
  for (const { index, source } of cells) {
    const cell = JSON.parse(python.run_cell(source, index));
    post({ type: "cell", n, index, ...cell });
    if (!cell.ok) break;
  }
  post({ type: "done", n, result: {} });
}

// What ends Python itself: os._exit, abort, a stack that overflows. Nothing runs here afterwards.
function how(error) {
  if (error?.name === "ExitStatus" || error?.name === "Exit") return "exited";
  return /abort/i.test(error?.message) ? "aborted" : "crashed";
}
console.error = () => {}; // Pyodide asks to be told of such an end; the page says what happened

const jobs = { start, check, cells, loaded: () => loaded() };
self.onmessage = async ({ data }) => {
  try {
    await jobs[data.type](data);
  } catch (error) {
    post({ type: "broken", n: data.n, how: how(error), why: `${error?.name}: ${error?.message}` });
  }
};
