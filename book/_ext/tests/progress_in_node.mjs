// Runs the page's progress scripts without a page: reads a list of histories as JSON, writes what
// the document and the list of reviews are after each step.
import { readFileSync } from "node:fs";
import vm from "node:vm";

const STATIC = new URL("../u30book/static/", import.meta.url);
const scripts = ["progress.js", "progress_text.js"].map((name) => readFileSync(new URL(name, STATIC), "utf8"));

function openPage() {
  const kept = new Map();
  const localStorage = {
    getItem: (key) => (kept.has(key) ? kept.get(key) : null),
    setItem: (key, value) => kept.set(key, String(value)),
  };
  const page = { localStorage, EventTarget, Event, structuredClone, TextEncoder, TextDecoder };
  Object.assign(page, { Blob, CompressionStream, DecompressionStream, btoa, atob });
  page.window = page;
  page.addEventListener = () => {};
  vm.createContext(page);
  for (const script of scripts) vm.runInContext(script, page);
  return page;
}

async function step(page, { do: what, now, id, report, seed, number, text, ids, right }) {
  const progress = page.u30Progress;
  // A Date of the page's own realm, as the page's code makes them.
  const date = vm.runInContext(`new Date(${JSON.stringify(now ?? 0)})`, page);
  let said = null;
  if (what === "record") progress.record(report, seed, date);
  else if (what === "hint") progress.hint(id, number);
  else if (what === "help") progress.help(id, date);
  else if (what === "current") progress.current = id;
  else if (what === "add") progress.addCards(ids, date);
  else if (what === "answer") progress.answerCard(id, right, date);
  else if (what === "store") page.localStorage.setItem("u30.state", text);
  else if (what === "export") said = await page.u30ProgressText.write();
  else if (what === "merge") {
    said = await page.u30ProgressText.merge(text).catch((error) => error.message);
  }
  return { said, document: progress.document, due: progress.due(now?.slice(0, 10)), notices: progress.notices };
}

const histories = JSON.parse(readFileSync(0, "utf8"));
const results = [];
for (const history of histories) {
  const page = openPage();
  const seen = [];
  for (const one of history) seen.push(await step(page, one));
  results.push(seen);
}
process.stdout.write(JSON.stringify(results));
