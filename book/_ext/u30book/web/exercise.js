// "Try it here": an exercise's starter becomes an editor, checked by the same checker as anywhere.
import { Answer } from "./answers.js";
import { make, press, use } from "./make.js";
import { HELP, Panel } from "./panel.js";
import { python } from "./python.js";
import { resetButton } from "./reset.js";
import { sentence, showVerdict } from "./verdict.js";

const progress = window.u30Progress;
const WARNING =
  "You have not passed this exercise yet. After reading the solution it counts as helped and comes " +
  "back for review in three days.";

// The static parts of the exercise that the panel opens: its folded hints and its solution.
function parts(starter) {
  const section = starter.closest(".u30-exercise");
  return {
    hints: [...section.querySelectorAll("details.u30-hint")],
    solution: section.querySelector("details.u30-solution"),
  };
}

function reveal(details) {
  details.open = true;
  details.scrollIntoView({ block: "nearest" });
}

// One button for all hints: it opens the next one, and rests when all have been read.
function hintButton(id, hints) {
  const read = () => Math.min(progress.entry(id).hints, hints.length);
  const button = press("", () => {
    reveal(hints[read()]);
    progress.hint(id, read() + 1);
  });
  function label() {
    button.textContent = read() < hints.length ? `Hint ${read() + 1}` : "No more hints";
    use(button, read() < hints.length);
  }
  progress.addEventListener("change", label); // hints are also unfolded by hand
  label();
  return button;
}

// A question below the buttons, with a focus that comes back to where it was asked.
function ask(row, words, yes, no) {
  return new Promise((resolve) => {
    const back = document.activeElement;
    const question = make("p", {}, words);
    const box = make("div", { class: "u30-ask", role: "group", "aria-label": words }, question);
    const end = (answer) => {
      box.remove();
      back.focus({ preventScroll: true });
      resolve(answer);
    };
    box.append(press(yes, () => end(true)), press(no, () => end(false)));
    box.addEventListener("keydown", (event) => event.key === "Escape" && end(false));
    row.after(box);
    box.querySelector("button").focus();
  });
}

function solutionButton(id, details) {
  let asking = false;
  const button = press("Show solution", async () => {
    if (asking) return;
    if (!progress.done(id) && !progress.entry(id).helped) {
      asking = true;
      const sure = await ask(button.parentElement, WARNING, "Show it", "Keep trying");
      asking = false;
      if (!sure) return;
    }
    progress.help(id);
    reveal(details);
    details.firstElementChild.focus();
  });
  return button;
}

// Where to go after a pass.
function onwards(starter) {
  const all = [...document.querySelectorAll("section.u30-exercise")];
  const next = all[all.indexOf(starter.closest(".u30-exercise")) + 1];
  if (!next) return ["That was the last exercise of this page."];
  const title = next.querySelector("h3").firstChild.textContent;
  return ["Next: ", make("a", { href: `#${next.id}` }, title)];
}

// Written down a moment after the last change, and when the page is left.
function savedLater(answer, getText) {
  let waiting;
  const save = () => {
    clearTimeout(waiting);
    waiting = undefined;
    answer.save(getText());
  };
  window.addEventListener("pagehide", () => waiting && save());
  return () => {
    clearTimeout(waiting);
    waiting = setTimeout(save, 300);
  };
}

// Another tab has changed the same answer: say so, and offer its version.
function offerOther(panel, answer, taken) {
  panel.node.querySelector(".u30-other")?.remove();
  const take = press("Show the other version", () => {
    panel.editor.replace(answer.takeOther());
    line.remove();
    panel.editor.focus();
    taken();
  });
  const words = "Another tab has changed this answer. Both versions are kept. ";
  const line = make("p", { class: "u30-other", role: "status" }, words, take);
  panel.tools.before(line);
}

async function check(panel, verdict, starter, answer) {
  answer.save(panel.editor.text);
  const id = answer.id;
  const result = await python.check(id, answer.text, { failingSeed: progress.seed(id) });
  if (result.stopped) {
    panel.say("Stopped. Python starts again with the next run.");
    panel.announce("Stopped.");
    return;
  }
  const { report, html, passedSeed } = result;
  showVerdict(verdict, html);
  panel.editor.mark(["pass", "todo"].includes(report.status) ? null : report.line);
  panel.say(...(report.status === "pass" ? onwards(starter) : [HELP]));
  panel.announce(sentence(report));
  progress.record(report, passedSeed);
}

export async function open(block) {
  const starter = block.closest(".u30-starter");
  const id = starter.dataset.exercise;
  const answer = new Answer(id, block.querySelector("pre").textContent.replace(/\n$/, ""));
  const { hints, solution } = parts(starter);
  const verdict = make("div", { class: "u30-verdict-place", role: "group", "aria-label": "Verdict" });
  const reset = resetButton(answer, (text, kept) => {
    answer.save(text, kept); // what was written is kept, also over a reload
    panel.editor.replace(text);
  });
  const saveSoon = savedLater(answer, () => panel.editor.text);

  const panel = await Panel.open(block, {
    text: answer.text,
    label: `Your answer to exercise ${id}`,
    tools: [reset.button, hintButton(id, hints), solutionButton(id, solution)],
    onChange: (text) => {
      if (text === answer.text) return;
      answer.text = text;
      reset.label();
      saveSoon();
    },
    job: () => check(panel, verdict, starter, answer),
  });
  panel.node.classList.add("u30-answer-panel");
  panel.node.append(verdict);
  starter.querySelector(".u30-code-label").textContent = "Your answer";
  answer.addEventListener("other", () => offerOther(panel, answer, reset.label));
  panel.editor.focus();
  panel.start().then(
    () => panel.busy || panel.say(`Python is ready. ${HELP}`),
    (error) => panel.busy || panel.fail(error)
  );
  return true;
}
