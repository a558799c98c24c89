// What a cell asks of the person in front of it: `prompt`, `confirm`, and lines from `process.stdin`. The front end shows a box for it.
import { MessageChannel, receiveMessageOnPort } from "node:worker_threads";
import { Readable } from "node:stream";

/** How long (milliseconds) this thread sleeps at a time while it waits for an answer: a Stop is heard in between. */
const NAP_MS = 50;

export class Input {
  /** The cell that asks. */
  cell = 0;
  #tell;
  #nap = new Int32Array(new SharedArrayBuffer(4));
  #stdin;

  /** @param {(message: object, transfer?: any[]) => void} tell sends to the sockets' thread */
  constructor(tell) {
    this.#tell = tell;
    const define = (object, name, rest) => Object.defineProperty(object, name, { configurable: true, ...rest });
    define(globalThis, "prompt", { writable: true, value: (message, otherwise) => this.#prompt(message, otherwise) });
    define(globalThis, "confirm", {
      writable: true,
      value: (message = "") => /^\s*y(es)?\s*$/i.test(this.#askNow(`${message} [y/N] `)),
    });
    define(process, "stdin", { get: () => this.#stream() });
  }

  #prompt(message = "", otherwise = null) {
    const answer = this.#askNow(`${message} `);
    return answer === "" && otherwise !== null ? String(otherwise) : answer;
  }

  #ask(prompt) {
    const { port1, port2 } = new MessageChannel();
    this.#tell({ is: "ask", cell: this.cell, prompt, port: port2 }, [port2]);
    return port1;
  }

  /** Waits for the answer as a browser's `prompt` does: nothing else happens meanwhile. */
  #askNow(prompt) {
    const port = this.#ask(prompt);
    let entry;
    while ((entry = receiveMessageOnPort(port)) === undefined) Atomics.wait(this.#nap, 0, 0, NAP_MS);
    port.close();
    return answerIn(entry.message);
  }

  /** Each cell has its own: what an earlier one has left open must not ask in a later one. */
  #stream() {
    if (this.#stdin?.cell === this.cell) return this.#stdin.stream;
    const stream = new Readable({
      encoding: "utf8",
      read: () => {
        // What is asked is printed first, and who has enough closes first.
        setImmediate(() => {
          if (stream.readableFlowing === false && stream.listenerCount("readable") === 0)
            return void stream.once("resume", () => stream._read(0));
          if (stream.destroyed) return;
          const port = this.#ask("");
          port.once("message", (message) => {
            port.close();
            try {
              stream.push(`${answerIn(message)}\n`);
            } catch (error) {
              stream.destroy(error);
            }
          });
        });
      },
    });
    this.#stdin = { cell: this.cell, stream };
    return stream;
  }
}

function answerIn({ answer, refusal }) {
  if (refusal !== undefined) throw new Error(refusal);
  return answer;
}
