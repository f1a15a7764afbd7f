// A button that prints the cheat sheet alone.
(() => {
  for (const sheet of document.querySelectorAll(".u30-cheatsheet")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "u30-print";
    button.textContent = "Print this sheet";
    button.addEventListener("click", () => {
      document.documentElement.classList.add("u30-print-sheet");
      sheet.classList.add("u30-printed");
      sheet.dataset.page = document.querySelector("h1").firstChild.textContent;
      window.print();
    });
    sheet.querySelector(".u30-box-title").append(button);
  }
  window.addEventListener("afterprint", () => {
    document.documentElement.classList.remove("u30-print-sheet");
    document.querySelectorAll(".u30-printed").forEach((sheet) => sheet.classList.remove("u30-printed"));
  });
})();
