/** What every picture must be. Not a test file. */
import assert from "node:assert/strict";

/** Every tag closed in order, no stray "<" or "&". */
export function assertWellFormed(svg: string): void {
  const open: string[] = [];
  const tag = /<(\/?)([a-z]+)((?: [\w-]+="[^"<]*")*) ?(\/?)>/gi;
  const texts = svg.replace(tag, (_, closing: string, name: string, __, selfClosing: string) => {
    if (closing) assert.equal(open.pop(), name);
    else if (!selfClosing) open.push(name);
    return "";
  });
  assert.deepEqual(open, []);
  assert.ok(!texts.includes("<"), "no stray <");
  assert.ok(!/&(?!#\d+;|amp;|lt;|gt;|quot;)/.test(svg), "no stray &");
}
