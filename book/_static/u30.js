// On every page: paper is light and shows what is folded; an address that points into a fold opens it;
// the keyboard finds its way back from the drawers.
(() => {
  const root = document.documentElement;
  const folded = () => document.querySelectorAll(".bd-article details:not([open])");
  let opened = [];
  let theme = null; // of the screen, while the page is made for paper

  function makePaper() {
    if (theme !== null) return;
    theme = root.dataset.theme;
    root.dataset.theme = "light";
    opened = [...folded()];
    opened.forEach((details) => (details.open = true));
  }
  window.addEventListener("beforeprint", makePaper);
  window.addEventListener("afterprint", () => {
    root.dataset.theme = theme;
    theme = null;
    opened.forEach((details) => (details.open = false));
  });

  // Printing does not wait for charts: draw them, in light colours, before it starts.
  const print = window.print;
  window.print = async () => {
    makePaper();
    await window.u30Figures?.drawAll();
    print.call(window);
  };
  document.addEventListener("keydown", (event) => {
    if (event.key !== "p" || !(event.ctrlKey || event.metaKey) || !window.u30Figures) return;
    event.preventDefault();
    window.print();
  });

  // A drawer of the phone page, when it is closed, hands the focus back to the button that opened it.
  let opener = null;
  document.addEventListener("click", (event) => (opener = event.target.closest(".sidebar-toggle") ?? opener), true);
  document.addEventListener("close", () => { opener?.focus(); opener = null; }, true);

  const reveal = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (let node = target; node; node = node.parentElement) {
      if (node.tagName === "DETAILS") node.open = true;
    }
  };
  window.addEventListener("hashchange", reveal);
  document.addEventListener("DOMContentLoaded", reveal);
})();
