// What the learner wrote, kept in this browser under "u30.answers":
//
//     {"version": 1, "answers": {"d01.1": {"text": "...", "time": "2026-01-31T18:05:12.345Z", "kept": null}}}
//
// `kept` is the text that a reset or another tab has replaced. Two tabs never overwrite each other
// silently: whoever saves over a text it has not seen keeps that text, and says so.
const KEY = "u30.answers";
const empty = () => ({ version: 1, answers: {} });

function read() {
  try {
    const document = JSON.parse(localStorage.getItem(KEY));
    return document && typeof document.answers === "object" && document.answers ? document : empty();
  } catch {
    return empty();
  }
}

function write(document) {
  try {
    localStorage.setItem(KEY, JSON.stringify(document));
  } catch {
    // A private window or a full disk: the text lives as long as the page.
  }
}

export class Answer extends EventTarget {
  #seen; // time of the version that this tab has read or written last

  constructor(id, starter) {
    super();
    this.id = id;
    this.starter = starter;
    this.text = starter;
    this.kept = null;
    this.#take(this.#stored);
    window.addEventListener("storage", (event) => {
      const theirs = this.#stored;
      const changed = theirs && theirs.time !== this.#seen && theirs.text !== this.text;
      if (event.key === KEY && changed) this.dispatchEvent(new Event("other"));
    });
  }

  get #stored() {
    const entry = read().answers[this.id];
    return entry && typeof entry.text === "string" ? entry : null;
  }

  #take(entry) {
    if (!entry) return;
    this.text = entry.text;
    this.kept = typeof entry.kept === "string" ? entry.kept : null;
    this.#seen = entry.time;
  }

  // Write down `text`; what it replaces is kept where the learner could miss it.
  save(text, kept = this.kept) {
    const document = read();
    const theirs = document.answers[this.id];
    const foreign = theirs && theirs.time !== this.#seen && theirs.text !== text;
    this.text = text;
    this.kept = foreign ? theirs.text : kept;
    if (text === this.starter && this.kept === null) {
      if (!theirs) return;
      this.#seen = undefined;
      delete document.answers[this.id];
    } else {
      this.#seen = new Date().toISOString();
      document.answers[this.id] = { ...theirs, text, time: this.#seen, kept: this.kept };
    }
    write(document);
    if (foreign) this.dispatchEvent(new Event("other"));
  }

  // The text of the other tab in the place of this one, which is kept.
  takeOther() {
    const theirs = this.#stored;
    const other = theirs && theirs.time !== this.#seen ? theirs.text : this.kept;
    if (theirs) this.#seen = theirs.time;
    this.save(other, this.text);
    return other;
  }
}
