// Start MathJax after the first paint, on pages that have formulas. Until it is done, their places
// are kept (see u30.css), so that the text below does not move.
(function () {
  "use strict";
  const base = new URL("u30/mathjax", document.currentScript.src).href;
  const root = document.documentElement;
  const given = window.MathJax || {};

  function done() {
    root.classList.remove("u30-maths-wait");
    window.dispatchEvent(new Event("u30-maths-done"));
  }

  // A formula that is wider than the text scrolls in its own box, by keyboard too.
  function markScrolling() {
    for (const box of document.querySelectorAll('mjx-container[display="true"]')) {
      if (box.scrollWidth > box.clientWidth + 1) {
        box.tabIndex = 0;
        box.setAttribute("role", "group");
        box.setAttribute("aria-label", "Formula, wider than the page: scrolls sideways");
      } else {
        ["tabindex", "role", "aria-label"].forEach((name) => box.removeAttribute(name));
      }
    }
  }

  window.MathJax = Object.assign({}, given, {
    loader: { load: [], paths: { mathjax: base } },
    chtml: { fontURL: base + "/fonts", matchFontHeight: false },
    tex: Object.assign({ inlineMath: [["\\(", "\\)"]] }, given.tex),
    startup: {
      elements: Array.from(document.querySelectorAll(".math, .output_area, .tex2jax_process")),
      pageReady: () =>
        MathJax.startup.defaultPageReady().then(() => {
          done();
          markScrolling();
        }, done),
    },
  });

  let timer;
  function markSoon() {
    clearTimeout(timer);
    timer = setTimeout(markScrolling, 200);
  }
  window.addEventListener("resize", markSoon);
  window.addEventListener("u30-shown", markSoon); // the page's depth, see depth.js
  document.addEventListener("toggle", markSoon, true);

  function load() {
    const script = document.createElement("script");
    script.src = base + "/mathjax.js";
    script.onerror = done;
    document.head.append(script);
  }
  requestAnimationFrame(() => setTimeout(load, 0));
})();
