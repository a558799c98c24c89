// Some modules of Node are used by few cells, yet their types are a quarter of all that TypeScript reads at the start. Until something names such a module,
// TypeScript gets a file that says only that there is one.
import { readFileSync } from "node:fs";
import { ts } from "./typescript.mjs";

/** Nothing else in Node's types needs theirs, but a list of all modules in process.d.ts. */
export const SELDOM = "cluster|domain|http2|https|inspector|repl|test|trace_events|wasi";
const THEIR_FILE = new RegExp(`/@types/node/(${SELDOM})(?:[./].*)?\\.d\\.ts$`);
const NAMED = new RegExp(`["'\`](?:node:)?(${SELDOM})["'\`/]`, "g");

export class SeldomTypes {
  #awake = new Set();
  #placeholders = new Map();
  #searched = new WeakSet();

  /** Has the compiler's host give placeholders. */
  constructor(host) {
    for (const method of ["getSourceFile", "getSourceFileByPath"]) {
      const original = host[method];
      host[method] = (file, ...others) => this.#placeholder(file, others) ?? original(file, ...others);
    }
  }

  /** Does the program name more of these modules than before? Then it has to be made once more. */
  wake(program) {
    const before = this.#awake.size;
    for (const file of program.getSourceFiles()) {
      if (this.#searched.has(file)) continue;
      this.#searched.add(file);
      if (file.fileName.includes("/@types/node/")) continue;
      for (const [, name] of file.text.matchAll(NAMED)) this.#awake.add(name);
    }
    return this.#awake.size > before;
  }

  #placeholder(file, others) {
    const name = THEIR_FILE.exec(file)?.[1];
    if (name === undefined || this.#awake.has(name)) return undefined;
    if (!this.#placeholders.has(file)) {
      const modules = readFileSync(file, "utf8").match(/^declare module "[^"]+"/gm) ?? [];
      const options = others.find((each) => typeof each === "object");
      this.#placeholders.set(file, ts.createSourceFile(file, modules.join(";\n"), options));
    }
    return this.#placeholders.get(file);
  }
}
