/** Random numbers that come out the same in every process and on every machine. */
import type seedrandom from "seedrandom";
import { describe } from "./errors";
import { nodeCrypto } from "./loadLate";

type Arc4 = seedrandom.StatefulPRNG<seedrandom.State.Arc4>;

/** Loaded on first use: a program that draws no numbers starts sooner. */
const newGenerator = (seed: string, state: true | seedrandom.State.Arc4): Arc4 =>
  (require("seedrandom") as typeof seedrandom)(seed, { state });
const hashOf = (text: string): string => nodeCrypto().createHash("sha256").update(text).digest("hex");

/** A reproducible stream of random numbers; made by `seededRandom`. */
export interface Random {
  /**
   * The next number in [0, 1).
   *
   * @example
   * seededRandom(42).random(); // 0.0016341939679719736
   */
  random(): number;

  /**
   * An integer in [low, high], both included, each exactly as likely, as Python's `random.randint`.
   *
   * @throws RangeError when an end is no integer within ±2 ** 53, low is above high, or they are further apart than 2 ** 53
   * @example
   * seededRandom(42).randint(1, 6); // 4
   */
  randint(low: number, high: number): number;

  /**
   * One of the items of an array, a string or a typed array, each as likely, as Python's `random.choice`.
   *
   * @throws RangeError when there are none; TypeError when `items` has no length
   * @example
   * seededRandom(42).choice("abc"); // "a"
   */
  choice<T>(items: ArrayLike<T>): T;

  /**
   * An independent stream for one task: always the same for the same key, however many numbers this one has given.
   * The keys 1 and "1" differ.
   *
   * @throws TypeError when the key is neither a string nor a number
   * @example
   * const perTask = seededRandom(42);
   * perTask.spawn(7).random() === perTask.spawn(7).random(); // true
   */
  spawn(key: string | number): Random;
}

/**
 * Reproducible random numbers: `random()` gives npm seedrandom's own sequence for that seed, so 42 and "42" differ.
 *
 * @param seed any string or number
 * @throws TypeError when the seed is neither
 * @example
 * seededRandom(42).random(); // 0.0016341939679719736, on every machine
 */
export function seededRandom(seed: string | number): Random {
  return new SeededRandom(seed, keyText("seed", seed));
}

const BITS_53 = 2 ** 53;
/** After so many numbers the state is written down anew; a copy draws at most so many again to catch up. */
const DRAWS_PER_STATE = 1024;

/** The live generators; a copy in another worker has none and is given one at its first number. */
const generators = new WeakMap<SeededRandom, Arc4>();

/**
 * Everything that decides the next number lies in ordinary properties, so that a copy of them goes on with the sequence.
 * @internal
 */
export class SeededRandom implements Random {
  /** The seed and the keys of all spawns since, which name this stream. */
  readonly lineage: string;
  /** seedrandom's state some draws ago, and how many numbers were drawn since. */
  state: seedrandom.State.Arc4;
  drawn = 0;

  constructor(seed: string | number, lineage: string) {
    this.lineage = lineage;
    // The types name strings only, but seedrandom keeps numbers apart from their strings.
    const generator = newGenerator(seed as string, true);
    this.state = generator.state();
    generators.set(this, generator);
  }

  random(): number {
    const generator = generators.get(this) ?? this.wake();
    if (this.drawn === DRAWS_PER_STATE) {
      this.state = generator.state();
      this.drawn = 0;
    }
    this.drawn++;
    return generator();
  }

  randint(low: number, high: number): number {
    checkInteger("low", low);
    checkInteger("high", high);
    if (low > high)
      throw new RangeError(`randint: low must not be above high, but low is ${low} and high is ${high}. Swap them.`);
    const size = high - low + 1;
    if (!Number.isSafeInteger(high - low))
      throw new RangeError(
        `randint: there must be no more than 2 ** 53 integers from low to high, but low is ${low} and high is ${high}.`,
      );
    // Of the numbers of 53 bits only a multiple of `size` shares out evenly: the rest is drawn again.
    const limit = BITS_53 - (BITS_53 % size);
    for (;;) {
      const bits = Math.floor(this.random() * BITS_53);
      if (bits < limit) return low + (bits % size);
    }
  }

  choice<T>(items: ArrayLike<T>): T {
    const length: unknown = (items as ArrayLike<T> | null | undefined)?.length;
    if (typeof length !== "number" || typeof items === "function") {
      throw new TypeError(
        `choice: expected an array or a string, but got ${describe(items)}. Spread a Set or Map into an array first: [...set].`,
      );
    }
    if (!Number.isSafeInteger(length) || length < 0)
      throw new RangeError(
        `choice: the length of what is chosen from must be a whole number, but is ${describe(length)}.`,
      );
    if (length === 0) throw new RangeError("choice: expected at least one item to choose from, but got none.");
    return items[this.randint(0, length - 1)] as T;
  }

  spawn(key: string | number): Random {
    const lineage = `${this.lineage}/${keyText("key", key)}`;
    // seedrandom looks at the low byte of each character only, so a long name could be mistaken for another: hash it.
    return new SeededRandom(hashOf(lineage), lineage);
  }

  /** Prints without the 256 numbers of the state. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return `Random { ${this.lineage} }`;
  }

  private wake(): Arc4 {
    const generator = newGenerator("", this.state);
    for (let draw = 0; draw < this.drawn; draw++) generator();
    generators.set(this, generator);
    return generator;
  }
}

function keyText(role: "seed" | "key", value: unknown): string {
  if (typeof value === "string" || typeof value === "number")
    return typeof value === "string" ? JSON.stringify(value) : String(value);
  throw new TypeError(`The ${role} of random numbers must be a string or a number, but is ${describe(value)}.`);
}

function checkInteger(name: string, value: unknown): void {
  if (Number.isInteger(value) && Math.abs(value as number) <= BITS_53) return;
  throw new RangeError(
    `randint: ${name} must be an integer between -(2 ** 53) and 2 ** 53, but is ${describe(value)}.`,
  );
}
