// The messages of VS Code's Jupyter extension, which nobody starts here: vscode.py sends what it sends.
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { seenOfKernel } from "./pythonPrograms.mjs";

describe("VS Code's notebook, by its messages", () => {
  let seen;
  before(async () => (seen = await seenOfKernel("vscode.py")));

  it("finds a kernel of TypeScript", () => {
    assert.deepEqual([seen.info.status, seen.info.language_info.name], ["ok", "typescript"]);
    assert.equal(seen.info.language_info.file_extension, ".ts");
  });
  it("runs a cell that comes with metadata", () => {
    const { status, said, count, kinds } = seen.cell;
    assert.deepEqual([status, said, count], ["ok", "42\n", 1]);
    assert.deepEqual(kinds, ["status", "execute_input", "execute_result", "status"]);
  });
  it("asks for itself without a number for it", () => {
    assert.equal(seen.own.said, "43\n");
    assert.equal(seen.compare.count, 4);
  });
  it("goes on after a cell that failed", () =>
    assert.deepEqual(
      seen.all.map(({ status, said }) => [status, said]),
      [
        ["error", ""],
        ["ok", "44\n"],
      ],
    ));
  it("shows a picture, which stands on a dark page on a ground of its own", () => {
    const [, , data] = seen.compare.pictures.at(-1);
    assert.match(data["text/html"], /<img [^>]*src="data:image\/svg\+xml,<svg .*<rect[^>]* fill='%23ffffff'/);
    assert.match(data["text/plain"], /b │/);
  });
  it("brings a picture up to date under its name", () => {
    const [[first, name], ...later] = seen.live.pictures;
    assert.equal(first, "display_data");
    assert.ok(name !== undefined && later.length > 0);
    for (const [kind, id] of later) assert.deepEqual([kind, id], ["update_display_data", name]);
  });
  it("is asked for input", () =>
    assert.deepEqual([seen.asked.prompt, seen.asked.said], [{ prompt: "Who? ", password: false }, "me\n"]));
  it("stops a cell by a message", () => {
    assert.equal(seen.stopped.stop.status, "ok");
    assert.equal(seen.stopped.cell.error.ename, "Interrupted");
  });
  it("completes, and explains a name", () => {
    assert.deepEqual(seen.completed.matches, ["toFixed"]);
    assert.match(seen.hover.data["text/plain"], /answer/);
  });
  it("asks it to leave, and it does", () => {
    assert.deepEqual(seen.left, { status: "ok", restart: false });
    assert.equal(seen.alive, 0);
  });
});
