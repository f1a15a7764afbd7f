// "Run it here": a code cell becomes an editor; it runs after the cells above it, as in a notebook.
import { make, press } from "./make.js";
import { notebook, runUpTo } from "./notebook.js";
import { showOutputs } from "./output.js";
import { Panel } from "./panel.js";
import { resetButton } from "./reset.js";

// The cells that are open, by their number: those above the one that was asked for run, too.
const opened = new Map();

// The place below the cell: "your run", and a way back to what the page shows.
function outputPlace(input) {
  const cell = input.closest("div.cell");
  const built = cell.querySelector(".cell_output");
  const fold = built?.closest("details");
  const page = fold && !fold.contains(input) ? fold : built;
  const alt = built?.querySelector("img")?.alt;
  const names = { class: "cell_output docutils container u30-your-run", role: "group", "aria-label": "Your run" };
  const yours = make("div", names);
  const name = make("span");
  const head = make("p", { class: "u30-your-run-head" }, name);
  const switcher = press("", () => turn(yours.hidden));
  if (page) head.append(switcher);

  function turn(mine) {
    yours.hidden = !mine;
    if (page) page.hidden = mine;
    name.textContent = mine ? "Your run" : "The page’s own output";
    switcher.textContent = mine ? "Show the page’s own output" : "Show your run";
  }
  return {
    show(outputs) {
      cell.append(head, yours);
      showOutputs(yours, outputs, alt ? `From your run. The page’s own picture: ${alt}` : "A picture from your run");
      turn(true);
    },
    clear() {
      turn(false);
      head.remove();
      yours.remove();
    },
  };
}

const BROKEN = {
  exited: "The code ended Python. It starts again with the next run.",
  crashed: "Python broke down, perhaps for want of memory. It starts again with the next run.",
};

// What has become of a run, in a sentence. `last` is the cell it came to, `left` those it left out.
function outcome(result, wanted, last, left) {
  if (result.stopped) return "Stopped. Python starts again with the next run, from the first cell.";
  if (result.broken) return BROKEN[result.broken];
  if (result.cells.every(({ ok }) => ok)) {
    return left.length ? `Done, without ${left.join(" and ")}, which cannot run in the page.` : "Done.";
  }
  if (last === wanted) return "Stopped by an error.";
  return `Cell ${last + 1}, above, stopped with an error, which is shown here.`;
}

// The line of this cell that an error points at.
function lineOf(error, index) {
  return error?.data.trace.findLast((one) => one.cell === index)?.line;
}

export async function open(input, note) {
  const cells = await notebook();
  const index = cells.findIndex((cell) => cell.input === input);
  const cell = cells[index];
  if (cell.needs.length) {
    note(input, `This cell cannot run in the page. It needs ${cell.needs.join(" and ")}.`);
    return false;
  }
  const left = cells.slice(0, index).flatMap((one, i) => (one.needs.length ? [`cell ${i + 1}`] : []));
  const source = cell.source.trimEnd();
  const text = { text: source, starter: source, kept: null };
  const output = outputPlace(input);
  const reset = resetButton(text, (next, kept) => {
    text.kept = kept;
    panel.editor.replace(next);
  });

  async function run() {
    let last;
    const step = (number) => {
      last = number;
      panel.say(number === index ? "Running…" : `Running cell ${number + 1} of ${index + 1}…`);
    };
    const result = await runUpTo(cells, index, step, (done) => {
      opened.get(done.index)?.show(done.outputs);
      if (done.index !== index && !done.ok) output.show(done.outputs);
      const error = done.outputs.find(({ mime }) => mime === "error");
      if (done.index === index) panel.editor.mark(lineOf(error, index));
    });
    if (result.stopped || result.broken) output.clear();
    panel.say(outcome(result, index, last, left));
    panel.announce(outcome(result, index, last, left));
  }

  const panel = await Panel.open(input.querySelector('div[class^="highlight-"]'), {
    text: source,
    label: `Code cell ${index + 1}`,
    tools: [reset.button],
    onChange: (now) => {
      text.text = now;
      cell.text = now === source ? cell.source : now;
      reset.label();
    },
    job: run,
  });
  opened.set(index, output);
  panel.runButton.focus();
  panel.run();
  return true;
}
