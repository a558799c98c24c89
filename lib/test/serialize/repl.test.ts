/** Functions typed at Node's prompt, line by line, as a person does: the next line when the prompt is there again. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { test } from "node:test";

const LINES: [line: string, answer: RegExp][] = [
  [`const mp = require(${JSON.stringify(require.resolve("parallel-typescript"))})`, /undefined/],
  ["const pool = new mp.Pool(1)", /undefined/],
  ["let factor = 3; const add = (x) => x + 1", /undefined/],
  ["function cube(x) { return add(x) * factor; }", /undefined/],
  ["class P { #n = 4; read() { return this.#n * factor; } }", /undefined/],
  ["class Q { n = 4 }", /undefined/],
  ["await pool.map(cube, [1, 2])", /^\[ 6, 9 \]/],
  ["await pool.apply(() => new P().read())", /^12\n/],
  ["(await pool.apply(() => new Q())) instanceof Q", /^true\n/],
  ["var total = 5; let count = () => ++factor", /undefined/],
  ["await pool.apply(() => total + add(1))", /^7\n/],
  ["[await pool.apply(count), factor]", /^\[ 4, 3 \]/],
  [
    "await pool.apply(() => { throw new RangeError('r') }).catch((e) => [e.name === 'RangeError', e.cause.stack.split('\\n')[1]])",
    /\[ true, '\s+at REPL\d+:1:\d+' \]/,
  ],
  ["const os = await import('node:os')", /undefined/],
  ["await pool.apply(() => os.EOL.length > 0)", /^true\n/],
  ["z = 9", /^9\n/],
  ["await pool.apply(() => z)", /^9\n/],
  ["await pool.terminate()", /undefined/],
];

/** What the prompt answers to each line. */
function typed(program: string[]): Promise<string[]> {
  const [command, ...args] = program;
  const child = spawn(command, args, {
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...process.env, NO_COLOR: "1", TERM: "dumb" },
  });
  const answers: string[] = [];
  let said = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    said += text;
    if (!/(^|\n)> $/.test(said)) return;
    answers.push(said.replace(/> $/, ""));
    said = "";
    const next = LINES.at(answers.length - 1);
    if (next === undefined) child.stdin.end();
    else child.stdin.write(`${next[0]}\n`);
  });
  return new Promise((resolve) => child.once("close", () => resolve(answers.slice(1))));
}

for (const [name, program] of [
  ["node -i", [process.execPath, "-i"]],
  [
    "a prompt of a program's own, in a context of its own",
    [
      process.execPath,
      "-e",
      "require('node:repl').start({ prompt: '> ', terminal: false, useColors: false }).context.require = require",
    ],
  ],
] as const) {
  test(
    `functions typed at a prompt travel with what earlier lines declared: ${name}`,
    { timeout: 120_000 },
    async () => {
      const answers = await typed([...program]);
      assert.equal(answers.length, LINES.length);
      for (const [index, [line, answer]] of LINES.entries()) assert.match(answers[index], answer, line);
    },
  );
}
