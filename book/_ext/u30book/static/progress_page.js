// The Progress page: what there is, as text to carry away, the answers as a file, and the end of it all.
(() => {
  const progress = window.u30Progress;
  const { make, press } = window.u30Parts;
  const ANSWERS = "u30.answers";
  const site = new URL("..", document.currentScript.src).href;
  const part = (name) => document.querySelector(`[data-part="${name}"]`);

  const status = () => make("p", { class: "u30-said", role: "status" });
  const count = (number, noun) => `${number} ${noun}${number === 1 ? "" : "s"}`;

  // What there is -------------------------------------------------------------------------------

  function summary(host) {
    const all = [...document.querySelectorAll(".u30-progress-list [data-exercise]")];
    const ids = all.map((item) => item.dataset.exercise);
    const passed = ids.filter((id) => progress.done(id)).length;
    const begun = ids.filter((id) => progress.entry(id).status !== "new").length;
    const cards = Object.keys(progress.cards());
    const due = cards.filter((id) => progress.cardDue(id) <= progress.today).length + progress.due().length;
    const words = begun
      ? `${passed} of ${count(ids.length, "exercise")} passed.`
      : "No exercise done in this browser yet.";
    const line = make("p", {}, words);
    if (due) line.append(" ", make("a", { href: "recall.html" }, `${due} to review today`), ".");
    host.replaceChildren(...progress.notices.map((notice) => make("p", {}, notice)), line);
  }

  // As text -------------------------------------------------------------------------------------

  function text(host) {
    const out = make("textarea", { id: "u30-text-out", rows: "3", readonly: "", spellcheck: "false" });
    const into = make("textarea", { id: "u30-text-in", rows: "3", spellcheck: "false", autocomplete: "off" });
    const copied = status();
    const taken = status();

    const show = async () => (out.value = await window.u30ProgressText.write());
    out.addEventListener("focus", () => out.select());

    async function copy() {
      out.select();
      try {
        await navigator.clipboard.writeText(out.value);
        copied.textContent = "Copied.";
      } catch {
        copied.textContent = document.execCommand("copy") ? "Copied." : "The text is selected: copy it by hand.";
      }
    }

    async function take() {
      try {
        const { exercises, cards } = await window.u30ProgressText.merge(into.value);
        const words = [exercises && count(exercises, "exercise"), cards && count(cards, "card")];
        const changed = words.filter(Boolean).join(" and ");
        taken.textContent = changed ? `Taken over: ${changed}.` : "Everything in it was already here.";
        into.value = "";
      } catch (error) {
        taken.textContent = error.message;
      }
    }

    host.replaceChildren(
      make("label", { for: out.id }, "Your progress as text"),
      out,
      make("p", { class: "u30-buttons" }, press("Copy", copy), copied),
      make("label", { for: into.id }, "Progress from elsewhere"),
      into,
      make("p", { class: "u30-buttons" }, press("Take over", take), taken)
    );
    document.addEventListener("DOMContentLoaded", show);
    progress.addEventListener("change", show);
  }

  // The answers ---------------------------------------------------------------------------------

  function readAnswers() {
    try {
      const document = JSON.parse(localStorage.getItem(ANSWERS));
      if (document && typeof document.answers === "object" && document.answers) return document;
    } catch { /* nothing that could be read */ }
    return { version: 1, answers: {} };
  }

  function download() {
    const kept = readAnswers();
    const number = Object.keys(kept.answers).length;
    const file = new Blob([JSON.stringify(kept, null, 1)], { type: "application/json" });
    const link = make("a", { href: URL.createObjectURL(file), download: `30u30-answers-${progress.today}.json` });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    return number;
  }

  // Of two answers to one exercise the newer one goes on; the other is kept behind it, and the
  // exercise's editor can bring it back.
  function takeAnswers(text) {
    let theirs;
    try {
      theirs = JSON.parse(text).answers;
    } catch { /* said below */ }
    const sound = typeof theirs === "object" && theirs !== null &&
      Object.values(theirs).every((answer) => typeof answer?.text === "string");
    if (!sound) throw new Error("This file holds no answers of this course.");
    const kept = readAnswers();
    let changed = 0;
    for (const [id, answer] of Object.entries(theirs)) {
      const ours = kept.answers[id];
      if (ours && ours.text === answer.text) continue;
      const newer = !ours || String(answer.time) > String(ours.time);
      const [first, second] = newer ? [answer, ours] : [ours, answer];
      kept.answers[id] = second ? { ...first, kept: second.text } : first;
      changed += newer;
    }
    localStorage.setItem(ANSWERS, JSON.stringify(kept));
    return changed;
  }

  function answers(host) {
    const said = status();
    const file = make("input", { type: "file", id: "u30-answers-in", accept: ".json,application/json" });
    const save = press("Download all answers", () => {
      said.textContent = `${count(download(), "answer")} in the file.`;
    });
    file.addEventListener("change", async () => {
      if (!file.files.length) return;
      try {
        const changed = takeAnswers(await file.files[0].text());
        said.textContent = `Taken over: ${count(changed, "answer")}. Newer ones of yours stayed.`;
      } catch (error) {
        said.textContent = error.message;
      }
      file.value = "";
    });
    host.replaceChildren(
      make("p", { class: "u30-buttons" }, save),
      make("label", { for: file.id }, "Bring answers back from such a file"),
      file,
      said
    );
  }

  // The end of it all ---------------------------------------------------------------------------

  // Everything that this site keeps here: keys, what the service worker has cached, the worker.
  async function eraseEverything() {
    const workers = (await navigator.serviceWorker?.getRegistrations()) ?? [];
    await Promise.all(workers.filter(({ scope }) => scope === site).map((worker) => worker.unregister()));
    const names = window.caches ? await caches.keys() : [];
    await Promise.all(names.filter((name) => name.startsWith("u30-")).map((name) => caches.delete(name)));
    for (const store of [localStorage, sessionStorage]) {
      for (const key of Object.keys(store)) if (/^u30[.-]/.test(key)) store.removeItem(key);
    }
    progress.restart();
  }

  function erase(host) {
    const said = status();
    const ask = press("Erase everything…", () => {
      said.textContent = "";
      host.replaceChildren(question);
      keep.focus();
    }, { class: "u30-danger" });
    const end = () => {
      host.replaceChildren(ask, said);
      ask.focus();
    };
    const yes = press("Yes, erase everything", async () => {
      try {
        await eraseEverything();
        end();
        said.textContent = "Everything is erased.";
      } catch (error) {
        end();
        said.textContent = `That did not work: ${error.message}`;
      }
    }, { class: "u30-danger" });
    const keep = press("No, keep it", end);
    const words = "Erase your progress, your answers and your reviews in this browser? This cannot be undone.";
    const question = make("div", { role: "group", "aria-label": "Erase everything?" });
    question.append(make("p", {}, words), make("p", { class: "u30-buttons" }, yes, keep));
    question.addEventListener("keydown", (event) => event.key === "Escape" && end());
    host.replaceChildren(ask, said);
  }

  summary(part("summary"));
  progress.addEventListener("change", () => summary(part("summary")));
  text(part("text"));
  answers(part("answers"));
  erase(part("erase"));
})();
