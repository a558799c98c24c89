// What the kernel makes of cells that are unusual, and of what they print, show and throw.
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { stripVTControlCharacters } from "node:util";
import { Outbox } from "../kernel/outbox.mjs";
import { seenOfKernel } from "./pythonPrograms.mjs";
import { awaiting, cells, refused, thrown } from "./unusualCells.mjs";

describe("the kernel's cells", () => {
  let seen;
  const cell = (name) => seen.cells[name];
  const traceback = (name) => stripVTControlCharacters(cell(name).error.traceback.join("\n"));
  const places = (text) => text.match(/(?<=In\[)\d+\]:\d+:\d+/g).map((place) => place.replace(/^\d+\]:/, ""));
  before(async () => (seen = await seenOfKernel("kernel_cells.py", cells)));

  describe("await at the top", () => {
    for (const [code, printed] of Object.entries(awaiting)) {
      it(code, () =>
        assert.deepEqual([cell(`awaiting: ${code}`).error, cell(`awaiting: ${code}`).said], [null, printed]),
      );
    }
    for (const code of refused) {
      it(`not in ${code}`, () => {
        const { ename, evalue } = cell(`refused: ${code}`).error;
        assert.equal(ename, "TypeScriptError");
        assert.match(evalue, /await/i);
      });
    }
    it("not in a module, which says so", () =>
      assert.equal(
        cell("a module that awaits").stderr.match(/CommonJS module and cannot use 'await' at the top level/g)?.length,
        2,
      ));
  });

  it("what cannot be read is told, and not what follows from it", () => {
    assert.equal(cell("cannot be read").error.evalue, "1:19 - ',' expected.");
    assert.doesNotMatch(traceback("cannot be read"), /redeclare|nowhere'/);
  });
  describe("what cannot be told", () => {
    for (const [code, [name, message]] of Object.entries(thrown)) {
      it(code, () => {
        const { status, error } = cell(`thrown: ${code}`);
        assert.deepEqual([status, error.ename], ["error", name]);
        if (typeof message === "string") assert.equal(error.evalue, message);
        else assert.match(error.evalue, message);
      });
    }
    it("is told when nobody was there to hear of it, too", () => {
      const { status, stderr } = cell("stray values");
      assert.equal(status, "ok");
      assert.match(stderr, /^UncaughtException: Uncaught: <Revoked Proxy>$/m);
      assert.match(stderr, /^UnhandledPromiseRejection: Mute: \(its message cannot be read: that throws\)$/m);
      assert.match(stderr, /^UncaughtException: Uncaught: \{/m);
      assert.equal(cell("after these").stdout, "alive [ 9 ]\n");
    });
    it("of an AbortSignal that has run out is the line that waited, and nothing of Node's", () => {
      assert.match(
        traceback("timed out where"),
        /^TimeoutError: The operation was aborted due to timeout\nIn \[\d+\], line 3\n[^]*---->   3 await pool\.map/,
      );
      assert.doesNotMatch(traceback("timed out where"), /node:/);
    });
  });

  describe("halves of characters", () => {
    it("become �, whatever prints them", () => {
      assert.deepEqual(
        [cell("halves").said, cell("halves").stderr],
        ["�|\nwhole 😀, \\ud83d, \\\\ud83d\n�\n", "�\0\u2028\n"],
      );
      assert.equal(cell("halves of workers").stdout, "�|\n😀\n�|\n");
    });
    it("that come in two prints are one", () => assert.equal(cell("halves in two prints").stdout, "😀|���"));
    it("are not made by cutting what is too long for one message", async () => {
      const sent = [];
      const socket = { send: async ({ content }) => void sent.push(content.text) };
      const outbox = new Outbox({ frames: (message) => message }, () => undefined);
      const long = "x" + "😀".repeat(10_000_000);
      outbox.print(socket, undefined, "stdout", long);
      await outbox.empty();
      assert.ok(sent.join("") === long && sent.length > 1 && sent.every((text) => text.isWellFormed()));
    });
    it("become � in errors", () => {
      assert.deepEqual(
        [cell("halves thrown").error.ename, cell("halves thrown").error.evalue, cell("halves of workers").error.evalue],
        ["�", "�", "�"],
      );
      assert.match(traceback("halves thrown"), /\nCaused by Uncaught: �$/);
    });
    it("become � in what is shown, names included", () => {
      assert.deepEqual(cell("halves shown").shown, [
        { "text/html": "<b>�</b>" },
        { "application/json": { "�": ["�"] } },
        { "text/plain": "�" },
        { "text/plain": "😀�" },
      ]);
    });
    it("leave a notebook that is saved, and that nbconvert reads", () =>
      assert.deepEqual(seen.saved, { notebook: true, html: true }));
  });

  describe("prints and shows", () => {
    it("refuses what is no JSON, and no text, in the line that shows it", () => {
      assert.equal(cell("no JSON").stdout, "TypeError\nTypeError\nTypeError\n");
      assert.deepEqual(
        [cell("no text").error.ename, cell("no text").error.evalue],
        ["TypeError", "tslab.display: text/html has to be a string or a Uint8Array, not 42."],
      );
      assert.match(traceback("no text"), /\nIn \[\d+\], line 1\n/);
      assert.deepEqual(cell("not a number").shown, [{ "application/json": { a: null } }]);
    });
    it("in every encoding that a stream knows", () => {
      assert.equal(cell("encodings").stdout, "hihihié�|");
      assert.equal(cell("encodings").error.evalue, "Unknown encoding: none");
    });
  });

  describe("stacks", () => {
    it("of logged errors name the cell's own lines and columns, and no others", () => {
      const { stdout } = cell("logged where");
      const [first, second] = stdout.split("Error: again");
      assert.match(first, /^RangeError: logged\n    at fails \(In\[\d+\]:11:40\)\n    at In\[\d+\]:2:42\n$/);
      assert.deepEqual(places(second), ["3:33"]);
      assert.doesNotMatch(stdout, /scripts|node_modules|__cell__|evalmachine/);
    });
    it("of console.trace do so", () => {
      assert.match(
        cell("traced where").stderr,
        /^Trace: here 1\n    at Object\.it \(In\[\d+\]:1:37\)\n    at In\[\d+\]:3:8\n$/,
      );
    });
    it("of unhandled errors do so", () => {
      const { stderr } = cell("unhandled where");
      assert.match(
        stderr,
        /^UncaughtException: RangeError: thrown\nIn \[\d+\], line 11, in fails\n[^]*?\nIn \[\d+\], line 1, in Timeout\.<anonymous>$/m,
      );
      assert.match(
        stderr,
        /^UnhandledPromiseRejection: RangeError: rejected\nIn \[\d+\], line 11, in fails\n[^]*?\nIn \[\d+\], line 2$/m,
      );
      assert.doesNotMatch(stderr, /scripts|node_modules|__cell__|node:/);
    });
    it("of wrong timers do so", () => assert.match(traceback("an interrupted timer's line"), /\nIn \[\d+\], line 2\n/));
  });

  describe("modules' words in cells", () => {
    it("exports are declarations", () => {
      assert.equal(cell("exports").error, null);
      assert.deepEqual([cell("exports again").error, cell("exports again").stdout], [null, "10 2 3 K6 {} D6 {} 0 4\n"]);
    });
    it("declare global and declare module: it is said where they belong, and they work there", () => {
      assert.match(
        cell("declare module").error.evalue,
        /^1:1 - A cell cannot hold `declare module`\. Put it into a cell of its own that begins with/,
      );
      assert.match(
        cell("declare global").error.evalue,
        /^2:1 - A cell cannot hold `declare global`\. Put it into a cell of its own that begins with \/\*\* @module globals \*\//,
      );
      assert.equal(cell("declare global is known").stdout, "2 3\n");
    });
  });

  describe("a cell that ends before its end", () => {
    it("has defined what it came to", () => {
      assert.equal(cell("fails half-way").error.evalue, "half-way");
      assert.equal(cell("after it").stdout, "1 2 3 4 b\n");
      assert.equal(cell("stopped half-way").error.ename, "Interrupted");
      assert.equal(cell("after the Stop").result["text/plain"], "2");
    });
    it("has defined nothing else", () => {
      for (const code of ["missed", "w", "new Never()", "NeverEnum.A"])
        assert.match(cell(`never defined: ${code}`).error.evalue, /Cannot find name '(missed|w|Never|NeverEnum)'/);
      assert.match(cell("behind the Stop").error.evalue, /Cannot find name 'behind'/);
    });
  });

  describe("Stop", () => {
    it("ends the timers that finished cells have left, and the loops that sleep by them; pools stay usable", () => {
      assert.equal(cell("after background").stdout, "000000000 [ 9 ]\n");
    });
    it("ends those of the cell that it stops, whose own waits are left through finally", () => {
      assert.equal(cell("background of a stopped cell").error.ename, "Interrupted");
      assert.equal(cell("after a stopped cell").stdout, "000000000 1\n");
    });
    it("ends the inspection of a last value, and a loop in the background", () => {
      assert.equal(cell("a last value without end").error.ename, "Interrupted");
      assert.equal(cell("at last").stdout, "alive [ 9 ]\n");
    });
  });
});
