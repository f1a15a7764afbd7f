// What an exercise and a cell have in common in the page: the editor, its buttons, and one line
// that says what Python is doing.
import { make, press, use } from "./make.js";
import { python } from "./python.js";

const KEYS = "u30-editor-keys";
const TOUCH = matchMedia("(pointer: coarse)").matches;
export const HELP = TOUCH ? "" : "Ctrl-Enter runs. Escape, then Tab leaves the editor.";

let loading;
export function loadEditor() {
  loading ||= Promise.all([import("../editor/editor.js"), loadStyle()]).catch((error) => {
    loading = undefined;
    throw error;
  });
  return loading.then(([editor]) => editor);
}

function loadStyle() {
  return new Promise((resolve, reject) => {
    const link = make("link", { rel: "stylesheet", href: new URL("runner.css", import.meta.url) });
    link.onload = resolve;
    link.onerror = () => reject(new Error("runner.css could not be loaded"));
    document.head.append(link);
  });
}

// Said once for all editors of the page, to those who cannot see the line below them.
function describeKeys() {
  if (document.getElementById(KEYS)) return;
  const words = "Tab indents. Press Escape, then Tab to leave the editor. Control-Enter runs the code.";
  document.body.append(make("p", { id: KEYS, hidden: "" }, words));
}

// Start Python; fails as soon as it is stopped meanwhile, however far it is.
async function startPython() {
  const over = new AbortController();
  const stopped = new Promise((_, reject) => {
    const look = () => python.state === "off" && reject(new Error("Stopped."));
    python.addEventListener("state", look, { signal: over.signal });
  });
  try {
    await Promise.race([python.start(), stopped]);
  } finally {
    over.abort();
  }
}

function words({ phase, loaded, total, packed, text }) {
  if (phase !== "download") return phase === "ready" ? `${text}.` : `${text}…`;
  const percent = Math.floor((100 * loaded) / total);
  return `${text}, once: ${percent} % of about ${(packed / 1e6).toFixed(1)} MB`;
}

export class Panel {
  #line = make("p", { class: "u30-panel-line" });
  #bar = make("progress", { max: 1, "aria-label": "Fetching Python", hidden: "" });
  #voice = make("p", { class: "u30-visually-hidden", role: "status" });
  #stopButton = press("Stop", () => python.stop());
  #job;
  #waiting = false; // for Python: then the line shows how far it is

  // Put a panel in the place of `block`, which stays in the page, for print.
  //   tools    more buttons, after Run and Stop
  //   job      what Run and Ctrl-Enter do; its promise ends when there is a result
  static async open(block, options) {
    const { openEditor } = await loadEditor();
    describeKeys();
    return new Panel(openEditor, block, options);
  }

  constructor(openEditor, block, { text, label, tools, onChange, job }) {
    this.#job = job;
    const place = make("div", { class: "u30-editor highlight" });
    // Sphinx's "/" would jump to the search from here.
    place.addEventListener("keydown", (event) => event.stopPropagation());
    const onRun = () => this.run();
    this.editor = openEditor(place, { text, label, describedBy: KEYS, onChange, onRun });
    this.runButton = press("Run", onRun);
    this.runButton.className = "u30-run";
    use(this.#stopButton, false);
    const buttons = [this.runButton, this.#stopButton, ...tools, touchKeys(this.editor)];
    this.tools = make("div", { class: "u30-tools" }, ...buttons);
    const state = make("div", { class: "u30-panel-state" }, this.#line, this.#bar);
    const names = { class: "u30-panel", role: "group", "aria-label": label };
    this.node = make("div", names, place, this.tools, state, this.#voice);
    this.say(HELP);
    python.addEventListener("progress", ({ detail }) => this.#waiting && this.#show(detail));
    block.classList.add("u30-replaced");
    block.after(this.node);
  }

  // Say something in the line below the buttons; `announce` says it aloud.
  say(...words) {
    this.#line.replaceChildren(...words);
  }

  announce(sentence) {
    this.#voice.textContent = sentence;
  }

  get busy() {
    return this.node.hasAttribute("aria-busy");
  }

  async start() {
    if (python.state === "ready" || python.state === "busy") return;
    this.announce("Fetching and starting Python.");
    await this.#wait(startPython);
  }

  async run() {
    if (this.busy) return;
    this.node.setAttribute("aria-busy", "true");
    use(this.runButton, false);
    use(this.#stopButton, true);
    this.announce(""); // so that the same verdict is said again
    try {
      await this.start();
      this.say("Running…");
      await this.#wait(this.#job);
    } catch (error) {
      this.fail(error);
    }
    use(this.runButton, true);
    use(this.#stopButton, false);
    this.node.removeAttribute("aria-busy");
  }

  fail(error) {
    this.say(error.message);
    this.announce(error.message);
  }

  #show(progress) {
    const { phase, loaded, total } = progress;
    if (phase === "download" && !total) return;
    this.say(words(progress));
    this.#bar.hidden = phase !== "download";
    this.#bar.value = total ? loaded / total : 0;
  }

  async #wait(task) {
    this.#waiting = true;
    try {
      await task();
    } finally {
      this.#waiting = false;
      this.#bar.hidden = true;
    }
  }
}

// A finger has no Tab key. The editor keeps the focus meanwhile, and so the keyboard stays open.
function touchKeys(editor) {
  const less = press("⇤", editor.outdent);
  const more = press("⇥", editor.indent);
  less.ariaLabel = "Less indentation";
  more.ariaLabel = "More indentation";
  const keys = make("span", { class: "u30-touch" }, less, more);
  keys.addEventListener("pointerdown", (event) => event.preventDefault());
  return keys;
}
