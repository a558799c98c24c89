/** Words of latin-1 text as bytes: what separates them, and whether one stands at a position. */

/**
 * 1 for each byte that Python's `str.split()` splits latin-1 text on.
 * Source: CPython's `str.isspace`; the table in Objects/unicodetype_db.h, of which these are the code points below 256.
 */
export const isSeparator: Uint8Array = new Uint8Array(256);
/** The same under a name that the compiler does not turn into a look into the module's exports each time. */
const separates = isSeparator;
for (const byte of [0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x1c, 0x1d, 0x1e, 0x1f, 0x20, 0x85, 0xa0]) isSeparator[byte] = 1;
/** The separators, as bytes. */
export const SEPARATORS: readonly number[] = Array.from(isSeparator.keys()).filter((byte) => isSeparator[byte] === 1);

/** A word's bytes in latin-1, or undefined when it cannot be a piece of split latin-1 text at all. */
export function bytesOf(word: string): Uint8Array | undefined {
  const bytes = Buffer.from(word, "latin1");
  const possible = word !== "" && bytes.toString("latin1") === word && bytes.every((byte) => isSeparator[byte] === 0);
  return possible ? bytes : undefined;
}

/** Whether this word, whole and between separators, stands at this position of the text. */
export function standsAt(text: Uint8Array, start: number, word: Uint8Array): boolean {
  const { length } = word;
  if (separates[text[start - 1] as number] === 0 || separates[text[start + length] as number] === 0) return false;
  for (let index = 0; index < length; index++) {
    if (text[start + index] !== word[index]) return false;
  }
  return true;
}
