// The driver's end of a contestant (contestants/serve.mjs): a process that is asked for one way of work at a time.
import { execFile, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const pathOf = (file) => fileURLToPath(new URL(`contestants/${file}`, import.meta.url));

/** The environment of all of them: the user's, without a history that they would add to, and without more certificates, which Node 20 reads at every start. */
function environment(env) {
  const all = { ...process.env, PARALLEL_TYPESCRIPT_HISTORY: "none", ...env };
  delete all.NODE_EXTRA_CA_CERTS;
  return all;
}

/** What a program that does nothing else prints when it is given these arguments. */
export async function runAlone([file, ...args]) {
  const { stdout } = await promisify(execFile)(process.execPath, [pathOf(file), ...args.map(String)], {
    env: environment({ PARALLEL_TYPESCRIPT_SIMD: "on" }),
  });
  return JSON.parse(stdout);
}

/** What a program answers that is there for one request alone. */
export async function askFresh({ file, args = [], env = {} }, request, python) {
  const program = file.endsWith(".py") ? python : process.execPath;
  const { stdout } = await promisify(execFile)(program, [pathOf(file), ...args, JSON.stringify(request)], {
    env: environment(env),
  });
  return JSON.parse(stdout);
}

/** Starts `file` of the folder contestants, by Node or by the given Python. */
export class Contestant {
  /**
   * @param {string} name
   * @param {string} file
   * @param {{ python: string, args?: string[], env?: NodeJS.ProcessEnv }} how
   */
  constructor(name, file, { python, args = [], env = {} }) {
    this.name = name;
    const [program, ...flags] = file.endsWith(".py") ? [python, "-u"] : [process.execPath];
    this.process = spawn(program, [...flags, pathOf(file), ...args], {
      stdio: ["pipe", "pipe", "inherit"],
      env: environment(env),
    });
    this.ended = new Promise((resolve) => this.process.once("close", (code, signal) => resolve(signal ?? code)));
    // A contestant that has died closes this pipe; that it died is told by the answer that never came.
    this.process.stdin.on("error", () => {});
    this.lines = createInterface({ input: this.process.stdout })[Symbol.asyncIterator]();
  }

  /** Resolves with the answer to { way, ...options }. */
  async ask(request) {
    this.process.stdin.write(`${JSON.stringify(request)}\n`);
    const { value: line, done } = await this.lines.next();
    if (done)
      throw new Error(`${this.name} ended with ${await this.ended} when it was asked for ${JSON.stringify(request)}.`);
    const answer = JSON.parse(line);
    if (answer.error !== undefined)
      throw new Error(`${this.name} failed at ${JSON.stringify(request)}: ${answer.error}`);
    return answer;
  }

  async end() {
    this.process.stdin.end();
    await this.ended;
  }
}
