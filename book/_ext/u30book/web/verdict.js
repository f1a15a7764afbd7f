// A check's report in the page: the same HTML as in a notebook, and one sentence to say aloud.
import { make } from "./make.js";

const WORDS = {
  fail: "Not yet right",
  todo: "Not written yet",
  error: "Stopped by an error",
  timeout: "Took too long",
};

export function sentence({ status, cases, message }) {
  const right = cases.filter((one) => one.status === "pass").length;
  if (status === "pass") return `Passed: ${right} of ${cases.length} cases`;
  const first = message.split("\n")[0].replaceAll("`", "");
  return first ? `${WORDS[status]}: ${first}` : `${WORDS[status]}.`;
}

// Formulas stand between dollars in a report; the page's MathJax wants \( and \).
function typeset(node) {
  const texts = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
  let found = false;
  while (texts.nextNode()) {
    const text = texts.currentNode;
    if (text.parentElement.closest("code, pre")) continue;
    const marked = text.data.replace(/\$([^$]+)\$/g, "\\($1\\)");
    found ||= marked !== text.data;
    text.data = marked;
  }
  if (found) window.MathJax?.typesetPromise?.([node]);
}

export function showVerdict(place, html) {
  const body = make("div", { class: "u30-verdict mathjax_process" });
  body.innerHTML = html;
  place.replaceChildren(body);
  typeset(body);
  place.scrollIntoView({ block: "nearest" });
}
