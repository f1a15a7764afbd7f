// At a day's recall cards: take them into one's reviews. Once an exercise of the day has been
// passed, they are taken in without being asked.
(() => {
  const progress = window.u30Progress;
  const recallPage = new URL("../pages/recall.html", document.currentScript.src).href;

  function offer(list) {
    const ids = [...list.querySelectorAll("[data-card]")].map((card) => card.dataset.card);
    const series = ids[0].split(".")[0];
    const line = document.createElement("p");
    line.className = "u30-recall-add";
    line.setAttribute("role", "status");
    list.after(line);

    const button = document.createElement("button");
    button.type = "button";
    button.textContent = /^d\d/.test(series)
      ? "Add this day’s cards to my reviews"
      : "Add these cards to my reviews";
    button.addEventListener("click", () => progress.addCards(ids));

    function show() {
      const known = progress.cards();
      const isKnown = (id) => id in known;
      const passed = progress.ids().some((id) => id.startsWith(`${series}.`) && progress.done(id));
      if ((passed || ids.some(isKnown)) && !ids.every(isKnown)) return progress.addCards(ids);
      if (!ids.every(isKnown)) return line.replaceChildren(button);
      const next = ids.map((id) => progress.cardDue(id)).filter(Boolean).sort()[0];
      const link = document.createElement("a");
      link.href = recallPage;
      link.textContent = "your reviews";
      let words = ". You know them all.";
      if (next) words = next <= progress.today ? ", some of them today." : `, next on ${progress.inWords(next)}.`;
      line.replaceChildren("These cards are in ", link, words);
    }

    progress.addEventListener("change", show);
    show();
  }

  document.querySelectorAll("ol.u30-recall").forEach((list) => list.querySelector("[data-card]") && offer(list));
})();
