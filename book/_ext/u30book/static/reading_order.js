// The way a reader likes to read a day: chosen in the card, remembered, and followed from section to section.
(() => {
  const KEY = "u30.reading-order";
  const nav = document.querySelector(".u30-ways");
  if (!nav) return;

  const recall = () => {
    try { return localStorage.getItem(KEY); } catch { return null; }
  };
  const remember = (way) => {
    try { way ? localStorage.setItem(KEY, way) : localStorage.removeItem(KEY); } catch { /* private mode */ }
  };

  const rows = [...nav.querySelectorAll("[data-way]")];
  for (const row of rows) {
    const name = row.querySelector(".u30-way-name");
    const button = document.createElement("button");
    button.type = "button";
    button.id = name.id;
    button.className = name.className;
    button.textContent = name.textContent;
    name.replaceWith(button);
    button.addEventListener("click", () => {
      choose(button.getAttribute("aria-pressed") === "true" ? null : row.dataset.way);
    });
    row.addEventListener("click", (event) => {
      if (event.target.closest("a")) choose(row.dataset.way);
    });
  }

  function choose(way) {
    remember(way);
    show(way);
  }

  function show(way) {
    document.querySelectorAll(".u30-next").forEach((old) => old.remove());
    for (const row of rows) {
      const chosen = row.dataset.way === way;
      row.classList.toggle("u30-chosen", chosen);
      row.querySelector("button").setAttribute("aria-pressed", String(chosen));
      if (chosen) linkSections(row);
    }
  }

  function linkSections(row) {
    const order = row.querySelector("button").textContent.toLowerCase();
    const links = [...row.querySelectorAll("ol a")];
    links.slice(0, -1).forEach((link, index) => {
      const section = document.getElementById(decodeURIComponent(link.hash.slice(1)));
      if (!section) return;
      const next = links[index + 1].cloneNode(true);
      const line = document.createElement("p");
      line.className = "u30-next";
      line.append(`Next, ${order}: `, next);
      section.append(line);
    });
  }

  show(recall());
})();
