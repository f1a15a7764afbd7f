// Elements from script: make("button", {type: "button"}, "Run") and, for buttons, press("Run", action).
export function make(name, attributes, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

// A button that is out of use keeps the focus it has: it is marked and does nothing.
export function press(words, action) {
  const button = make("button", { type: "button" }, words);
  button.addEventListener("click", () => button.ariaDisabled !== "true" && action());
  return button;
}

export function use(button, usable) {
  button.ariaDisabled = usable ? null : "true";
}
