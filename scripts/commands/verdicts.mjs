import { execFile, spawn } from "node:child_process";
import { parseArgs, promisify } from "node:util";
import { inRoot } from "../setup/checkout.mjs";
import { say } from "../setup/log.mjs";
import { setUp } from "../setup/setup.mjs";
import { UserError } from "../setup/userError.mjs";

const usage = "npm run test:verdicts -- [--short]";

/** Of equal work at most this share may be called faster or slower. */
const FALSE_SHARE = 0.05;
/** A process has compiled its code in one way: so the comparisons are spread over this many. */
const PROCESSES = 10;

/** Milliseconds of the work. Each is compared with itself, idle and beside a program that spins. */
const SAME = [
  { milliseconds: 0.1 },
  { milliseconds: 1 },
  { milliseconds: 20 },
  { milliseconds: 1, inPool: true },
  { milliseconds: 20, inPool: true },
];
/** True factors, and the share of comparisons that has to find them. */
const TRUE_FACTORS = [
  { factor: 1.1, atLeast: 0.6 },
  { factor: 1.2, atLeast: 0.9 },
  { factor: 1.5, atLeast: 0.99 },
  { factor: 2, atLeast: 1 },
];

/** Prints a table of what was found; resolves with 1 when a line is not as it should be. */
export async function main(args) {
  const isShort = read(args);
  await setUp(["packages", "library"]);
  const rows = isShort ? await shortRows() : await allRows();
  say("");
  say(tableOf(rows));
  const failed = rows.filter(({ problem }) => problem !== undefined);
  for (const { what, problem } of failed) say(`✖ ${what}: ${problem}`);
  return failed.length === 0 ? 0 : 1;
}

async function allRows() {
  const rows = [];
  for (const spinning of [false, true])
    for (const work of SAME)
      rows.push(sameRow(work, spinning, await kindsOf(work, { times: 200, budget: 1000, spinning })));
  for (const milliseconds of [1, 20]) {
    for (const { factor, atLeast } of TRUE_FACTORS) {
      const once = await kindsOf({ milliseconds, factor }, { times: 100, budget: 1000 });
      const twice = await kindsOf({ milliseconds, factor }, { times: 100, budget: 2000 });
      rows.push(factorRow({ milliseconds, factor, atLeast }, once, twice));
    }
  }
  return rows;
}

/** What continuous integration sees: fewer comparisons, of less time each, on a machine that nobody knows. */
async function shortRows() {
  const rows = [];
  for (const work of [{ milliseconds: 1 }, { milliseconds: 5, inPool: true }])
    rows.push(sameRow(work, false, await kindsOf(work, { times: 30, budget: 400 })));
  for (const factor of [1.5, 2])
    rows.push(
      factorRow(
        { milliseconds: 1, factor, atLeast: 0.8 },
        await kindsOf({ milliseconds: 1, factor }, { times: 20, budget: 400 }),
      ),
    );
  return rows;
}

/** The kinds of the verdicts of so many comparisons. */
async function kindsOf({ milliseconds, factor = 1, inPool = false }, { times, budget, spinning = false }) {
  const spinner = spinning ? spawn(process.execPath, ["-e", "for (;;);"], { stdio: "ignore" }) : undefined;
  try {
    const kinds = [];
    for (let process = 0; process < PROCESSES; process++)
      kinds.push(...(await compareOften({ milliseconds, factor, inPool, budget, times: times / PROCESSES })));
    say(
      `  ${milliseconds} ms, times ${factor}${inPool ? ", in a pool" : ""}${spinning ? ", beside a spinning program" : ""}: ${countsOf(kinds)}`,
    );
    return kinds;
  } finally {
    spinner?.kill("SIGKILL");
  }
}

async function compareOften(request) {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [inRoot("scripts", "test", "verdicts", "compareOften.cjs"), JSON.stringify(request)],
    { cwd: inRoot(), env: { ...process.env, PARALLEL_TYPESCRIPT_HISTORY: "none" } },
  );
  return JSON.parse(stdout);
}

function sameRow({ milliseconds, inPool = false }, spinning, kinds) {
  const wrong = kinds.filter((kind) => kind === "faster" || kind === "slower").length;
  const most = mostByChance(kinds.length);
  return {
    what: `${milliseconds} ms, against itself${inPool ? ", in a pool of 2 on both sides" : ""}${spinning ? ", beside a spinning program" : ""}`,
    kinds,
    asked: `at most ${most} say faster or slower`,
    problem: wrong > most ? `${wrong} of ${kinds.length} say faster or slower, and chance allows ${most}.` : undefined,
  };
}

function factorRow({ milliseconds, factor, atLeast }, kinds, twice) {
  const found = shareOf(kinds);
  const problems = [
    ...(found < atLeast ? [`${percent(found)} found it, and ${percent(atLeast)} should.`] : []),
    ...(kinds.includes("slower") || twice?.includes("slower") ? ["Some say the wrong way round."] : []),
    ...(twice !== undefined && fellBeyondChance(kinds, twice)
      ? [`With twice the budget ${percent(shareOf(twice))} found it, with once ${percent(found)}.`]
      : []),
  ];
  return {
    what: `${milliseconds} ms, ${factor} times as long`,
    kinds,
    asked: `found by ${percent(atLeast)}${twice === undefined ? "" : `; with twice the budget ${percent(shareOf(twice))} found it`}`,
    problem: problems.length === 0 ? undefined : problems.join(" "),
  };
}

const shareOf = (kinds) => kinds.filter((kind) => kind === "faster").length / kinds.length;
const percent = (share) => `${Math.round(100 * share)} %`;

/** The largest number of false verdicts among `times` with which a one-sided test at 95 % does not reject "at most 5 %". */
function mostByChance(times) {
  let chance = (1 - FALSE_SHARE) ** times;
  let below = 0;
  for (let wrong = 0; ; wrong++) {
    // The chance of `wrong` or more is 1 - below.
    if (1 - below < 0.05) return wrong - 1;
    below += chance;
    chance *= ((times - wrong) / (wrong + 1)) * (FALSE_SHARE / (1 - FALSE_SHARE));
  }
}

/** Is the share found with twice the budget smaller than chance explains? The one-sided test of two proportions, at 95 %. */
function fellBeyondChance(once, twice) {
  const both = (shareOf(once) + shareOf(twice)) / 2;
  const spread = Math.sqrt(both * (1 - both) * (1 / once.length + 1 / twice.length));
  return shareOf(once) - shareOf(twice) > 1.645 * spread;
}

function countsOf(kinds) {
  return ["faster", "slower", "same", "unclear"]
    .map((kind) => `${kinds.filter((each) => each === kind).length} ${kind}`)
    .join(", ");
}

function tableOf(rows) {
  const lines = rows.map(({ what, kinds, asked, problem }) => {
    const counts = ["faster", "slower", "same", "unclear"].map((kind) => kinds.filter((each) => each === kind).length);
    return `| ${[what, kinds.length, ...counts, asked, problem === undefined ? "yes" : "no"].join(" | ")} |`;
  });
  return [
    "| work | times | faster | slower | same | unclear | asked | reached |",
    "| --- | ---: | ---: | ---: | ---: | ---: | --- | --- |",
    ...lines,
  ].join("\n");
}

function read(args) {
  try {
    return parseArgs({ args, options: { short: { type: "boolean", default: false } } }).values.short;
  } catch (error) {
    throw new UserError(error.message, `Write: ${usage}`);
  }
}
