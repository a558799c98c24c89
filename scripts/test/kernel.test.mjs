import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { stripVTControlCharacters } from "node:util";
import { tellCellsInStacks } from "../kernel/cellFrames.mjs";
import { Stop } from "../kernel/interruptMainThread.mjs";
import { makeShared, TERMINATE } from "../kernel/sharedFlags.mjs";
import { seenOfKernel } from "./pythonPrograms.mjs";

const traceback = ({ error }) => stripVTControlCharacters(error.traceback.join("\n"));

describe("the kernel", () => {
  let seen;
  before(async () => (seen = await seenOfKernel("kernel.py")));

  describe("prints", () => {
    it("all of 100,000 lines, in order, and the cell ends after them", () => {
      assert.equal(seen.prints.many, true);
      assert.equal(seen.prints.manyStatus, "ok");
      assert.equal(seen.prints.last, "idle");
    });
    it("stdout, stderr and pictures in the order in which they were made", () => assert.equal(seen.prints.order, true));
    it("into the cell that has ended, and calls back those who wait for a write", () => {
      assert.deepEqual(seen.prints.afterTheEnd, ["after the end", "xwritten\n"]);
    });
    it("text in other encodings, as Node would print it", () => assert.equal(seen.prints.encoded, "hiähiähiähi"));
    it("letters whole that come in two pieces", () => assert.equal(seen.prints.utf8, "é\n\n"));
    it("what a busy worker says at once", () => assert.equal(seen.workers_speak.live, "a first line\nit was seen\n"));
    it("what tasks, processes and all that they leave behind say, in the cell that started them", () => {
      assert.deepEqual(seen.workers_speak.atHome.trim().split("\n").sort(), [
        "inner",
        "left behind",
        "process",
        "task",
      ]);
      assert.equal(seen.workers_speak.elsewhere, "1\n");
      assert.equal(seen.workers_speak.initializer, "initializer\n");
    });
    it("lines whole and marked with their worker, where a pool has several", () => {
      const lines = seen.workers_speak.both.trim().split("\n").sort();
      const [one, two] = /^\[worker 1\] 1/m.test(seen.workers_speak.both) ? [1, 2] : [2, 1];
      const said = (worker, item) => [
        ...Array(3).fill(`[worker ${worker}] ${item}: half of a line`),
        `[worker ${worker}] the end`,
      ];
      assert.deepEqual(lines, [...said(one, 1), ...said(two, 2)].sort());
    });
    it("lines of processes marked with their names, where several run", () => {
      const lines = seen.workers_speak.processes.trim().split("\n");
      const names = lines.slice(0, 4).map((line) => /^\[(Process-\d+)\] (?:hello|again)$/.exec(line)?.[1]);
      assert.equal(new Set(names).size, 2, lines.join("\n"));
      assert.ok(!names.includes(undefined), lines.join("\n"));
      assert.equal(lines[4], "alone");
    });
  });

  describe("a failing cell", () => {
    it("publishes and replies the same error, and prints nothing", () => {
      for (const name of ["thrown", "compiling", "unfinished", "string", "promise", "remote", "library"]) {
        const { status, reply, error, stdout, stderr } = seen.errors[name];
        const { ename, evalue, traceback } = reply;
        assert.equal(status, "error", name);
        assert.deepEqual(error, { ename, evalue, traceback });
        assert.equal(stdout + stderr, "");
      }
    });
    it("shows the learner's own lines, and no others", () => {
      const { error } = seen.errors.thrown;
      assert.equal(error.ename, "RangeError");
      assert.equal(error.evalue, "not\nthat");
      const text = traceback(seen.errors.thrown);
      assert.deepEqual(
        text.match(/^In \[\d+\], line .*/gm).map((place) => place.replace(/\[\d+\]/, "[n]")),
        ["In [n], line 9, in fail", "In [n], line 15, in twice", "In [n], line 21"],
      );
      assert.match(text, /^----> {3}9 {3}throw new RangeError\($/m);
      assert.match(text, /^----> {2}21 twice\(2\);$/m);
      assert.doesNotMatch(text, /node:|node_modules|scripts|evalmachine/);
    });
    it("points to what TypeScript complains about", () => {
      assert.equal(seen.errors.compiling.error.ename, "TypeScriptError");
      assert.equal(seen.errors.compiling.error.evalue, "3:7 - Type 'number' is not assignable to type 'string'.");
      assert.match(
        traceback(seen.errors.compiling),
        /\n----> {3}3 const bad: string = 5;\n {16}\^\^\^\nType 'number' is not/,
      );
      assert.equal(seen.errors.unfinished.error.evalue, "1:15 - '}' expected.");
    });
    it("shows what is no error too", () => assert.equal(seen.errors.string.error.evalue, "just text"));
    it("shows the line that waited, and the cause", () => {
      assert.match(
        traceback(seen.errors.promise),
        /^Error: from nowhere\nIn \[\d+\], line 3\n[^]*\nCaused by TypeError: the cause/,
      );
      assert.match(
        traceback(seen.errors.library),
        /^RangeError: Pool: .*\nIn \[\d+\], line 3\n[^]*---->   3 new mp\.Pool\(-1\);/,
      );
    });
    it("shows the line that failed in a worker", () => {
      const text = traceback(seen.errors.remote);
      assert.match(text, /^SyntaxError: no 1\nIn \[\d+\], line 4, in bad\n[^]*---->   4 {3}throw new SyntaxError/);
      assert.match(text, /\nIn \[\d+\], line 2\n[^]*---->   2 await pool\.map\(bad, \[1\]\);/);
      assert.match(text, /\nCaused by RemoteError: .*`bad`.*\nIn \[\d+\], line 4, in bad$/);
    });
    it("is an error to nbclient, which runs notebooks for nbconvert", () => {
      assert.deepEqual(seen.by_nbclient.outputs, ["error"]);
      assert.match(stripVTControlCharacters(seen.by_nbclient.said), /RangeError: seen by nbclient\nIn \[2\], line 2\n/);
    });
  });

  describe("Stop", () => {
    for (const what of [
      "a loop",
      "a promise",
      "a loop after an await",
      "a loop in a function after an await",
      "a loop of awaits",
      "a loop of awaits in a function",
      "a loop that never leaves its microtasks",
      "a loop in a timer",
      "a loop that V8 unrolls",
      "a loop that catches everything",
      "a wait for a lock",
      "endless prints",
    ]) {
      it(`ends ${what}; variables and pools stay usable`, (t) => {
        const { status, error, seconds, usable } = seen.stops[what] ?? {};
        assert.deepEqual({ status, error, usable }, { status: "error", error: "Interrupted", usable: "true 9\n" });
        t.diagnostic(`after ${seconds.toFixed(2)} s`);
      });
    }
    it("ends a loop that never leaves its microtasks as soon as a plain loop", (t) => {
      const { plain, awaits } = seen.seconds_to_stop;
      t.diagnostic(`${plain.toFixed(2)} and ${awaits.toFixed(2)} s, medians of 7`);
      assert.ok(awaits < 4 * plain, `${awaits} and ${plain} s`);
    });
    it("pressed twice at once ends a loop as soon as once", (t) => {
      const { plain, twice } = seen.seconds_to_stop;
      t.diagnostic(`${plain.toFixed(2)} and ${twice.toFixed(2)} s, medians of 7`);
      assert.ok(twice < 4 * plain, `${twice} and ${plain} s`);
    });
    it("at any moment hits the cell that runs, or none", () => {
      assert.deepEqual(seen.late_stops, { wrong: [], after: "alive\n" });
      assert.equal(seen.idle_stop.stdout, "not hit\n");
    });
  });

  describe("Stop at odd moments", () => {
    for (const [when, how] of [
      ["before it has begun", "has not begun, since the main thread is busy"],
      ["not counted", "is not counted"],
      ["what an earlier run has left is disposed of", "first has to dispose of what an earlier run has left"],
      ["it asks", "asks for input"],
      ["a loop of locks", "takes a lock again and again"],
      ["an import", "loads a module"],
      ["a module of Node", "has Node load one of its own modules"],
      ["a callback of setImmediate", "waits, while a callback of setImmediate is in a loop"],
    ])
      it(`ends a cell that ${how}`, () => assert.equal(seen.odd_stops[when], "Interrupted"));
    it("does not end later cells that are not counted, which have its name", () =>
      assert.equal(seen.odd_stops["not counted, afterwards"], "slept\n"));
    it("leaves no port of those who asked", () => assert.equal(...seen.odd_stops.ports));
    it("leaves a lock free that `with` has taken", () =>
      assert.deepEqual(seen.odd_stops.lock, Array(5).fill("free\n")));
    it("leaves no module half loaded", () => assert.equal(seen.odd_stops.module, "on my way\n2\n"));
    it("leaves no module of Node half loaded", () => assert.equal(seen.odd_stops.fetch, "there\n"));
    it("ends nothing while only Node's own code is on the stack, which would lose a message", async () => {
      const { prepareStackTrace } = Error;
      tellCellsInStacks(() => undefined);
      const stop = new Stop(makeShared());
      const ask = globalThis[Symbol.for(TERMINATE)];
      await new Promise((resolve) => {
        setTimeout(ask, 1, 0);
        setTimeout(resolve, 2);
      });
      Error.prepareStackTrace = prepareStackTrace;
      assert.equal(stop.where, undefined);
    });
    it("loses no other callback of setImmediate, and the kernel rests", () =>
      assert.equal(seen.odd_stops.came, "3 0\n"));
  });

  describe("Stop in the middle of what the library does", () => {
    it("ends the cell, and leaves no process behind that nobody knows", () => {
      assert.equal(seen.stops_in_the_middle.hangs, undefined);
      assert.deepEqual(seen.stops_in_the_middle.errors, Array(24).fill("Interrupted"));
      assert.equal(seen.stops_in_the_middle.left, 0);
    });
    it("leaves pools as sound as they were, and the learner's variables what they were", () => {
      assert.deepEqual(seen.stops_in_the_middle.usable, Array(24).fill("4,9 7\n"));
      assert.equal(seen.stops_in_the_middle.after, "alive\n");
      assert.doesNotMatch(seen.stops_in_the_middle.said, /could not be stopped/);
    });
  });

  describe("Stop while the notebook reads files", () => {
    it("leaves none of them open", () => {
      assert.deepEqual(seen.stopped_readers.errors, Array(12).fill("Interrupted"));
      assert.deepEqual(seen.stopped_readers.open, [0, 0, 0]);
    });
  });

  describe("a pool that was made and shown again and again", () => {
    it("has as many threads as one", () => {
      const { printed, usual, threads } = seen.printed_pools;
      assert.deepEqual(printed, Array(12).fill("Pool { size: 2, state: 'open' }\n"));
      assert.ok(
        threads.every((count) => count <= usual),
        `threads after 1, 5, 9 and 13 pools: ${[usual, ...threads]}`,
      );
    });
  });

  describe("a pool that a stopped cell ends itself", () => {
    it("has no threads any more", () => {
      for (const [way, more] of Object.entries(seen.stopped_pools))
        assert.ok(more <= 0, `${way}: ${more} threads more`);
      assert.equal(Object.keys(seen.stopped_pools).length, 15);
    });
  });

  describe("the end of the kernel", () => {
    for (const how of ["shutdown", "shutdown while busy", "restart", "SIGTERM"]) {
      it(`by ${how} leaves nothing behind`, { skip: process.platform === "win32" && how === "SIGTERM" }, () => {
        assert.equal(seen.ends[how].started, 2);
        assert.deepEqual(seen.ends[how].left, []);
      });
    }
  });

  describe("by the protocol", () => {
    it("aborts the cells that wait behind a failed one, unless told not to", () => {
      assert.deepEqual(seen.details.aborted, ["error", "aborted", "aborted"]);
      assert.equal(seen.details.printedByAborted, "");
      assert.deepEqual(seen.details.notAborted, ["error", "ok"]);
    });
    it("runs what is asked for right after a cell has failed", () => {
      assert.deepEqual(seen.details.printedRightAfter, Array(5).fill("at once\n"));
    });
    it("says what it runs, and under which number", () => {
      assert.deepEqual(
        seen.details.input.map(({ code }) => code),
        ["40 + 2"],
      );
      assert.equal(seen.details.count, 1);
    });
    it("names its true versions", () => {
      const { typescript, tslab, node } = seen.details.versions;
      assert.equal(seen.details.info.status, "ok");
      assert.equal(seen.details.info.language_info.version, typescript);
      assert.equal(seen.details.info.banner, `TypeScript ${typescript} (tslab ${tslab}) on Node.js ${node}`);
    });
    it("answers each request by its own reply", () => {
      const { comms, history, complete, incomplete, inspect, emoji } = seen.details;
      assert.deepEqual(comms, { type: "comm_info_reply", status: "ok", comms: {} });
      assert.equal(history.type, "history_reply");
      assert.deepEqual(
        history.history.map(([, , code]) => code),
        ["40 + 2"],
      );
      assert.deepEqual(
        [complete.status, incomplete.status, seen.details.afterComma.status],
        ["complete", "incomplete", "incomplete"],
      );
      assert.match(inspect.data["text/plain"], /Math\.abs/);
      assert.deepEqual([emoji.matches, emoji.cursor_start, emoji.cursor_end], [["abs"], 11, 13]);
    });
    it("tells what is documented of a name in words, once", () =>
      assert.equal(
        seen.details.hover.data["text/plain"].replace(/^.*\n/, ""),
        "\nAdds.\n\na: the first\n\nGives: the sum\n\nExample:\nsum(1, 2)",
      ));
    it("completes what is imported, and in texts, in the place of what is typed", () => {
      const { imports, inText } = seen.details;
      assert.deepEqual(
        [...imports, inText].map(({ cursor_start, cursor_end }) => [cursor_start, cursor_end]),
        [
          [9, 11],
          [16, 22],
          [26, 28],
          [32, 34],
        ],
      );
      assert.deepEqual(
        [...imports, inText].map(({ matches }) => matches),
        [["cpus", "CpuInfo"], ["node:os"], ["test", "test.mjs"], ["circle"]],
      );
    });
    it("completes in a timed cell, too", () => {
      const { matches, cursor_start, cursor_end } = seen.details.inMagic;
      assert.deepEqual([matches, cursor_start, cursor_end], [["abs"], 19, 21]);
    });
    it("hears its control channel and beats its heart while a cell keeps it busy", () => {
      assert.equal(seen.details.control, "kernel_info_reply");
      assert.equal(seen.details.beating, true);
      assert.equal(seen.details.busyEnds, "ok");
    });
  });
});
