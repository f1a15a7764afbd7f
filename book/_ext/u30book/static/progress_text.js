// Progress as one line of text, as the terminal's `u30 sync` writes and reads it
// (code/u30/learn/sync.py):
//
//   u30-1.<base64url of zlib of JSON>.<CRC-32 of the middle part, 8 hexadecimal digits>
//
//   await u30ProgressText.write()      the text
//   await u30ProgressText.merge(text)  takes it over: {exercises, cards}, how many changed;
//                                      an Error with a sentence where it cannot be used
(() => {
  const progress = window.u30Progress;
  const VERSION = 1;
  const MOST = 10_000_000; // bytes of JSON: far more than 150 exercises need
  const RANK = { new: 0, tried: 1, helped: 2, passed: 3 };
  const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

  function crc32(text) {
    let crc = -1;
    for (const letter of text) {
      crc ^= letter.codePointAt(0);
      for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
    }
    return (~crc >>> 0).toString(16).padStart(8, "0");
  }

  async function through(stream, bytes) {
    const reader = new Blob([bytes]).stream().pipeThrough(stream).getReader();
    const parts = [];
    let size = 0;
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      size += part.value.length;
      if (size > MOST) throw new Error("too much");
      parts.push(part.value);
    }
    return new Uint8Array(await new Blob(parts).arrayBuffer());
  }

  async function toText(document) {
    const data = new TextEncoder().encode(JSON.stringify(document));
    const packed = await through(new CompressionStream("deflate"), data);
    const letters = Array.from(packed, (byte) => String.fromCharCode(byte)).join("");
    const middle = btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
    return `u30-${VERSION}.${middle}.${crc32(middle)}`;
  }

  async function unpack(middle) {
    const letters = atob(middle.replaceAll("-", "+").replaceAll("_", "/"));
    const packed = Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
    const data = await through(new DecompressionStream("deflate"), packed);
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(data));
  }

  async function fromText(text) {
    const [, start, middle = "", checksum = ""] =
      /^([^.]*)(?:\.([^.]*)(?:\.(.*))?)?$/.exec(text.replace(/\s+/g, ""));
    if (!start.startsWith("u30-")) {
      throw new Error('This is no progress text; one starts with "u30-1.".');
    }
    if (start !== `u30-${VERSION}`) {
      throw new Error(`This text (${start}) comes from another version of u30: update the older.`);
    }
    if (crc32(middle) !== checksum) {
      throw new Error("The text is not complete, or was changed on its way. Copy it once more.");
    }
    const document = await unpack(middle).catch(() => null);
    const exercises = isObject(document) && document.exercises;
    if (!isObject(exercises) || !Object.values(exercises).every(progress.isSound)) {
      throw new Error("The text is whole, but holds no progress.");
    }
    return document;
  }

  // One exercise from two machines: whatever was reached on either of them stays reached.
  function merged(ours, theirs) {
    const both = { ...theirs, ...ours };
    const higher = compare(reached(ours), reached(theirs)) >= 0 ? ours : theirs;
    if ("status" in higher) both.status = higher.status;
    if ("reviews" in both) both.reviews = higher.reviews || 0;
    for (const key of ["tries", "hints"]) {
      if (key in both) both[key] = Math.max(ours[key] || 0, theirs[key] || 0);
    }
    if ("helped" in both) both.helped = Boolean(ours.helped || theirs.helped);
    const passed = [ours, theirs].map((entry) => entry.first_passed).filter(Boolean);
    if (passed.length) both.first_passed = passed.sort()[0];
    if ("review" in both) {
      const equal = [ours, theirs].filter((entry) => compare(reached(entry), reached(higher)) === 0);
      both.review = equal.map((entry) => entry.review).filter(Boolean).sort().pop() ?? null;
    }
    return both;
  }

  const reached = (entry) => [RANK[entry.status] || 0, entry.reviews || 0];
  const compare = ([a, b], [c, d]) => (a === c ? (b > d) - (b < d) : (a > c) - (a < c));

  // The later answer to a card holds.
  function mergedCards(ours, theirs) {
    if (!isObject(ours) || !isObject(theirs)) return isObject(theirs) ? theirs : ours;
    const both = { ...theirs, ...ours };
    for (const id of Object.keys(ours)) {
      if (id in theirs && compare(answered(ours[id]), answered(theirs[id])) < 0) both[id] = theirs[id];
    }
    return both;
  }

  function answered(card) {
    const isCard = isObject(card) && typeof card.last === "string" && Number.isInteger(card.right);
    return isCard ? [card.last, card.right] : ["", 0];
  }

  // The same text for equal values, in whatever order their keys stand.
  function sorted(value) {
    if (Array.isArray(value)) return `[${value.map(sorted)}]`;
    if (!isObject(value)) return JSON.stringify(value);
    return `{${Object.keys(value).sort().map((key) => JSON.stringify(key) + sorted(value[key]))}}`;
  }

  async function merge(text) {
    const other = await fromText(text);
    const changed = { exercises: 0, cards: 0 };
    progress.change((document) => {
      const before = progress.cards();
      for (const [key, value] of Object.entries(other)) if (!(key in document)) document[key] = value;
      if ("cards" in other) document.cards = mergedCards(document.cards, other.cards);
      for (const [id, theirs] of Object.entries(other.exercises)) {
        const ours = document.exercises[id] || {};
        const both = merged(ours, theirs);
        changed.exercises += sorted(both) !== sorted(ours);
        document.exercises[id] = both;
      }
      const after = Object.entries(progress.cards());
      changed.cards = after.filter(([id, card]) => sorted(card) !== sorted(before[id] ?? null)).length;
    });
    return changed;
  }

  window.u30ProgressText = { write: () => toText(progress.document), merge };
})();
