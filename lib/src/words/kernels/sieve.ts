/** What the sieve of sieve.wat is filled with: one letter of each word and that letter's two neighbours. */

/** A word that may stand where the sieve found its letter, `offset` bytes before that letter. */
export interface Suspect {
  readonly place: number;
  readonly word: Uint8Array;
  readonly offset: number;
}

/** One filling. It has 16 places, one for each value of the lower half of a letter's code, and each takes one letter. */
export interface Sieve {
  /** The neighbour before the letter, for each of the places, then the neighbour after it; 0 where nothing is let through. */
  readonly tables: Uint8Array;
  /** The words that may stand there, for each of the places. */
  readonly suspects: readonly Suspect[][];
}

/** One of the letters that a word may be looked for by. */
interface Choice extends Suspect {
  /** The lower half of the letter. */
  readonly low: number;
  readonly before: number;
  readonly after: number;
  /** How often a sieve for nothing else lets something through in a sample of the text. */
  readonly often: number;
}
type Unrated = Omit<Choice, "often">;

/** A letter that is rare with its neighbours is looked for among the first so many of a word. */
const CHOICE = 8;

/** What every separator and every byte beyond ASCII is for the sieve: it cannot tell them apart, but the comparison can. */
const OTHER = 0x21;

/**
 * Deals the words into as few sieves as it easily can, each word by a letter that is rare in this text.
 *
 * @param words as bytes
 * @param finds how often a sieve of these tables lets something through in a sample of the text
 */
export function makeSieves(words: readonly Uint8Array[], finds: (tables: Uint8Array) => number): Sieve[] {
  let left: (readonly Choice[])[] = words.map((word, place) => {
    const choices = Array.from(word.subarray(0, CHOICE), (_, offset) => choiceOf(place, word, offset));
    return choices
      .map((choice) => ({ ...choice, often: finds(tablesOf([choice])) }))
      .sort((one, other) => one.often - other.often);
  });
  const sieves: Sieve[] = [];
  while (left.length > 0) {
    const { taken, others } = fill(left);
    sieves.push({
      tables: tablesOf(taken),
      suspects: Array.from({ length: 16 }, (_, low) => taken.filter((choice) => choice.low === low)),
    });
    left = others;
  }
  return sieves;
}

/**
 * Takes one choice for each of as many words as fit into one sieve. Next in turn is always the word that has most to lose
 * should another take its best choice away: the step of Vogel's approximation method.
 */
function fill(words: readonly (readonly Choice[])[]): { taken: Choice[]; others: (readonly Choice[])[] } {
  const taken: Choice[] = [];
  const others: (readonly Choice[])[] = [];
  let open = words.map((choices) => ({ choices, possible: choices }));
  while (open.length > 0) {
    const next = open.reduce((most, each) => (stakeOf(each.possible) > stakeOf(most.possible) ? each : most));
    const [best] = next.possible;
    taken.push(best);
    open = open
      .filter((each) => each !== next)
      .map(({ choices, possible }) => ({
        choices,
        possible: possible.filter((choice) => !areInConflict(choice, best)),
      }));
    others.push(...open.filter(({ possible }) => possible.length === 0).map(({ choices }) => choices));
    open = open.filter(({ possible }) => possible.length > 0);
  }
  return { taken, others };
}

/** How much more often the second best choice lets something through than the best one. */
function stakeOf([best, second]: readonly Choice[]): number {
  return second === undefined ? Infinity : second.often - best.often;
}

function choiceOf(place: number, word: Uint8Array, offset: number): Unrated {
  return {
    place,
    word,
    offset,
    low: word[offset] & 15,
    before: neighbour(word[offset - 1]),
    after: neighbour(word[offset + 1]),
  };
}

/** The neighbour as sieve.wat sees it; undefined is the separator before or after a word. */
function neighbour(byte: number | undefined): number {
  return byte === undefined || byte < OTHER || byte > 0x7f ? OTHER : byte;
}

function areInConflict(one: Unrated, other: Unrated): boolean {
  return one.low === other.low && (one.before !== other.before || one.after !== other.after);
}

function tablesOf(choices: readonly Unrated[]): Uint8Array {
  const tables = new Uint8Array(32);
  for (const { low, before, after } of choices) {
    tables[low] = before;
    tables[16 + low] = after;
  }
  return tables;
}
