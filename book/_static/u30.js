// On every page: paper is light and shows what is folded; an address that points into a fold opens it.
(() => {
  const root = document.documentElement;
  const folded = () => document.querySelectorAll(".bd-article details:not([open])");
  let opened = [];
  let theme = "";
  window.addEventListener("beforeprint", () => {
    theme = root.dataset.theme;
    root.dataset.theme = "light";
    opened = [...folded()];
    opened.forEach((details) => (details.open = true));
  });
  window.addEventListener("afterprint", () => {
    root.dataset.theme = theme;
    opened.forEach((details) => (details.open = false));
  });

  const reveal = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (let node = target; node; node = node.parentElement) {
      if (node.tagName === "DETAILS") node.open = true;
    }
  };
  window.addEventListener("hashchange", reveal);
  document.addEventListener("DOMContentLoaded", reveal);
})();
