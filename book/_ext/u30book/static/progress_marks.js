// Where the learner is, shown on every page: a mark at each exercise, "3/5" beside a day in the
// sidebar, five marks in the grid of days, and the way back to where one left off.
(() => {
  const progress = window.u30Progress;
  const WORDS = {
    new: "not tried yet",
    tried: "tried",
    helped: "read with the solution",
    passed: "passed",
  };
  const PER_DAY = 5;

  function make(tag, className, text = "") {
    const node = document.createElement(tag);
    node.className = className;
    node.textContent = text;
    return node;
  }

  // "d01" for the address of a day's page, "engine" for the interlude's.
  function seriesOf(address) {
    const found = /\/days\/(?:day(\d\d)|interlude)_(\w+)\.html/.exec(address);
    return found && (found[1] ? `d${found[1]}` : found[2]);
  }

  const idsOf = (series) => Array.from({ length: PER_DAY }, (_, index) => `${series}.${index + 1}`);
  const passedOf = (series) => idsOf(series).filter((id) => progress.done(id)).length;
  const anchor = (id) => `exercise-${id.replace(".", "-")}`;

  function mark(id) {
    const node = make("span", "u30-mark");
    node.dataset.status = progress.entry(id).status;
    node.setAttribute("aria-hidden", "true");
    return node;
  }

  function place(parent, className, before = null) {
    let node = parent.querySelector(`:scope > .${className}`);
    if (!node) {
      node = make("span", className);
      parent.insertBefore(node, before);
    }
    return node;
  }

  // "passed", and when an exercise that was read with the solution comes back.
  function words(id) {
    const { status, review } = progress.entry(id);
    if (!review) return WORDS[status];
    if (progress.due().includes(id)) return `${WORDS[status]}, try it again today`;
    return `${WORDS[status]}, comes back on ${progress.inWords(review)}`;
  }

  function showExercise(host, id, before) {
    const isNew = progress.entry(id).status === "new";
    const said = make("span", isNew ? "u30-visually-hidden" : "u30-status-words", words(id));
    place(host, "u30-status", before).replaceChildren(mark(id), said);
  }

  function showSidebar() {
    for (const link of document.querySelectorAll(".bd-links a.reference.internal")) {
      const series = seriesOf(link.href);
      const passed = series ? passedOf(series) : 0;
      if (!passed && !link.querySelector(".u30-count")) continue;
      const short = make("span", "", passed ? `${passed}/${PER_DAY}` : "");
      short.setAttribute("aria-hidden", "true");
      const long = make("span", "u30-visually-hidden", `, ${passed} of ${PER_DAY} exercises passed`);
      place(link, "u30-count").replaceChildren(...(passed ? [short, long] : []));
    }
  }

  function showGrid() {
    for (const day of document.querySelectorAll(".u30-grid [data-day]")) {
      const key = day.dataset.day;
      const ids = idsOf(/^\d+$/.test(key) ? `d${key.padStart(2, "0")}` : key);
      const facts = day.querySelector(".u30-day-facts");
      const begun = ids.some((id) => progress.entry(id).status !== "new");
      if (!begun && !facts.querySelector(".u30-day-marks")) continue;
      const passed = ids.filter((id) => progress.done(id)).length;
      const said = make("span", "u30-visually-hidden", `${passed} of ${PER_DAY} exercises passed`);
      place(facts, "u30-day-marks").replaceChildren(...(begun ? [...ids.map(mark), said] : []));
    }
  }

  // The exercise that the learner is at; when that has been passed, the next one that has not.
  // The sidebar knows the days there are, and their addresses.
  function whereLeftOff() {
    if (!progress.current) return null;
    const all = [];
    for (const { href } of document.querySelectorAll(".bd-links a.reference.internal")) {
      const series = seriesOf(href);
      if (series) all.push(...idsOf(series).map((id) => ({ id, page: href.split("#")[0] })));
    }
    const from = all.findIndex(({ id }) => id === progress.current);
    return from < 0 ? null : all.slice(from).find(({ id }) => !progress.done(id)) || null;
  }

  function showContinue() {
    for (const host of document.querySelectorAll('[data-part="continue"]')) {
      const left = whereLeftOff();
      host.replaceChildren();
      if (!left) continue;
      const [series, number] = left.id.split(".");
      const day = /^d\d/.test(series) ? `Day ${Number(series.slice(1))}` : "the interlude";
      const link = make("a", "", `Exercise ${number} of ${day}`);
      link.href = `${left.page}#${anchor(left.id)}`;
      const line = make("p", "", "Continue where you left off: ");
      line.append(link);
      host.append(line);
    }
  }

  function show() {
    for (const section of document.querySelectorAll("section.u30-exercise")) {
      const heading = section.querySelector("h2, h3, h4");
      const id = section.querySelector("[data-exercise]").dataset.exercise;
      showExercise(heading, id, heading.querySelector(".headerlink"));
    }
    for (const item of document.querySelectorAll(".u30-progress-list [data-exercise]")) {
      showExercise(item, item.dataset.exercise, null);
    }
    showSidebar();
    showGrid();
    showContinue();
  }

  // What a reader does on the page counts as in the terminal: a hint that is unfolded was read, a
  // solution that is unfolded was shown, and the exercise is where one left off.
  function watch(section) {
    const id = section.querySelector("[data-exercise]").dataset.exercise;
    for (const event of ["click", "focusin"]) {
      section.addEventListener(event, () => (progress.current = id));
    }
    section.querySelectorAll("details.u30-hint").forEach((hint, index) => {
      onUnfolding(hint, () => progress.hint(id, index + 1));
    });
    section.querySelectorAll("details.u30-solution").forEach((solution) => {
      onUnfolding(solution, () => progress.help(id));
    });
  }

  // By the reader: what print or an address unfolds does not count.
  function onUnfolding(details, tell) {
    details.querySelector("summary").addEventListener("click", () => {
      setTimeout(() => details.open && tell());
    });
  }

  document.querySelectorAll("section.u30-exercise").forEach(watch);
  progress.addEventListener("change", show);
  show();
})();
