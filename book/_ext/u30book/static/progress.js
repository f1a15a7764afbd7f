// The learner's progress, in this browser only: the same document and the same changes as in the
// terminal (code/u30/learn/state.py), under the key "u30.state" of localStorage.
//
//   u30Progress.entry(id)               {status, tries, first_passed, helped, review, ...}
//   u30Progress.record(report, seed)    a check ended; seed: one that was tried just before and passed
//   u30Progress.hint(id, number)        hints 1 to number have been read
//   u30Progress.help(id)                the solution was shown
//   u30Progress.seed(id)                the seed to try first: the one that failed last
//   u30Progress.current                 the exercise that the learner is at; can be set
//   u30Progress.due()                   exercises to review, the longest due first
//   u30Progress.cards(), cardDue(id), addCards(ids), answerCard(id, right)    cards to recall
//   u30Progress.addEventListener("change", ...)    here or in another tab
//
// Everything happens at once: nothing has to be awaited. Storage is read again before each change,
// so that two tabs lose nothing of each other. What is damaged is moved aside, never overwritten.
(() => {
  const KEY = "u30.state";
  const VERSION = 1;
  const DAY = 864e5;
  const REVIEW_DAYS = [3, 7, 21];
  const NEW = {
    status: "new", // new | tried | helped | passed
    tries: 0,
    first_passed: null,
    helped: false,
    review: null,
    failing_seed: null,
    hints: 0,
    reviews: 0,
  };
  const isText = (value) => typeof value === "string";
  const isCount = Number.isInteger;
  const orNull = (is) => (value) => value === null || is(value);
  const KINDS = {
    status: isText,
    tries: isCount,
    first_passed: orNull(isText),
    helped: (value) => typeof value === "boolean",
    review: orNull(isText),
    failing_seed: orNull(isCount),
    hints: isCount,
    reviews: isCount,
  };

  const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
  const isSound = (entry) =>
    isObject(entry) && Object.keys(KINDS).every((key) => !(key in entry) || KINDS[key](entry[key]));
  const isCard = (card) =>
    isObject(card) && /^\d{4}-\d\d-\d\d$/.test(card.last) && isCount(card.right) && card.right >= 0;
  const empty = () => ({ version: VERSION, exercises: {} });
  const moment = (now) => now.toISOString().slice(0, 19) + "+00:00";

  // The learner's own date, not Greenwich's.
  function day(now = new Date()) {
    const two = (number) => String(number).padStart(2, "0");
    return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  }

  const after = (days, now) => day(new Date(now.getTime() + days * DAY));

  function cardDue(card) {
    const [year, month, date] = card.last.split("-").map(Number);
    const days = REVIEW_DAYS[card.right];
    return days && day(new Date(year, month - 1, date + days));
  }

  class Progress extends EventTarget {
    notices = []; // sentences to show the learner once
    #document = empty();
    #stored = true; // whether this version may write, and the browser keeps it

    constructor() {
      super();
      this.#change(null);
      window.addEventListener("storage", (event) => {
        if (event.key === KEY || event.key === null) this.#announce();
      });
      window.addEventListener("pageshow", (event) => event.persisted && this.#announce());
    }

    get document() {
      this.#change(null);
      return structuredClone(this.#document);
    }

    entry(id) {
      const values = this.#document.exercises[id] || {};
      const known = Object.keys(NEW).filter((key) => key in values);
      return { ...NEW, ...Object.fromEntries(known.map((key) => [key, values[key]])) };
    }

    // Passed at least once, with or without help.
    done(id) {
      return this.entry(id).first_passed !== null;
    }

    seed(id) {
      return this.entry(id).failing_seed;
    }

    ids() {
      return Object.keys(this.#document.exercises);
    }

    record(report, passedSeed = null, now = new Date()) {
      const passed = report.status === "pass";
      return this.#update(report.exercise, (entry) => {
        const failed = entry.failing_seed;
        if (failed === passedSeed || (passed && failed === report.seed)) entry.failing_seed = null;
        if (report.status === "todo") return;
        entry.tries += 1;
        if (!passed) {
          const ran = report.cases.some((one) => one.status !== "skipped");
          if (ran) entry.failing_seed = report.seed;
          if (entry.status === "new") entry.status = "tried";
          return;
        }
        entry.first_passed = entry.first_passed || moment(now);
        if (entry.review && entry.review <= day(now)) {
          entry.status = "passed";
          entry.reviews += 1;
          const days = REVIEW_DAYS[entry.reviews];
          entry.review = days ? after(days, now) : null;
        } else if (entry.status !== "helped") entry.status = "passed";
      });
    }

    hint(id, number) {
      return this.#update(id, (entry) => (entry.hints = Math.max(entry.hints, number)));
    }

    help(id, now = new Date()) {
      return this.#update(id, (entry) => {
        const forgotten = entry.review && entry.review <= day(now);
        if (entry.first_passed !== null && entry.status !== "helped" && !forgotten) return;
        const review = after(REVIEW_DAYS[0], now);
        Object.assign(entry, { status: "helped", helped: true, review, reviews: 0 });
      });
    }

    due(today = day()) {
      const waiting = this.ids().map((id) => [this.entry(id).review, id]);
      const due = waiting.filter(([review]) => review && review <= today);
      return due.sort(([a, x], [b, y]) => (a + x < b + y ? -1 : 1)).map(([, id]) => id);
    }

    get current() {
      const { current } = this.#document;
      return isText(current) ? current : null;
    }

    set current(id) {
      if (id !== this.current) this.#change((document) => (document.current = id));
    }

    // Cards to recall: {"d01.1a2b3c": {last: "2026-01-31", right: 0}}, the day of the last answer
    // and how many answers in a row were right. After the third one the card rests.
    cards() {
      const cards = isObject(this.#document.cards) ? this.#document.cards : {};
      return Object.fromEntries(Object.entries(cards).filter(([, card]) => isCard(card)));
    }

    // From which day a card waits for an answer; undefined when it rests, or is unknown.
    cardDue(id) {
      const card = this.cards()[id];
      return card && cardDue(card);
    }

    // Take cards in, where they are not yet; each comes back in three days.
    addCards(ids, now = new Date()) {
      this.#changeCards((cards) => {
        for (const id of ids) cards[id] ??= { last: day(now), right: 0 };
      });
    }

    answerCard(id, right, now = new Date()) {
      this.#changeCards((cards, known) => {
        const before = known[id] ? known[id].right : 0;
        cards[id] = { ...cards[id], last: day(now), right: right ? before + 1 : 0 };
      });
    }

    // "3 February", for "2026-02-03".
    inWords(date) {
      const [year, month, number] = date.split("-").map(Number);
      const words = { day: "numeric", month: "long" };
      return new Date(year, month - 1, number).toLocaleDateString("en-GB", words);
    }

    get today() {
      return day();
    }

    isSound(entry) {
      return isSound(entry);
    }

    // Change the whole document: `change(document)` may alter it.
    change(change) {
      this.#change(change);
    }

    // Storage was changed behind our back: begin with what it says now.
    restart() {
      this.#stored = true;
      this.notices = [];
      this.#announce();
    }

    #changeCards(change) {
      this.#change((document) => {
        const known = this.cards();
        if (!isObject(document.cards)) document.cards = {};
        change(document.cards, known);
      });
    }

    #update(id, change) {
      this.#change((document) => {
        const known = document.exercises[id];
        const entry = { ...NEW, ...known };
        const before = JSON.stringify(entry);
        change(entry);
        if (JSON.stringify(entry) !== before) document.exercises[id] = entry;
      });
      return this.entry(id);
    }

    // Read storage again, change what it says, write it if that differs.
    #change(change) {
      let before = "";
      if (this.#stored) {
        this.#read();
        before = JSON.stringify(this.#document);
      }
      if (!change) return;
      before ||= JSON.stringify(this.#document);
      change(this.#document);
      const text = JSON.stringify(this.#document);
      if (text === before) return;
      if (this.#stored) {
        try {
          localStorage.setItem(KEY, text);
        } catch (error) {
          this.#keepInMemory(`Progress cannot be written down: ${error.message}`);
        }
      }
      this.dispatchEvent(new Event("change"));
    }

    #announce() {
      this.#change(null);
      this.dispatchEvent(new Event("change"));
    }

    #keepInMemory(why) {
      this.notices.push(why);
      this.#stored = false;
    }

    #read() {
      let text;
      try {
        text = localStorage.getItem(KEY);
      } catch {
        return this.#keepInMemory("This browser keeps nothing: progress ends with this page.");
      }
      if (text === null) {
        this.#document = empty();
        return;
      }
      let document = null;
      try {
        document = JSON.parse(text);
      } catch { /* damaged: see below */ }
      if (isObject(document) && isCount(document.version)) {
        if (document.version > VERSION) {
          return this.#keepInMemory(
            "Progress here was written by a newer version of this site. Nothing is written down " +
              "until the page is that version too."
          );
        }
        if (isObject(document.exercises)) {
          const all = Object.entries(document.exercises);
          const lost = all.filter(([, entry]) => !isSound(entry)).map(([id]) => id);
          if (lost.length === 0) {
            this.#document = document;
            return;
          }
          const sound = all.filter(([, entry]) => isSound(entry));
          const kept = { ...document, exercises: Object.fromEntries(sound) };
          return this.#putAside(text, kept, `Lost is only what it said about ${lost.sort().join(", ")}.`);
        }
      }
      this.#putAside(text, empty(), "Progress starts anew.");
    }

    // Keep a damaged text under the first free name; go on with what is sound.
    #putAside(text, kept, lost) {
      let number = 1;
      while (localStorage.getItem(`${KEY}.broken-${number}`) !== null) number += 1;
      this.#document = kept;
      try {
        localStorage.setItem(`${KEY}.broken-${number}`, text);
        localStorage.setItem(KEY, JSON.stringify(kept));
      } catch (error) {
        return this.#keepInMemory(`Progress cannot be written down: ${error.message}`);
      }
      this.notices.push(
        `Stored progress could not be read; it is kept as "${KEY}.broken-${number}". ${lost}`
      );
    }
  }

  window.u30Progress = new Progress();
})();
