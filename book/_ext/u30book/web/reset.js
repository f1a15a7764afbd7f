// Back to the first text, and back from there. `answer` has text, starter and kept (see answers.js);
// `replace(text, kept)` puts another text into the editor.
import { press, use } from "./make.js";

export function resetButton(answer, replace) {
  const button = press("", () => {
    if (answer.text === answer.starter) replace(answer.kept, null);
    else replace(answer.starter, answer.text);
    label();
  });
  function label() {
    const isFirst = answer.text === answer.starter;
    button.textContent = isFirst && answer.kept !== null ? "Undo reset" : "Reset";
    use(button, !isFirst || answer.kept !== null);
  }
  label();
  return { button, label };
}
