// Pointing at a day, or reaching it with Tab, brings out its arrows and the days at their other ends.
(() => {
  for (const map of document.querySelectorAll(".u30-map svg")) {
    const days = [...map.querySelectorAll("[data-day]")];
    const arrows = [...map.querySelectorAll("[data-from]")];

    const show = (number) => {
      map.classList.toggle("u30-pointing", number !== null);
      const near = new Set([number]);
      for (const arrow of arrows) {
        const { from, to } = arrow.dataset;
        const lit = from === number || to === number;
        arrow.classList.toggle("u30-lit", lit);
        if (lit) near.add(from).add(to);
      }
      days.forEach((day) => day.classList.toggle("u30-lit", near.has(day.dataset.day)));
    };

    for (const day of days) {
      for (const event of ["pointerenter", "focusin"]) {
        day.addEventListener(event, () => show(day.dataset.day));
      }
      for (const event of ["pointerleave", "focusout"]) {
        day.addEventListener(event, () => show(null));
      }
    }
  }
})();
