/** What the sieve of sieve.wat is filled with: one letter of each word and that letter's two neighbours. */

/** A word that may stand where something was found, `offset` bytes before that. */
export interface Candidate {
  readonly index: number;
  readonly word: Uint8Array;
  readonly offset: number;
}

/** One filling. It has 16 slots, one for each value of the lower half of a letter's code, and each takes one letter. */
export interface Sieve {
  /** The neighbour before the letter, for each of the slots, then the neighbour after it; 0 where nothing is let through. */
  readonly tables: Uint8Array;
  /** The words that may stand there, for each of the slots. */
  readonly candidates: readonly Candidate[][];
}

/** The letter is one of the first so many of a word. */
const CHOICE = 8;

/** What every separator and every byte beyond ASCII is for the sieve: it cannot tell them apart, but the comparison can. */
const OTHER = 0x21;

/**
 * Puts each word into the first sieve that has room for it, by the rarest of its letters (with their neighbours) that fits.
 *
 * @param words as bytes
 * @param finds how often a sieve of these tables lets something through in a sample of the text
 */
export function makeSieves(words: readonly Uint8Array[], finds: (tables: Uint8Array) => number): Sieve[] {
  const sieves: Sieve[] = [];
  for (const [index, word] of words.entries()) {
    const choices = Array.from(word.subarray(0, CHOICE), (letter, offset) => {
      const [low, before, after] = [letter & 15, neighbour(word[offset - 1]), neighbour(word[offset + 1])];
      const alone = new Uint8Array(32);
      alone[low] = before;
      alone[16 + low] = after;
      return { offset, low, before, after, often: finds(alone) };
    }).sort((one, other) => one.often - other.often);
    for (const sieve of [...sieves, emptySieve()]) {
      const { tables, candidates } = sieve;
      const choice = choices.find(
        ({ low, before, after }) => tables[low] === 0 || (tables[low] === before && tables[16 + low] === after),
      );
      if (choice === undefined) continue;
      tables[choice.low] = choice.before;
      tables[16 + choice.low] = choice.after;
      candidates[choice.low]?.push({ index, word, offset: choice.offset });
      if (!sieves.includes(sieve)) sieves.push(sieve);
      break;
    }
  }
  return sieves;
}

function emptySieve(): Sieve {
  return { tables: new Uint8Array(32), candidates: Array.from({ length: 16 }, () => []) };
}

/** The neighbour as sieve.wat sees it; undefined is the separator before or after a word. */
function neighbour(byte: number | undefined): number {
  return byte === undefined || byte < OTHER || byte > 0x7f ? OTHER : byte;
}
