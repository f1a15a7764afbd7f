// The files Python consists of: fetched once, checked, kept by the browser, the same without network.
//
// manifest.json names them with SHA-256, size, and the size in which a server sends them. Every name
// but the manifest's stands for one content for ever; so a file that is kept is never out of date, and
// versions cannot mix.
const CACHE = "u30-python";
const PAGES = "u30-pages";

export class Files {
  #folder;
  #root;
  #manifest;
  #keeper;

  constructor(folder) {
    this.#folder = folder;
    this.#root = new URL("../../../", folder);
  }

  address(path) {
    return new URL(path, this.#folder).href;
  }

  // The newest manifest there is; without network, the one whose files are kept.
  async manifest() {
    await (this.#keeper ||= this.#keep());
    const answer = await fetch(this.address("manifest.json"), { cache: "no-cache" }).catch(() => null);
    if (!answer) throw new Error("Python has not been used in this browser yet, and there is no network to fetch it.");
    if (!answer.ok) throw new Error("This site was built without Python for the page: open the notebook in Colab or Binder.");
    this.#manifest = await answer.json();
    return this.#manifest;
  }

  // Make sure that all files of these groups ("core") or packages ("matplotlib") are there.
  async fetch(names, onProgress) {
    const manifest = this.#manifest || (await this.manifest());
    const groups = this.#groups(manifest, names);
    const wanted = manifest.files.filter((file) => groups.has(file.group));
    const cache = await this.#cache();
    const missing = [];
    for (const file of wanted) {
      if (!(cache && (await cache.match(this.address(file.path))))) missing.push(file);
    }
    const [total, packed] = ["size", "packed"].map((size) => missing.reduce((sum, file) => sum + file[size], 0));
    const text = names.includes("core") ? "Fetching Python" : `Fetching ${names.join(" and ")}`;
    let loaded = 0;
    const add = (bytes) => {
      loaded += bytes;
      onProgress?.({ loaded, total, packed, text });
    };
    if (missing.length) add(0);
    await Promise.all(missing.map((file) => this.#bring(file, cache, add)));
    if (cache) {
      await this.#forget(cache, manifest);
      const kept = new Response(JSON.stringify(manifest), { headers: { "Content-Type": "application/json" } });
      await cache.put(this.address("manifest.json"), kept);
    }
  }

  // ------------------------------------------------------------------------------------------

  #groups(manifest, names) {
    const found = new Set(names);
    const waiting = [...names];
    while (waiting.length) {
      for (const name of manifest.packages[waiting.pop()] || []) {
        if (!found.has(name)) waiting.push(name);
        found.add(name);
      }
    }
    return found;
  }

  async #cache() {
    if (!globalThis.caches) return null; // an address without https
    return caches.open(CACHE).catch(() => null);
  }

  async #bring(file, cache, add) {
    const address = this.address(file.path);
    const answer = await fetch(address).catch(() => null);
    if (!answer) throw new Error("The network broke off while Python was being fetched: try again.");
    if (!answer.ok) throw new Error("The course has been updated: reload this page.");
    const chunks = [];
    const reader = answer.body.getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      chunks.push(part.value);
      add(part.value.length);
    }
    const blob = new Blob(chunks);
    if (!crypto.subtle) return; // an address without https has no caches either
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await blob.arrayBuffer()));
    const sha256 = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
    if (sha256 !== file.sha256) throw new Error(`${file.path} arrived damaged: reload this page and try again.`);
    const headers = { "Content-Type": answer.headers.get("Content-Type") || "application/octet-stream" };
    await cache?.put(address, new Response(blob, { headers })).catch(() => {}); // no room: it works all the same
  }

  // What an earlier version of the site has left.
  async #forget(cache, manifest) {
    const current = new Set(manifest.files.map((file) => this.address(file.path)));
    current.add(this.address("manifest.json"));
    for (const request of await cache.keys()) {
      if (request.url.startsWith(this.#folder.href) && !current.has(request.url)) await cache.delete(request);
    }
  }

  // From now on the service worker keeps visited pages; this one and its parts it has not seen.
  async #keep() {
    if (!navigator.serviceWorker || !globalThis.caches) return;
    try {
      await navigator.serviceWorker.register(new URL("sw.js", this.#root), { scope: this.#root.href });
      await navigator.serviceWorker.ready;
      if (!navigator.serviceWorker.controller) {
        await Promise.race([
          new Promise((resolve) => navigator.serviceWorker.addEventListener("controllerchange", resolve, { once: true })),
          new Promise((resolve) => setTimeout(resolve, 3000)),
        ]);
      }
      const seen = performance
        .getEntriesByType("resource")
        .filter((entry) => (entry.responseStatus ?? 200) === 200)
        .map((entry) => entry.name);
      const ours = [location.href.split("#")[0], ...seen].filter((address) => address.startsWith(this.#root.href));
      const parts = new Set(ours.filter((address) => !address.startsWith(this.#folder.href)));
      const cache = await caches.open(PAGES);
      await Promise.all([...parts].map((address) => cache.add(address).catch(() => {})));
    } catch {
      // No service worker here (a private window, an old browser): everything works, with a network.
    }
  }
}
