// The buttons that start Python in the page: "Try it here" below a starter, "Run it here" at a code
// cell. Nothing else of it is loaded before the first click.
(() => {
  const here = document.currentScript.src;
  const style = document.createElement("style");
  style.textContent = `
    .u30-try-place { position: relative; }
    .u30-try { position: absolute; right: .75rem; bottom: -.85rem; z-index: 1; min-height: 1.7rem; padding: 0 .7rem;
      border: 1px solid var(--u30-line); border-radius: .4rem; background: var(--u30-paper); color: var(--u30-accent);
      font: .8rem/1.2 var(--pst-font-family-base); }
    .u30-try:hover { border-color: var(--u30-accent); }
    .u30-starter .u30-try { border-color: var(--u30-accent); background: var(--u30-accent); color: var(--u30-paper); }
    .u30-try-note { margin: 1.2rem 0 1rem; font-size: .9rem; color: var(--u30-ink-soft); }
    @media (hover: hover) {
      .cell_input > .u30-try { opacity: 0; }
      .cell:hover .u30-try, .u30-try:focus-visible, .u30-try[aria-busy] { opacity: 1; }
    }
    @media print { .u30-try { display: none; } }`;
  document.head.append(style);

  // One sentence with links to the same page as a notebook elsewhere.
  function note(place, words, elsewhere = true) {
    let line = place.parentElement.querySelector(":scope > .u30-try-note");
    if (!line) {
      line = document.createElement("p");
      line.className = "u30-try-note";
      line.setAttribute("role", "status");
      place.after(line);
    }
    line.replaceChildren(words);
    const links = elsewhere ? document.querySelectorAll(".btn-launch-colab, .btn-launch-binder") : [];
    links.forEach((link, index) => {
      const copy = document.createElement("a");
      copy.href = link.href;
      copy.textContent = /colab/.test(link.className) ? "Colab" : "Binder";
      line.append(index ? " or " : " Open this page as a notebook in ", copy);
    });
    if (links.length) line.append(".");
  }

  async function open(button, place, script) {
    if (location.protocol === "file:") {
      return note(place, "Python can run in the page only where a web server shows it, not from a folder.", false);
    }
    if (!("u30Runner" in document.documentElement.dataset)) {
      return note(place, "This copy of the site was built without Python for the page.");
    }
    if (button.getAttribute("aria-busy")) return;
    button.setAttribute("aria-busy", "true");
    try {
      const panel = await import(new URL(`u30/web/${script}`, here));
      if (await panel.open(place, note)) button.remove();
    } catch (error) {
      note(place, `This could not be loaded: ${error.message}. Please try again.`, false);
    }
    button.removeAttribute("aria-busy");
  }

  function offer(place, words, script) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "u30-try";
    button.textContent = words;
    button.addEventListener("click", () => open(button, place, script));
    place.classList.add("u30-try-place");
    place.append(button);
  }

  const started = (() => {
    try {
      return JSON.parse(localStorage.getItem("u30.answers")).answers;
    } catch {
      return {};
    }
  })();
  document.querySelectorAll(".u30-starter").forEach((starter) => {
    const place = starter.querySelector('div[class^="highlight-"]');
    const known = starter.dataset.exercise in started;
    offer(place, known ? "Go on here" : "Try it here", "exercise.js");
  });
  document.querySelectorAll("div.cell .cell_input").forEach((input) => offer(input, "Run it here", "cell.js"));
})();
