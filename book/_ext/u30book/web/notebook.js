// The page's code cells as one notebook: what has run in this tab, and what has to run before a cell can.
import { python } from "./python.js";

const ran = []; // by cell, the source that ran last
python.addEventListener("state", () => {
  if (python.state === "off" || python.state === "failed") ran.length = 0;
});

const codeOf = (input) => input.querySelector("pre").textContent.trimEnd();

// Cells whose input the page does not show are in the notebook, too: the texts tell which is which.
function match(cells) {
  const inputs = [...document.querySelectorAll("div.cell .cell_input")];
  for (const cell of cells) {
    cell.text = cell.source;
    if (inputs.length && codeOf(inputs[0]) === cell.source.trimEnd()) cell.input = inputs.shift();
  }
  return cells;
}

let reading;
export function notebook() {
  const root = new URL(document.documentElement.dataset.content_root, location.href);
  const page = location.pathname.slice(root.pathname.length).replace(/\.html$/, "");
  reading ||= fetch(new URL(`_static/u30/cells/${page}.json`, root))
    .then((answer) => answer.json())
    .then(match);
  return reading;
}

const needsMore = (cell) => cell.needs.length > 0;

// From the first cell that has changed, or has not run, to the one that is wanted.
export function toRun(cells, wanted) {
  const first = cells.findIndex((cell, i) => i === wanted || (!needsMore(cell) && ran[i] !== cell.text));
  const part = cells.map((cell, index) => ({ index, source: cell.text })).slice(first, wanted + 1);
  return part.filter(({ index }) => !needsMore(cells[index]));
}

// Run a cell and what it stands on. `onStep(index)` comes before each, `onCell` after it.
export async function runUpTo(cells, wanted, onStep, onCell) {
  const list = toRun(cells, wanted);
  const sources = new Map(list.map(({ index, source }) => [index, source]));
  const following = list.map(({ index }) => index);
  onStep(following.shift());
  return python.runCells(list, {
    onCell(result) {
      const { index, ok } = result;
      if (ran[index] !== sources.get(index)) ran.length = index; // later cells stand on the old one
      ran[index] = ok ? sources.get(index) : undefined;
      onCell(result);
      if (ok && following.length) onStep(following.shift());
    },
  });
}
