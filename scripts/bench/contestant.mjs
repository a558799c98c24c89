// The driver's end of a contestant (contestants/serve.mjs): a process that is asked for one way of work at a time.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** Starts `file` of the folder contestants, by Node or by the given Python. */
export class Contestant {
  constructor(name, file, { python, env = {} } = {}) {
    this.name = name;
    const path = fileURLToPath(new URL(`contestants/${file}`, import.meta.url));
    const [program, args] = file.endsWith(".py") ? [python, ["-u", path]] : [process.execPath, ["--expose-gc", path]];
    this.process = spawn(program, args, { stdio: ["pipe", "pipe", "inherit"], env: { ...process.env, PARALLEL_TYPESCRIPT_HISTORY: "none", ...env } });
    this.ended = new Promise((resolve) => this.process.once("close", (code, signal) => resolve(signal ?? code)));
    // A contestant that has died closes this pipe; that it died is told by the answer that never came.
    this.process.stdin.on("error", () => {});
    this.lines = createInterface({ input: this.process.stdout })[Symbol.asyncIterator]();
  }

  /** Resolves with the answer to { way, ...options }. */
  async ask(request) {
    this.process.stdin.write(`${JSON.stringify(request)}\n`);
    const { value: line, done } = await this.lines.next();
    if (done) throw new Error(`${this.name} ended with ${await this.ended} when it was asked for ${JSON.stringify(request)}.`);
    const answer = JSON.parse(line);
    if (answer.error !== undefined) throw new Error(`${this.name} failed at ${JSON.stringify(request)}: ${answer.error}`);
    return answer;
  }

  async end() {
    this.process.stdin.end();
    await this.ended;
  }
}
