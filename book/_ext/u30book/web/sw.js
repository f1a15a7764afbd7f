// Makes the course work offline once Python has been used in it. Registered at that moment, by
// python.js, never before.
//
// Files of the runner have their version in their name, so what is kept is never out of date: it is
// taken from the cache first. Everything else comes from the network as always, and from the cache
// where there is no network.
const PAGES = "u30-pages";
const PYTHON = "u30-python";
const root = new URL("./", self.location.href).href;
const python = `${root}_static/u30/python/`;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

async function fromCacheFirst(request) {
  const kept = await (await caches.open(PYTHON)).match(request.url);
  return kept || fetch(request);
}

async function fromNetworkFirst(request, name) {
  const cache = await caches.open(name);
  try {
    const answer = await fetch(request);
    if (answer.ok && name === PAGES) await cache.put(request.url, answer.clone());
    return answer;
  } catch (error) {
    const kept = await cache.match(request.url);
    if (kept) return kept;
    if (request.mode !== "navigate") throw error;
    const text = "You are offline, and this page has not been opened before.";
    return new Response(text, { status: 503, headers: { "Content-Type": "text/plain; charset=utf-8" } });
  }
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = request.url.split("#")[0];
  if (request.method !== "GET" || !address.startsWith(root) || request.headers.has("range")) return;
  if (!address.startsWith(python)) event.respondWith(fromNetworkFirst(request, PAGES));
  else if (address.endsWith("/manifest.json")) event.respondWith(fromNetworkFirst(request, PYTHON));
  else event.respondWith(fromCacheFirst(request));
});
