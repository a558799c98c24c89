/** The plain way of counting, to which every other way is held, and texts that are hard for the others. */
import type { Random } from "parallel-typescript";
import { SEPARATORS } from "./files";

/** The pieces between separators, one after the other; each either is the word or is not. */
export function plainCounts(text: Uint8Array, words: readonly string[]): number[] {
  const pieces: string[] = [];
  let piece = "";
  for (const byte of [...text, SEPARATORS[0]]) {
    if (!SEPARATORS.includes(byte)) piece += String.fromCharCode(byte);
    else if (piece !== "") {
      pieces.push(piece);
      piece = "";
    }
  }
  return words.map((word) => pieces.filter((each) => each === word).length);
}

export const asBytes = (word: string): Uint8Array => new Uint8Array(Buffer.from(word, "latin1"));

/**
 * Few different bytes, hence many words and many that are nearly one: letters whose codes have the same lower half (a and q,
 * b and r), letters beyond ASCII, the mark that stands for separators in the sieve, and separators.
 */
const ALPHABETS = [
  "ab ",
  "aqbr \n",
  "a!\u00e9 \u0085",
  "\u00ff\u00e1a \u00a0",
  "\u0000a\u0021\u0022 \u001c",
  "abcde     ",
];

/** A text over a tiny alphabet, and words to look for in it: some that stand there, some that nearly do. */
export function tinyCase(random: Random): { text: Uint8Array; words: string[] } {
  const alphabet = random.choice(ALPHABETS);
  const text = Array.from({ length: random.choice([0, 1, 2, 17, 64, 300, 600, 600]) }, () =>
    random.choice(alphabet),
  ).join("");
  const pieces = text.split(/[\t-\r\x1c-\x20\x85\xa0]+/).filter((piece) => piece !== "");
  const letters = alphabet.replace(/[\t-\r\x1c-\x20\x85\xa0]/g, "");
  const words = Array.from({ length: random.randint(1, 9) }, () => {
    if (pieces.length > 0 && random.randint(0, 2) > 0) return random.choice(pieces);
    return Array.from({ length: random.randint(1, 5) }, () => random.choice(letters)).join("");
  });
  return { text: asBytes(text), words: [...new Set(words)] };
}
