// What a cell gave, in the page's own elements: text, tables, pictures, charts, claims and demos.
import { make } from "./make.js";

const here = import.meta.url;
const DEFAULT_HEIGHT = 420; // as in plotly_figure.py

function printed(text, kind) {
  const block = make("div", { class: "highlight" }, make("pre", {}, text));
  return make("div", { class: `output ${kind}` }, make("div", { class: "highlight-myst-ansi notranslate" }, block));
}

// Where it happened, in the reader's own lines, then what it was and what it may mean.
function failure({ name, message, hint, trace }) {
  const lines = trace.map(({ cell, line, code }) => `Cell ${cell + 1}, line ${line}: ${code}\n`);
  const node = printed(`${lines.join("")}${name}: ${message}`, "u30-error");
  if (hint) node.append(make("p", { class: "u30-error-hint" }, hint.replaceAll("`", "")));
  return node;
}

function picture(source, alt) {
  return make("div", { class: "output image_png" }, make("img", { src: source, alt }));
}

function svg(text, alt) {
  const bytes = new TextEncoder().encode(text);
  return picture(`data:image/svg+xml;base64,${btoa(Array.from(bytes, (b) => String.fromCharCode(b)).join(""))}`, alt);
}

function html(text) {
  const node = make("div", { class: "output text_html" });
  node.innerHTML = text;
  return node;
}

const json = (value) => make("script", { type: "application/json" }, JSON.stringify(value));

// Our scripts take what they find on the page when they start, and only what is new.
function addScript(name) {
  return new Promise((resolve, reject) => {
    const script = make("script", { src: new URL(`../../${name}`, here) });
    script.onload = resolve;
    script.onerror = reject;
    document.head.append(script);
  });
}

function chart(figure, alt) {
  const { layout = {} } = figure;
  const rows = Boolean(layout.sliders?.length) + Boolean(layout.updatemenus?.length);
  const attributes = { class: "u30-figure", role: "figure", "aria-label": layout.meta?.alt || alt };
  const height = Number(layout.height) || DEFAULT_HEIGHT;
  const host = make("div", attributes, make("div", { class: "u30-plot", style: `height:${height}px` }));
  if (rows) host.append(make("div", { class: `u30-plot-controls u30-rows-${rows}` }));
  host.append(json(figure));
  queueMicrotask(async () => {
    if (!window.u30Figures) await addScript("plotly_figures.js");
    window.u30Figures.watch(host);
  });
  return host;
}

function demo({ kind, alt, data }) {
  const host = make("div", { class: "u30-live", "data-kind": kind, role: "group", "aria-label": alt });
  host.append(make("p", { class: "u30-live-wait" }, alt), json(data));
  queueMicrotask(async () => {
    if (!window.u30Parts) await addScript("parts.js");
    addScript(`${kind}.js`);
  });
  return host;
}

const COLUMNS = { paper: "What the paper reports", test: "What we test", measured: "What we measured" };

function claim(one) {
  const cells = Object.entries(COLUMNS).map(([key, name]) =>
    make("td", { role: "cell", "data-label": name }, String(one[key]))
  );
  const [mark, words] = one.holds ? ["✓", "holds"] : ["✗", "does not hold"];
  const sign = make("span", { "aria-hidden": "true", class: "u30-sign" }, mark);
  const verdict = make("td", { role: "cell", "data-label": "Holds" }, sign, make("span", {}, ` ${words}`));
  return make("tr", { role: "row", class: `u30-${words.replaceAll(" ", "-")}` }, ...cells, verdict);
}

function claims({ claims }) {
  const held = claims.filter((one) => one.holds).length;
  const names = [...Object.values(COLUMNS), "Holds"];
  const head = names.map((name) => make("th", { scope: "col", role: "columnheader" }, name));
  return make(
    "table",
    { class: "u30-claims", role: "table" },
    make("caption", {}, `Your run: ${held} of ${claims.length} claims ${held === 1 ? "holds" : "hold"}`),
    make("thead", { role: "rowgroup" }, make("tr", { role: "row" }, ...head)),
    make("tbody", { role: "rowgroup" }, ...claims.map(claim))
  );
}

const RENDERERS = {
  stream: (text) => printed(text, "stream"),
  error: failure,
  "text/plain": (text) => printed(text, "text_plain"),
  "text/html": html,
  "image/png": (data, alt) => picture(`data:image/png;base64,${data}`, alt),
  "image/svg+xml": svg,
  "application/vnd.plotly.v1+json": chart,
  "application/vnd.u30.live+json": demo,
  "application/vnd.u30.claims+json": claims,
};

// Show `outputs` in `place`; pictures get `alt`, since nobody has described what this run has drawn.
export function showOutputs(place, outputs, alt) {
  const nodes = outputs.map(({ mime, data }) => RENDERERS[mime]?.(data, alt)).filter(Boolean);
  if (!nodes.length) nodes.push(make("p", { class: "u30-nothing" }, "This cell has no output."));
  place.replaceChildren(...nodes);
}
