// A button on every block of code that copies its text and says so, also to screen readers.
(() => {
  const says = document.createElement("p");
  says.className = "u30-visually-hidden";
  says.setAttribute("role", "status");
  document.body.append(says);

  async function copy(text) {
    if (navigator.clipboard) return navigator.clipboard.writeText(text);
    const field = document.createElement("textarea"); // a page that was opened from a folder
    field.value = text;
    field.className = "u30-visually-hidden";
    document.body.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    if (!done) throw new Error("not allowed");
  }

  function addButton(block) {
    const pre = block.querySelector("pre");
    if (!pre || block.querySelector(".u30-copy")) return;
    const button = document.createElement("button");
    let timer;
    button.type = "button";
    button.className = "u30-copy";
    button.textContent = "Copy";
    button.setAttribute("aria-label", "Copy this code");
    button.addEventListener("click", async () => {
      let result = "Copied";
      await copy(pre.textContent.replace(/\n$/, "")).catch(() => (result = "Not allowed"));
      button.textContent = result;
      says.textContent = result === "Copied" ? "Code copied" : "The browser does not allow copying";
      button.focus();
      clearTimeout(timer);
      timer = setTimeout(() => { button.textContent = "Copy"; says.textContent = ""; }, 2000);
    });
    block.append(button);
  }

  document.querySelectorAll(".bd-article div.highlight").forEach((block) => block.closest(".cell_output") || addButton(block));
})();
