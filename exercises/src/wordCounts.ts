/** Texts whose words are known, and counts of words compared. */
import { seededRandom } from "parallel-typescript";
import type { Attempt } from "./attempt";
import { shown } from "./limits";

const VOCABULARY = "sea ship whale love captain storm island anchor sail harbour".split(" ");

/** Made-up pages; some words are far more frequent than others. */
export function pages(count: number, words: number): string[] {
  const random = seededRandom("pages");
  const word = () => random.choice(VOCABULARY.slice(0, random.randint(1, VOCABULARY.length)));
  return Array.from({ length: count }, () => Array.from({ length: words }, word).join(" "));
}

export function countsOf(text: string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const word of text.split(/\s+/)) if (word !== "") counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}

/** That an object or a Map has these counts. `whyLess` tells why there may be too few. */
export function mustBeCounts(
  attempt: Attempt,
  answer: unknown,
  expected: Record<string, number>,
  whyLess: string,
): void {
  const isObject = typeof answer === "object" && answer !== null && !Array.isArray(answer);
  attempt.must(isObject, "", "an object with the count of each word, such as { sea: 3, ship: 1 }", shown(answer));
  const came = (answer instanceof Map ? Object.fromEntries(answer) : answer) as Record<string, unknown>;
  const wrong = Object.keys(expected).find((word) => came[word] !== expected[word]);
  const extra = Object.keys(came).find((word) => !(word in expected));
  const words = Object.keys(expected).length;
  attempt.must(
    wrong === undefined,
    `the counts of ${words} words are right`,
    `${wrong} ${expected[wrong ?? ""]} times`,
    `${wrong} ${shown(came[wrong ?? ""])} times${isLess(came, expected, wrong) ? `. ${whyLess}` : ""}`,
  );
  attempt.must(extra === undefined, "no other words", "only words of the text", shown(extra));
}

const isLess = (came: Record<string, unknown>, expected: Record<string, number>, word = "") =>
  came[word] === undefined || Number(came[word]) < (expected[word] ?? 0);
