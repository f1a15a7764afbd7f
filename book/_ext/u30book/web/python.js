// Python for the page: one worker for the tab, started when somebody first runs something.
//
//   import { python } from "./python.js";
//   await python.start(({ phase, loaded, total, packed, text }) => …)
//   const { report, html, passedSeed } = await python.check("d01.1", source, { failingSeed });
//   await python.runCells([{ index, source }], { onCell: ({ index, ok, outputs }) => … });
//   python.stop();                              whoever waits gets { stopped: true }
//   python.state, python.addEventListener("state", …)   off | starting | ready | busy | failed
//   python.session                              counts the starts: a new one has forgotten all cells
//
// Jobs wait for each other. What cannot be done is rejected with a sentence for the reader.
import { Files } from "./python_files.js";

const PROTOCOL = 1; // of the messages to and from python_worker.js
const SLOWER = 3; // a check may take so many times as long as in the terminal
const STOPPED = "Python was stopped.";
const GRACE = 2; // seconds after the limit until the worker is ended from outside

class Python extends EventTarget {
  state = "off";
  session = 0;
  #files = new Files(new URL("../python/", import.meta.url));
  #worker;
  #starting;
  #progress = new Set();
  #queue = Promise.resolve();
  #job; // the one that runs: { n, settle, receive }
  #number = 0;
  #cells = false; // whether this session has run any
  #generation = 0; // goes up when everything that waits is to be given up
  #giveUp; // ends a start that is under way

  start(onProgress) {
    if (onProgress) this.#progress.add(onProgress);
    this.#starting ||= this.#start(this.#generation);
    return this.#starting.finally(() => this.#progress.delete(onProgress));
  }

  check(id, source, { seed = null, failingSeed = null, limit = SLOWER } = {}) {
    const request = { id, source, seed, failing_seed: failingSeed, factor: limit };
    return this.#inTurn((n, settle) => {
      let prepared, clock;
      const ended = (how) => settle({ ...prepared[how], passedSeed: null }, true);
      const receive = {
        started: (message) => {
          prepared = message.prepared;
          clock = setTimeout(() => ended("late"), 1000 * (prepared.seconds + GRACE));
        },
        done: ({ result, large }) => {
          const { passed_seed: passedSeed, ...rest } = result;
          settle({ ...rest, passedSeed }, large && !this.#cells);
        },
        broken: (message) => ended(message.how),
      };
      this.#post({ type: "check", n, request });
      return { receive, over: () => clearTimeout(clock) };
    });
  }

  runCells(cells, { onCell = () => {} } = {}) {
    return this.#inTurn((n, settle) => {
      const finished = [];
      const receive = {
        needs: async ({ names }) => {
          try {
            await this.#files.fetch(names, (progress) => this.#report("download", progress));
          } catch (error) {
            return settle(error, true);
          }
          this.#post({ type: "loaded" });
        },
        started: () => {},
        cell: ({ index, ok, outputs }) => {
          finished.push({ index, ok, outputs });
          onCell({ index, ok, outputs });
        },
        done: () => settle({ cells: finished }),
        broken: ({ how, why }) => settle({ cells: finished, broken: how, why }, true),
      };
      this.#cells = true;
      this.#post({ type: "cells", n, cells });
      return { receive, over: () => {} };
    });
  }

  stop() {
    this.#generation += 1;
    const job = this.#job;
    this.#end("off");
    this.#giveUp?.(new Error(STOPPED));
    job?.settle({ stopped: true });
  }

  // ------------------------------------------------------------------------------------------

  async #start(generation) {
    try {
      if (location.protocol === "file:") {
        throw new Error("Python cannot start from a file on this device: open the course on the web, or run `make serve`.");
      }
      this.#become("starting");
      const manifest = await this.#files.manifest();
      if (manifest.protocol !== PROTOCOL) throw new Error("The course has been updated: reload this page.");
      await this.#files.fetch(["core"], (progress) => this.#report("download", progress));
      if (generation !== this.#generation) throw new Error(STOPPED);
      this.#report("start", { text: "Starting Python" });
      await this.#startWorker(manifest);
    } catch (error) {
      if (generation === this.#generation) this.#end("failed");
      throw error;
    }
    this.session += 1;
    this.#cells = false;
    this.#become("ready");
    this.#report("ready", { text: "Python is ready" });
  }

  #startWorker({ worker, core, lock }) {
    return new Promise((resolve, reject) => {
      const failed = (why) => reject(new Error(`Python did not start. ${why || ""}`.trim()));
      this.#giveUp = reject;
      this.#worker = new Worker(this.#files.address(worker), { type: "module" });
      this.#worker.onmessage = ({ data }) => {
        if (data.type === "ready") resolve();
        else if (data.type === "broken" && data.n === undefined) failed(data.why);
        else this.#receive(data);
      };
      this.#worker.onerror = (event) => {
        failed(event.message);
        this.#receive({ type: "broken", n: this.#job?.n, how: "crashed", why: event.message });
      };
      this.#worker.postMessage({ type: "start", core: this.#files.address(core), lock });
    });
  }

  // Run `begin(n, settle)` when all earlier jobs are done. It posts a message and returns what is
  // to happen with the answers; `settle(result, true)` also gives up the worker.
  #inTurn(begin) {
    const generation = this.#generation;
    const turn = this.#queue.then(async () => {
      const stopped = () => generation !== this.#generation;
      if (stopped()) return { stopped: true };
      await this.start().catch((error) => {
        if (!stopped()) throw error;
      });
      if (stopped()) return { stopped: true };
      this.#become("busy");
      return new Promise((resolve, reject) => {
        const n = (this.#number += 1);
        let handlers;
        const settle = (result, broken = false) => {
          if (this.#job?.n === n) this.#job = undefined;
          handlers?.over();
          if (broken) this.#again();
          else if (this.state === "busy") this.#become("ready");
          if (result instanceof Error) reject(result);
          else resolve(result);
        };
        this.#job = { n, settle };
        handlers = begin(n, settle);
        this.#job.receive = handlers.receive;
      });
    });
    this.#queue = turn.catch(() => {});
    return turn;
  }

  #receive(message) {
    if (this.#job && message.n === this.#job.n) this.#job.receive[message.type]?.(message);
  }

  #post(message) {
    this.#worker.postMessage(message);
  }

  #end(state) {
    this.#worker?.terminate();
    this.#worker = this.#starting = this.#job = undefined;
    this.#become(state);
  }

  // A new worker stands ready before the learner has read what became of the old one.
  #again() {
    this.#end("off");
    this.start().catch(() => {});
  }

  #become(state) {
    if (this.state === state) return;
    this.state = state;
    this.dispatchEvent(new CustomEvent("state", { detail: state }));
  }

  #report(phase, { loaded = 0, total = 0, packed = 0, text = "" }) {
    const progress = { phase, loaded, total, packed, text };
    this.#progress.forEach((tell) => tell(progress));
    this.dispatchEvent(new CustomEvent("progress", { detail: progress }));
  }
}

export const python = new Python();
