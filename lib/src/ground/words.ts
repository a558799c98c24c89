/** Words of latin-1 text, one byte at a time: what separates them, and a counter that does not care where a chunk ends. */

/**
 * 1 for each byte that Python's `str.split()` splits latin-1 text on.
 * Source: CPython's `str.isspace`; the table in Objects/unicodetype_db.h, of which these are the code points below 256.
 */
export const isSeparator: Uint8Array = new Uint8Array(256);
for (const byte of [0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x1c, 0x1d, 0x1e, 0x1f, 0x20, 0x85, 0xa0]) isSeparator[byte] = 1;

/** The place in the tree of letters before a word's first byte, and the one of words that can no longer match. */
const START = 0;
const LOST = -1;

/**
 * Counts some words in bytes that come in chunks. Its words make a tree of letters: every byte of the text is one step
 * down that tree, and a separator says whether the word ended at a place that counts. The place is kept from chunk to
 * chunk, hence a word may lie across any number of them.
 */
export class WordCounter {
  /** From place * 256 + byte to the next place. */
  private readonly steps = new Map<number, number>();
  private readonly firstSteps = new Int32Array(256).fill(LOST);
  /** How many words of the text ended at each place. */
  private readonly ended: number[] = [0];
  private place = START;

  constructor(words: readonly string[]) {
    for (const word of words) {
      if (canOccur(word)) this.plant(word);
    }
  }

  /** Takes the next bytes of the text. */
  add(bytes: Uint8Array): void {
    const { steps, firstSteps, ended } = this;
    const { length } = bytes;
    let place = this.place;
    for (let index = 0; index < length; index++) {
      const byte = bytes[index];
      if (isSeparator[byte] === 1) {
        if (place > START) ended[place]++;
        place = START;
      } else if (place === START) {
        place = firstSteps[byte];
      } else if (place > START) {
        place = steps.get(place * 256 + byte) ?? LOST;
      }
    }
    this.place = place;
  }

  /** Says that the text ends here, and that what follows is another text. */
  end(): void {
    if (this.place > START) this.ended[this.place]++;
    this.place = START;
  }

  /** How often the word stood in the texts that have ended; it must be one of those given to the constructor. */
  count(word: string): number {
    if (!canOccur(word)) return 0;
    let place = START;
    for (let index = 0; index < word.length; index++) place = this.step(place, word.charCodeAt(index));
    return this.ended[place];
  }

  private plant(word: string): void {
    let place = START;
    for (let index = 0; index < word.length; index++) {
      const byte = word.charCodeAt(index);
      let next = this.step(place, byte);
      if (next === LOST) {
        next = this.ended.push(0) - 1;
        if (place === START) this.firstSteps[byte] = next;
        else this.steps.set(place * 256 + byte, next);
      }
      place = next;
    }
  }

  private step(place: number, byte: number): number {
    return place === START ? this.firstSteps[byte] : this.steps.get(place * 256 + byte) ?? LOST;
  }
}

/** Whether a word can be a piece of split latin-1 text at all. */
function canOccur(word: string): boolean {
  for (let index = 0; index < word.length; index++) {
    const code = word.charCodeAt(index);
    if (code > 0xff || isSeparator[code] === 1) return false;
  }
  return word !== "";
}
