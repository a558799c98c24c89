/** Warns of random numbers that come out the same in every worker: a task that draws from a generator around it draws from a copy. */
import type { Encoded } from "../../serialize/encode/encode";

const warned = new Set<string>();

/** Looks at a function that is ready to be sent; each variable is told once. */
export function warnOfRepeats({ generators, message }: Encoded): void {
  if (generators.length === 0 || "cloned" in message) return;
  const sources = message.nodes.flatMap((node) => (node.is === "function" ? [node.source] : []));
  // Streams of its own for each task are the remedy.
  if (sources.some((source) => SPAWNS.test(source)) || !sources.some((source) => DRAWS.test(source))) return;
  for (const where of generators) {
    if (warned.has(where)) continue;
    warned.add(where);
    const name = `${/`(.*?)`/.exec(where)?.[1] ?? "random"}${[...where.matchAll(/property `(\..*?)`/g)].map(([, key]) => key).join("")}`;
    process.emitWarning(
      `${where} is a seededRandom, of which each worker and each call gets a copy as it is now: they all draw the same numbers. ` +
        `Give each task a stream of its own, with a key that no other task has: ${name}.spawn(key).random().`,
      { type: "SeededRandomWarning" },
    );
  }
}

const SPAWNS = /\.spawn\b/;
const DRAWS = /(?<!\bMath)(?<!crypto)\.(random|randint|choice)\b|\{[^}]*\b(random|randint|choice)\b[^}]*\}\s*=/;
