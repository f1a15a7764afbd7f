// The Recall page: what is due today, one card after the other. A card comes back after 3, 7 and 21
// days while its answers are right, and after 3 days when one is not; then it rests.
//
// Inside a card, Space shows the answer, 1 and 2 say how it went.
(() => {
  const progress = window.u30Progress;
  const { make, press } = window.u30Parts;
  const host = document.querySelector('[data-part="recall"]');
  const here = document.currentScript.src;
  let days = [];
  let inSession = false;

  function load(address) {
    return new Promise((resolve, reject) => {
      const script = make("script", { src: new URL(address, here).href });
      script.onload = resolve;
      script.onerror = () => reject(new Error(`${address} could not be loaded`));
      document.head.append(script);
    });
  }

  const count = (number, noun) => `${number} ${noun}${number === 1 ? "" : "s"}`;
  const idsOf = (day) => day.cards.map(([id]) => id);

  // The site's MathJax, fetched when the first formula is to be seen.
  let mathjax;
  async function drawMaths(node) {
    if (!node.querySelector(".math")) return;
    node.classList.add("u30-maths-wait");
    mathjax ||= new Promise((resolve) => {
      window.MathJax = { options: { processHtmlClass: "math" } };
      window.addEventListener("u30-maths-done", resolve, { once: true });
      load("mathjax_start.js");
    });
    try {
      await mathjax;
      await window.MathJax.typesetPromise([node]);
    } finally {
      node.classList.remove("u30-maths-wait");
    }
  }

  // What is due ---------------------------------------------------------------------------------

  // Once an exercise of a day has been passed (in the terminal, perhaps), its cards take part.
  function addPassedDays() {
    const passed = days.filter((day) => day.exercises.some(({ id }) => progress.done(id)));
    progress.addCards(passed.flatMap(idsOf));
  }

  function dueCards() {
    const all = days.flatMap((day) =>
      day.cards.map(([id, question, answer]) => ({ id, question, answer, day, due: progress.cardDue(id) }))
    );
    const due = all.filter((card) => card.due && card.due <= progress.today);
    return due.sort((a, b) => (a.due === b.due ? 0 : a.due < b.due ? -1 : 1));
  }

  function dueExercises() {
    return progress.due().map((id) => {
      for (const day of days) {
        const found = day.exercises.find((exercise) => exercise.id === id);
        if (found) return { ...found, day };
      }
      return null;
    }).filter(Boolean);
  }

  function nextTime() {
    const waiting = days.flatMap(idsOf).map((id) => progress.cardDue(id));
    const reviews = days.flatMap((day) => day.exercises.map(({ id }) => progress.entry(id).review));
    const [next] = [...waiting, ...reviews].filter((date) => date && date > progress.today).sort();
    return next ? `Next time: ${progress.inWords(next)}.` : "";
  }

  // The overview --------------------------------------------------------------------------------

  function overview(said = "") {
    inSession = false;
    const cards = dueCards();
    const exercises = dueExercises();
    const due = [
      cards.length && count(cards.length, "card"),
      exercises.length && count(exercises.length, "exercise"),
    ].filter(Boolean).join(" and ");
    const words = due ? `Due today: ${due}.` : `Nothing is due today. ${nextTime()}`;
    const line = make("p", { class: "u30-recall-due", tabindex: "-1" }, said ? `${said} ${words}` : words);
    host.replaceChildren(...progress.notices.map((notice) => make("p", {}, notice)), line);
    if (cards.length) host.append(make("p", {}, press("Start with the cards", () => session(cards), { class: "u30-primary" })));
    if (exercises.length) {
      const items = exercises.map(({ title, anchor, day }) =>
        make("li", {}, make("a", { href: `${day.page}#${anchor}` }, title), ` · ${day.title}`)
      );
      host.append(
        make("p", {}, "You have read the solution of these. Write them again, from an empty starter:"),
        make("ul", {}, ...items)
      );
    }
    host.append(make("h2", {}, "Cards by day"), make("ul", { class: "u30-recall-days" }, ...days.map(dayLine)));
    return line;
  }

  function dayLine(day) {
    const known = progress.cards();
    const inside = idsOf(day).filter((id) => id in known);
    const resting = inside.filter((id) => !progress.cardDue(id)).length;
    const link = make("a", { href: `${day.page}#recall` }, day.title);
    const size = make("span", { class: "u30-soft" }, count(day.cards.length, "card"));
    const line = make("li", {}, make("span", {}, link, size));
    if (inside.length < day.cards.length) {
      const button = press("Add", () => progress.addCards(idsOf(day)));
      button.setAttribute("aria-label", `Add the cards of ${day.title} to my reviews`);
      line.append(button);
    } else {
      line.append(make("span", { class: "u30-soft" }, resting ? `${resting} known well` : "in your reviews"));
    }
    return line;
  }

  // One card after the other --------------------------------------------------------------------

  function session(cards) {
    inSession = true;
    let knew = 0;
    const ask = (index) => {
      if (index === cards.length) {
        return overview(`${count(cards.length, "card")} done, ${knew} known.`).focus();
      }
      showCard(cards[index], `Card ${index + 1} of ${cards.length}`, (right) => {
        knew += right;
        progress.answerCard(cards[index].id, right);
        ask(index + 1);
      });
    };
    ask(0);
  }

  function showCard(card, place, done) {
    const question = make("div", { class: "u30-card-question" });
    question.innerHTML = card.question;
    const link = make("a", { href: `${card.day.page}#recall` }, card.day.title);
    const where = make("p", { class: "u30-soft" }, `${place} · `, link);
    const box = make("div", { class: "u30-review", role: "group", "aria-label": place }, where, question);
    let shown = false;

    function show() {
      shown = true;
      const answer = make("div", { class: "u30-card-answer", tabindex: "-1" });
      answer.innerHTML = card.answer;
      const buttons = [press("Not yet", () => done(false)), press("I knew it", () => done(true))];
      buttons.forEach((button, index) => {
        button.prepend(make("kbd", { "aria-hidden": "true" }, String(index + 1)));
        button.setAttribute("aria-keyshortcuts", String(index + 1));
      });
      box.replaceChildren(where, question, answer, make("p", { class: "u30-buttons" }, ...buttons));
      drawMaths(answer);
      answer.focus({ preventScroll: true });
      buttons[0].scrollIntoView({ block: "nearest" });
    }

    box.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (!shown && event.key === " ") {
        event.preventDefault();
        show();
      } else if (shown && (event.key === "1" || event.key === "2")) {
        event.preventDefault();
        done(event.key === "2");
      }
    });

    const button = press("Show the answer", show, { class: "u30-primary" });
    button.append(make("kbd", { "aria-hidden": "true" }, "Space"));
    button.setAttribute("aria-keyshortcuts", "Space");
    box.append(make("p", { class: "u30-buttons" }, button));
    host.replaceChildren(box);
    drawMaths(question);
    button.focus();
  }

  // ---------------------------------------------------------------------------------------------

  async function start() {
    try {
      await load("u30/recall.js");
    } catch {
      const words = "The cards could not be loaded. Is there a connection? Load the page again.";
      return host.replaceChildren(make("p", {}, words));
    }
    days = window.u30Recall.filter((day) => day.cards.length);
    addPassedDays();
    overview();
    const refresh = () => inSession || overview();
    progress.addEventListener("change", refresh);
    document.addEventListener("visibilitychange", refresh); // a new day may have begun
  }

  start();
})();
