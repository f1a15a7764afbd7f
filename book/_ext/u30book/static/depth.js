// How deep the page goes, chosen under the card and remembered. What "ELI5" leaves out is hidden by
// reading.css; here each gap gets its words and a button, and a link into a gap opens it.
(() => {
  const KEY = "u30.depth";
  const root = document.documentElement;
  const box = document.querySelector(".u30-depth");
  if (!box) return;

  const level = () => root.dataset.u30Depth || "standard";
  const shown = (part) => part.classList.contains("u30-shown");

  // Gaps ------------------------------------------------------------------------------------

  function partsAfter(line) {
    const parts = [];
    for (let node = line.nextElementSibling; node; node = node.nextElementSibling) {
      if (!node.matches(".cell, .u30-source, .u30-derivation, div.math")) {
        if (node.matches("span[id]")) continue; // the place of a label
        break;
      }
      parts.push(node);
      if (node.querySelector(":scope > .cell_output")) break;
    }
    return parts;
  }

  const list = (words) => words.join(", ").replace(/, ([^,]*)$/, " and $1");

  function words(parts) {
    const numbers = parts
      .filter((part) => part.matches("div.math"))
      .map((part) => part.querySelector(".eqno").textContent.match(/\d+/)[0]);
    const found = [];
    if (numbers.length) found.push(`formula${numbers.length > 1 ? "s" : ""} ${list(numbers)}`);
    if (parts.some((part) => part.matches(".u30-derivation"))) found.push("derivation");
    if (parts.some((part) => part.matches(".cell, .u30-source"))) found.push("code");
    return list(found);
  }

  const gaps = [...document.querySelectorAll(".u30-cut")].map((line) => {
    const parts = partsAfter(line);
    const what = words(parts);
    const says = document.createElement("span");
    const button = document.createElement("button");
    button.type = "button";
    line.append(says, " ", button);

    function show(on) {
      parts.forEach((part) => part.classList.toggle("u30-shown", on));
      says.textContent = on ? what[0].toUpperCase() + what.slice(1) : `Left out: ${what}`;
      button.textContent = on ? "Hide" : "Show";
      button.setAttribute("aria-label", `${button.textContent} ${what}`);
      button.setAttribute("aria-expanded", String(on));
      if (on) window.dispatchEvent(new Event("u30-shown"));
    }
    button.addEventListener("click", () => show(!shown(parts[0])));
    show(false);
    return { parts, show };
  });

  // An address that points into a gap --------------------------------------------------------

  function reveal(hash) {
    const target = document.getElementById(decodeURIComponent(hash.slice(1)));
    const gap = target && gaps.find(({ parts }) => parts.some((part) => part.contains(target)));
    if (level() !== "eli5" || !gap || shown(gap.parts[0])) return;
    gap.show(true);
    target.scrollIntoView();
  }
  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#"]');
    if (link) reveal(link.hash);
  });
  window.addEventListener("hashchange", () => reveal(location.hash));

  // The choice --------------------------------------------------------------------------------

  const derivations = [...document.querySelectorAll(".u30-derivation")];

  function apply(chosen) {
    if (chosen === "standard") delete root.dataset.u30Depth;
    else root.dataset.u30Depth = chosen;
    derivations.forEach((derivation) => (derivation.open = chosen === "full" || "open" in derivation.dataset));
    gaps.forEach((gap) => gap.show(false));
    box.querySelector(`[value="${chosen}"]`).checked = true;
  }

  box.addEventListener("change", (event) => {
    apply(event.target.value);
    try { localStorage.setItem(KEY, event.target.value); } catch { /* private mode */ }
  });

  apply(level());
  if (location.hash) reveal(location.hash);
})();
