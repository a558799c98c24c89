import * as mp from "parallel-typescript";
import type { Exercise } from "../exercise";
import { shown } from "../limits";

const RANKS = 12;

export const streams: Exercise = {
  id: "1.2",
  title: "A name for each rank",
  minutes: 4,
  task: "`nameOf` is to give each rank a random name of its own, and the same one on every run. Now all ranks get the same name. **Change one line.**",
  start: `// Exercise 1.2: change one line.
function nameOf(rank: number): string {
  const random = mp.seededRandom(2026);
  return mp.range(6).map(() => random.choice("abcdefghijklmnopqrstuvwxyz")).join("");
}

await check("1.2", nameOf);`,
  hints: [
    "Each call begins the same sequence of random numbers. What is different between two ranks?",
    "`random.spawn(key)` makes a stream of its own for each key, and the same one for the same key.",
  ],
  solution: `function nameOf(rank: number): string {
  const random = mp.seededRandom(2026).spawn(rank);
  return mp.range(6).map(() => random.choice("abcdefghijklmnopqrstuvwxyz")).join("");
}

await check("1.2", nameOf);`,
  mistakes: [
    {
      what: "The seed is left out of the game: the names differ, but on each run anew.",
      code: `function nameOf(rank: number): string {
  const random = mp.seededRandom(Math.random());
  return mp.range(6).map(() => random.choice("abcdefghijklmnopqrstuvwxyz")).join("");
}

await check("1.2", nameOf);`,
      says: "the same name when rank 0 is asked again",
    },
    {
      what: "The stream is made once for all ranks: a name depends on who was asked before.",
      code: `const random = mp.seededRandom(2026);
function nameOf(rank: number): string {
  return mp.range(6).map(() => random.choice("abcdefghijklmnopqrstuvwxyz")).join("");
}

await check("1.2", nameOf);`,
      says: "the same name when rank 0 is asked again",
    },
    {
      what: "Another seed, and still the same one for all.",
      code: `function nameOf(rank: number): string {
  const random = mp.seededRandom(7);
  return mp.range(6).map(() => random.choice("abcdefghijklmnopqrstuvwxyz")).join("");
}

await check("1.2", nameOf);`,
      says: "names that are all the same",
    },
  ],
  async check(attempt) {
    const names: unknown[] = [];
    for (const rank of mp.range(RANKS)) names.push(await attempt.call(rank));
    const odd = names.find((name) => typeof name !== "string" || name.length !== 6);
    attempt.must(odd === undefined, "each name has 6 letters", "a name of 6 letters for each rank", shown(odd));
    const different = new Set(names).size;
    attempt.must(
      different === RANKS,
      `${RANKS} ranks have ${RANKS} names`,
      "a name of its own for each rank",
      different === 1
        ? `${RANKS} names that are all the same: ${shown(names[0])}`
        : `${different} different names for ${RANKS} ranks`,
    );
    for (const rank of mp.range(RANKS)) {
      const again = await attempt.call(rank);
      const expected = `the same name when rank ${rank} is asked again: ${shown(names[rank])}`;
      attempt.must(again === names[rank], "", expected, shown(again));
    }
    attempt.right.push("each rank has the same name when it is asked again");
  },
};
