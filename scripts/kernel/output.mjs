// Where prints and pictures go: to the cell that runs, or else to the last one. What the library's tasks print goes to the cell that started them.
import { createRequire } from "node:module";
import { StringDecoder } from "node:string_decoder";
import { inspect } from "node:util";
import { UNSENT } from "./sharedFlags.mjs";

const fromTslab = createRequire(createRequire(import.meta.url).resolve("tslab/package.json"));
const jupyter = fromTslab("./dist/jupyter.js");

/** From so many unsent characters on the printing cell waits, for so many milliseconds at most. */
const MOST_UNSENT = 8 * 1024 * 1024;
const LONGEST_WAIT_MS = 1000;

/**
 * Under this symbol the library finds a function of the kernel's. The library calls it when a task starts. It returns the function that prints
 * the task's output into the cell that started the task, `(name: "stdout" | "stderr", text: string) => void`: the same function for the same cell.
 */
const PRINTER = Symbol.for("parallel-typescript.printer");

export class Output {
  cell = 0;
  #last;

  constructor(shared, tell) {
    this.shared = shared;
    this.tell = tell;
    for (const name of ["stdout", "stderr"]) this.#take(name);
    jupyter.lastWriteDisplayData = (content, update) => {
      tell({
        is: "show",
        cell: this.cell,
        type: update ? "update_display_data" : "display_data",
        content: showable(content),
      });
    };
    globalThis[PRINTER] = () => this.#printer();
  }

  /** A cell's last value, in its forms. */
  showValue(cell, data) {
    this.tell({ is: "value", cell, content: showable({ data, metadata: {} }) });
  }

  #printer() {
    const { cell } = this;
    if (this.#last?.cell !== cell) this.#last = { cell, print: (name, text) => this.#print(cell, name, text) };
    return this.#last.print;
  }

  #take(name) {
    const decoder = new StringDecoder("utf8");
    process[name].write = (chunk, encoding, done) => {
      this.#print(
        this.cell,
        name,
        isText(chunk, encoding) ? decoder.end() + chunk : decoder.write(bytesOf(chunk, encoding)),
      );
      const callback = typeof encoding === "function" ? encoding : done;
      if (typeof callback === "function") process.nextTick(callback);
      return true;
    };
  }

  #print(cell, name, text) {
    if (text === "") return;
    this.tell({ is: "print", cell, name, text });
    const unsent = Atomics.add(this.shared, UNSENT, text.length) + text.length;
    if (unsent > MOST_UNSENT) Atomics.wait(this.shared, UNSENT, unsent, LONGEST_WAIT_MS);
  }
}

const isText = (chunk, encoding) =>
  typeof chunk === "string" && (typeof encoding !== "string" || /^utf-?8$/i.test(encoding));

/** What a stream of Node's takes: bytes, or a text that stands for some in an encoding. */
function bytesOf(chunk, encoding) {
  if (ArrayBuffer.isView(chunk)) return Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  return Buffer.from(
    chunk,
    /** @type {BufferEncoding | undefined} */ (typeof encoding === "string" ? encoding : undefined),
  );
}

/** What is shown, as the JSON that a notebook will hold. Throws TypeError, into the cell that shows it, for what has none. */
function showable(content) {
  for (const [type, data] of Object.entries(content.data)) {
    if (typeof data === "string" || (/[/+]json$/.test(type) && data !== undefined)) continue;
    throw new TypeError(`tslab.display: ${type} has to be a string or a Uint8Array, not ${inspect(data)}.`);
  }
  return JSON.parse(JSON.stringify(content));
}
