// The contest itself: first everybody's answers, then round after round everybody's seconds, in turn.
import { Contestant, askFresh, runAlone } from "./contestant.mjs";
import { CONTESTANTS } from "./rows.mjs";

/** @typedef {{ seconds: number, answer: unknown }} Answer */

const keyOf = (measurement) => JSON.stringify(measurement);

/**
 * Resolves with what each row found: { ...row, ratios, ourSeconds, theirSeconds }, each a list with one entry a round; for a row
 * of memory { ...row, bytes }. Throws when two answers differ that should be the same.
 */
export async function contest(rows, { rounds, python, say }) {
  const contestants = new Map();
  const start = (name) => {
    const { file, args, env } = CONTESTANTS[name];
    return new Contestant(name, file, { args, env, python });
  };
  const ask = ([name, request]) => {
    if (CONTESTANTS[name].fresh) return askFresh(CONTESTANTS[name], request, python);
    if (!contestants.has(name)) contestants.set(name, start(name));
    return contestants.get(name).ask(request);
  };
  const raced = rows.filter(({ memory }) => memory === undefined);
  const measurements = [
    ...new Map(raced.flatMap(({ ours, theirs }) => [ours, theirs]).map((each) => [keyOf(each), each])).values(),
  ];
  /** @type {Map<string, Answer[]>} */
  const results = new Map(measurements.map((each) => [keyOf(each), []]));
  try {
    say("  the answers ...");
    await checkAnswers(raced, ask);
    for (let round = 1; round <= rounds; round++) {
      for (const measurement of shuffled(measurements)) results.get(keyOf(measurement))?.push(await ask(measurement));
      say(`  round ${round} of ${rounds}`);
    }
  } finally {
    await Promise.all([...contestants.values()].map((contestant) => contestant.end()));
  }
  const found = [];
  for (const row of rows)
    found.push(row.memory === undefined ? ratiosOf(row, results) : await memoryOf(row, results, rounds));
  return found;
}

/** In another order each round, so that nobody always comes after the same one. */
function shuffled(list) {
  const keyed = list.map((item) => ({ item, key: Math.random() }));
  return keyed.sort((one, other) => one.key - other.key).map(({ item }) => item);
}

/** An untimed lap, which also warms everybody up. */
async function checkAnswers(rows, ask) {
  const answers = new Map();
  const answerTo = async (measurement) => {
    const key = keyOf(measurement);
    if (!answers.has(key)) answers.set(key, JSON.stringify((await ask(measurement)).answer));
    return answers.get(key);
  };
  for (const { what, ours, theirs, sameAs } of rows) {
    for (const other of sameAs ?? [theirs]) {
      const [own, others] = [await answerTo(ours), await answerTo(other)];
      if (own !== others) throw new Error(`${what}: ${keyOf(ours)} found ${own}, but ${keyOf(other)} found ${others}.`);
    }
    await answerTo(theirs);
  }
}

function ratiosOf(row, results) {
  const [ours, theirs] = [row.ours, row.theirs].map((each) => results.get(keyOf(each)).map(({ seconds }) => seconds));
  return {
    ...row,
    ourSeconds: ours,
    theirSeconds: theirs,
    ratios: ours.map(
      (seconds, round) => ((row.times ?? 1) * theirs[round]) / seconds / (row.isEfficiency ? row.sharedBy : 1),
    ),
  };
}

/** The most memory of a program of its own, each time it runs; it has to find what `sameAs` found. */
async function memoryOf(row, results, rounds) {
  const bytes = [];
  const [{ answer: expected }] = results.get(keyOf(row.sameAs));
  for (let round = 1; round <= rounds; round++) {
    const { answer, peak } = await runAlone(row.memory);
    if (JSON.stringify(answer) !== JSON.stringify(expected))
      throw new Error(`${row.what}: found ${answer}, but ${keyOf(row.sameAs)} found ${expected}.`);
    bytes.push(peak);
  }
  return { ...row, bytes };
}
