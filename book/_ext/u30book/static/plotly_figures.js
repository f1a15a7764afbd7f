// Draw the page's plotly figures when they come near the viewport, in the page's colours.
// Sliders, buttons and menus of a figure become the page's own controls below it: they can be
// used by keyboard and finger, and they follow the theme.
(function () {
  "use strict";
  const source = new URL("u30/plotly/plotly-cartesian.min.js", document.currentScript.src).href;
  const NARROW = 520;
  const drawn = new Map();
  let library;

  function loadPlotly() {
    library ||= new Promise((resolve, reject) => {
      if (window.Plotly) return resolve(window.Plotly);
      const script = document.createElement("script");
      script.src = source;
      script.onload = () => resolve(window.Plotly);
      script.onerror = reject;
      document.head.append(script);
    });
    return library;
  }

  function make(name, attributes, ...children) {
    const node = document.createElement(name);
    for (const [key, value] of Object.entries(attributes || {})) node.setAttribute(key, value);
    node.append(...children);
    return node;
  }

  // Colours -----------------------------------------------------------------------------------

  function colours(host) {
    const style = getComputedStyle(host);
    const value = (name) => style.getPropertyValue(name).trim();
    return {
      ink: value("--u30-ink"),
      soft: value("--u30-ink-soft"),
      line: value("--u30-line"),
      paper: value("--u30-paper"),
      accent: value("--u30-accent"),
      family: style.fontFamily,
    };
  }

  function merge(target, extra) {
    for (const [key, value] of Object.entries(extra)) {
      const inner = value && typeof value === "object" && !Array.isArray(value);
      target[key] = inner ? merge(Object.assign({}, target[key]), value) : value;
    }
    return target;
  }

  // Black ink that a figure sets by itself would vanish on a dark page.
  function replaceBlack(node, ink) {
    if (!node || typeof node !== "object" || ArrayBuffer.isView(node)) return;
    for (const [key, value] of Object.entries(node)) {
      if (typeof value === "string") {
        if (/^(#000|#000000|black|rgb\(0, ?0, ?0\))$/i.test(value) && /colou?r$/.test(key)) node[key] = ink;
      } else if (!(Array.isArray(value) && typeof value[0] === "number")) {
        replaceBlack(value, ink);
      }
    }
  }

  function wrapTitle(title, width) {
    const text = typeof title === "string" ? title : title && title.text;
    if (!text || text.includes("<br>")) return title;
    const limit = Math.max(20, Math.floor(width / 8.5));
    const lines = [""];
    for (const word of text.split(" ")) {
      const line = lines[lines.length - 1];
      if (line && (line + " " + word).length > limit) lines.push(word);
      else lines[lines.length - 1] = line ? line + " " + word : word;
    }
    const wrapped = lines.join("<br>");
    return typeof title === "string" ? { text: wrapped } : Object.assign({}, title, { text: wrapped });
  }

  function themed(figure, host) {
    const colour = colours(host);
    const width = host.clientWidth;
    const narrow = width < NARROW;
    const layout = figure.layout;
    const dark = document.documentElement.dataset.theme === "dark";
    const axis = {
      gridcolor: colour.line,
      zerolinecolor: colour.line,
      linecolor: colour.soft,
      tickcolor: colour.soft,
      automargin: true,
    };
    layout.template = merge(layout.template || {}, {
      layout: {
        paper_bgcolor: "rgba(0,0,0,0)",
        plot_bgcolor: "rgba(0,0,0,0)",
        font: { color: colour.ink, family: colour.family, size: narrow ? 12 : 13 },
        title: { font: { color: colour.ink, size: narrow ? 14 : 16 }, x: 0, xref: "paper", xanchor: "left" },
        xaxis: axis,
        yaxis: axis,
        legend: { bgcolor: "rgba(0,0,0,0)", font: { color: colour.ink } },
        hoverlabel: { bgcolor: colour.paper, bordercolor: colour.soft, font: { color: colour.ink } },
        modebar: { bgcolor: "rgba(0,0,0,0)", color: colour.soft, activecolor: colour.accent },
        annotationdefaults: { font: { color: colour.ink }, arrowcolor: colour.soft },
        coloraxis: { colorbar: { outlinewidth: 0, tickcolor: colour.soft, tickfont: { color: colour.ink } } },
      },
    });
    for (const name of ["paper_bgcolor", "plot_bgcolor"]) delete layout[name];
    if (dark) [figure.data, layout, figure.frames].forEach((part) => replaceBlack(part, colour.ink));
    if (layout.title) layout.title = wrapTitle(layout.title, width);
    delete layout.width;
    layout.autosize = true;
    const top = layout.title ? 64 : 24;
    if (narrow) {
      layout.margin = Object.assign({ t: top }, layout.margin, { l: 44, r: 12, b: 44 });
      const below = { orientation: "h", x: 0, xanchor: "left", y: -0.22, yanchor: "top" };
      layout.legend = Object.assign({}, layout.legend, below);
    } else {
      layout.margin = Object.assign({ l: 60, r: 24, t: top, b: 52 }, layout.margin);
    }
    // A finger that moves over the chart scrolls the page.
    if (matchMedia("(pointer: coarse)").matches) layout.dragmode = false;
    return figure;
  }

  // Controls ----------------------------------------------------------------------------------

  function run(state, control) {
    if (control.method === "skip") return Promise.resolve();
    const args = (control.args || []).slice();
    if (control.method === "animate" && matchMedia("(prefers-reduced-motion: reduce)").matches) {
      args[1] = Object.assign({}, args[1], { transition: { duration: 0 } });
    }
    // A running animation that a control cuts short rejects its promise: that is no fault.
    return Promise.resolve(Plotly[control.method](state.plot, ...args)).catch(() => {});
  }

  function addSlider(state, slider, index) {
    const steps = (slider.steps || []).filter((step) => step.visible !== false);
    if (!steps.length) return;
    const current = slider.currentvalue || {};
    const label = (step) => step.label ?? step.value ?? "";
    const prefix = (current.prefix || "").trim().replace(/[:=]$/, "").trim();
    const id = `u30-slider-${state.number}-${index}`;
    const range = make("input", { type: "range", id, min: 0, max: steps.length - 1, step: 1 });
    const output = make("output", { for: id });
    const name = make("label", { for: id }, prefix || "Step");
    const show = (position) => {
      range.value = position;
      const text = `${label(steps[position])}${current.suffix || ""}`;
      output.textContent = text;
      range.setAttribute("aria-valuetext", text);
    };
    show(Math.min(slider.active || 0, steps.length - 1));
    range.addEventListener("input", () => {
      show(Number(range.value));
      run(state, steps[Number(range.value)]);
      state.last = steps[Number(range.value)];
    });
    state.follow.push((frame) => {
      const position = steps.findIndex((step) => {
        const names = (step.args || [])[0];
        return step.method === "animate" && (Array.isArray(names) ? names[0] : names) === frame;
      });
      if (position < 0) return;
      show(position);
      state.last = steps[position];
    });
    state.controls.append(make("div", { class: "u30-plot-slider" }, name, range, output));
  }

  function addMenu(state, menu, index) {
    const entries = (menu.buttons || []).filter((button) => button.visible !== false);
    if (menu.type === "buttons") {
      const group = make("div", { class: "u30-plot-buttons" });
      for (const entry of entries) {
        const button = make("button", { type: "button" }, entry.label || "");
        button.addEventListener("click", () => {
          run(state, entry);
          if (entry.method !== "animate") state.chosen[index] = entry;
        });
        group.append(button);
      }
      state.controls.prepend(group);
      return;
    }
    const id = `u30-menu-${state.number}-${index}`;
    const select = make("select", { id });
    entries.forEach((entry) => select.append(make("option", {}, entry.label || "")));
    select.selectedIndex = menu.active || 0;
    select.addEventListener("change", () => {
      state.chosen[index] = entries[select.selectedIndex];
      run(state, entries[select.selectedIndex]);
    });
    const name = make("label", { for: id }, menu.name || "Show");
    state.controls.prepend(make("div", { class: "u30-plot-menu" }, name, select));
  }

  function addControls(state, layout) {
    state.follow = [];
    state.chosen = [];
    (layout.sliders || []).forEach((slider, index) => addSlider(state, slider, index));
    (layout.updatemenus || []).forEach((menu, index) => addMenu(state, menu, index));
  }

  // Drawing -----------------------------------------------------------------------------------

  const config = {
    displaylogo: false,
    responsive: false,
    plotlyServerURL: "",
    modeBarButtons: [["zoom2d", "pan2d", "resetScale2d", "toImage"]],
  };

  function read(host) {
    const figure = JSON.parse(host.querySelector('script[type="application/json"]').textContent);
    figure.layout ||= {};
    return figure;
  }

  async function draw(host) {
    const Plotly = await loadPlotly();
    let state = drawn.get(host);
    const figure = read(host);
    if (!state) {
      state = { number: drawn.size, plot: host.querySelector(".u30-plot"), controls: host.querySelector(".u30-plot-controls") };
      drawn.set(host, state);
      if (state.controls) addControls(state, figure.layout);
    }
    delete figure.layout.sliders;
    delete figure.layout.updatemenus;
    themed(figure, host);
    figure.layout.height = state.plot.clientHeight;
    state.width = host.clientWidth;
    if (!state.ready) {
      await Plotly.newPlot(state.plot, { ...figure, config });
      state.plot.on("plotly_animatingframe", (event) => (state.follow || []).forEach((f) => f(event.name)));
      state.ready = true;
      host.dataset.drawn = "";
    } else {
      await Plotly.react(state.plot, { data: figure.data, layout: figure.layout, config });
      for (const control of [...(state.chosen || []), state.last]) {
        if (control) await run(state, control);
      }
    }
  }

  function failed(host) {
    const place = host.querySelector(".u30-plot");
    place.style.height = "auto";
    place.textContent = host.getAttribute("aria-label");
  }

  const show = (host) => draw(host).catch(() => failed(host));

  const near = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) {
        if (!entry.isIntersecting) continue;
        near.unobserve(entry.target);
        show(entry.target);
      }
    },
    { rootMargin: "500px 0px" }
  );

  let timer;
  const resized = new ResizeObserver((entries) => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      for (const [host, state] of drawn) {
        if (!state.ready || !host.clientWidth || host.clientWidth === state.width) continue;
        const crossed = host.clientWidth < NARROW !== state.width < NARROW;
        state.width = host.clientWidth;
        if (crossed) show(host);
        else Plotly.Plots.resize(state.plot);
      }
    }, 120);
  });

  function watch(host) {
    near.observe(host);
    resized.observe(host);
  }

  const redrawAll = () => drawn.forEach((state, host) => state.ready && show(host));
  let theme = document.documentElement.dataset.theme;
  new MutationObserver(() => {
    if (document.documentElement.dataset.theme === theme) return;
    theme = document.documentElement.dataset.theme;
    redrawAll();
  }).observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  document.querySelectorAll(".u30-figure").forEach(watch);
  const drawAll = () => Promise.all([...document.querySelectorAll(".u30-figure")].map(show));
  window.u30Figures = { watch, drawAll };
})();
