import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { DEFAULT_SEED, DEFAULT_SIZE, descriptionPath, readDescription, WORDS } from "../data/description.mjs";
import { writeShelf } from "../data/shelf.mjs";
import { formatSize, parseSize } from "../data/size.mjs";

const mp = createRequire(import.meta.url)("parallel-typescript");
const script = fileURLToPath(new URL("../data.mjs", import.meta.url));

function temporaryFolder(t) {
  const folder = mkdtempSync(join(tmpdir(), "data é "));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Runs `npm run data` with these arguments to its end. */
const build = (...args) => spawnSync(process.execPath, [script, ...args], { encoding: "utf8" });

/** A build that must succeed; returns the bytes and what the JSON says of them. */
async function built(file, ...args) {
  const { status, stderr } = build("--out", file, ...args);
  assert.equal(status, 0, stderr);
  const bytes = readFileSync(file);
  const description = await readDescription(file);
  assert.equal(description.size, bytes.length);
  assert.equal(description.sha256, createHash("sha256").update(bytes).digest("hex"));
  return { bytes, description };
}

function countedByPython(file) {
  const program = `import json, sys
tokens = open(sys.argv[1], "rb").read().decode("latin-1").split()
print(json.dumps({word: tokens.count(word) for word in sys.argv[2:]}))`;
  return JSON.parse(
    execFileSync(process.platform === "win32" ? "python" : "python3", ["-c", program, file, ...WORDS], {
      encoding: "utf8",
    }),
  );
}

/** Waits until `condition` holds, looking every few milliseconds. */
async function until(condition, what) {
  for (const start = performance.now(); !condition(); await new Promise((resolve) => setTimeout(resolve, 2))) {
    assert.ok(performance.now() - start < 30_000, `waited for ${what}`);
  }
}

describe("npm run data: drawn text", () => {
  it("has exactly the size asked for, and the counts that Python and countWords find", async (t) => {
    const file = join(temporaryFolder(t), "text.bin");
    // A block has 4 MiB.
    for (const size of [1, 1000, 4 * 1024 * 1024, 4_999_999]) {
      const { bytes, description } = await built(file, "--size", String(size), "--seed", "5");
      assert.equal(bytes.length, size);
      assert.deepEqual(description.counts, countedByPython(file));
      assert.deepEqual(description.counts, mp.countWords(file, WORDS));
      assert.deepEqual([description.name, description.seed], ["text.bin", 5]);
    }
  });

  it("tells how far it is by one bar of bytes, which a file gets as a line with the last state", (t) => {
    const { stderr } = build("--out", join(temporaryFolder(t), "text.bin"), "--size", "3MB");
    assert.match(stderr, /^text\.bin: █{20} 3 MB of 3 MB, [\d.]+ \S+, [\d.]+ [kMG]?B\/s$/m);
    assert.equal(stderr.split("text.bin: ").length, 2, stderr);
  });

  it("counts right wherever the cut at the end falls", async (t) => {
    const file = join(temporaryFolder(t), "text.bin");
    const { bytes } = await built(file, "--size", "300kB");
    const end = bytes.indexOf(" boy ") + 1;
    assert.ok(end > 0);
    for (let size = end; size <= end + 4; size++) {
      const { description } = await built(file, "--size", String(size));
      assert.deepEqual(
        description.counts,
        countedByPython(file),
        `cut after ${JSON.stringify(bytes.toString("latin1", end, size))}`,
      );
    }
  });

  it("is the same for the same size and seed on every machine, another for another seed", async (t) => {
    const folder = temporaryFolder(t);
    const first = await built(join(folder, "first.bin"), "--size", "1MB");
    const second = await built(join(folder, "second.bin"), "--size", "1MB", "--seed", String(DEFAULT_SEED));
    assert.equal(first.description.sha256, "4aa2b970e31163ad39b009a609c19b19e25605ac081c989b02c6c037d2489e8d");
    assert.ok(first.bytes.equals(second.bytes));
    const longer = await built(join(folder, "longer.bin"), "--size", "2MB");
    assert.ok(longer.bytes.subarray(0, 1e6).equals(first.bytes), "a longer file begins the same");
    const other = await built(join(folder, "other.bin"), "--size", "1MB", "--seed", "7");
    assert.ok(!other.bytes.equals(first.bytes));
  });

  it("at the default size has plenty of each word, one of them across the edge of a chunk", async (t) => {
    const file = join(temporaryFolder(t), "text.bin");
    const { description } = await built(file);
    assert.deepEqual([description.size, description.seed], [DEFAULT_SIZE, DEFAULT_SEED]);
    for (const word of WORDS) assert.ok(description.counts[word] >= 50, `${word}: ${description.counts[word]}`);
    let chunked = 0;
    for (const chunk of mp.readInChunks(file)) {
      const tokens = Buffer.from(chunk).toString("latin1").split(/\s+/);
      chunked += tokens.filter((token) => WORDS.includes(token)).length;
    }
    const exact = Object.values(description.counts).reduce((sum, count) => sum + count);
    assert.equal(exact - chunked, 1);
  });
});

describe("npm run data: a finished file", () => {
  it("is left alone when it is what was asked for, and replaced when it is not", async (t) => {
    const file = join(temporaryFolder(t), "text.bin");
    await built(file, "--size", "10kB");
    const { mtimeNs } = statSync(file, { bigint: true });
    for (const args of [["--size", "10kB"], []]) {
      const { stdout, status } = build("--out", file, ...args);
      assert.match(stdout, /is there already/);
      assert.equal(status, 0);
      assert.equal(statSync(file, { bigint: true }).mtimeNs, mtimeNs);
    }
    assert.equal((await built(file, "--size", "11kB")).bytes.length, 11_000);
    assert.equal((await built(file, "--size", "11kB", "--seed", "2")).description.seed, 2);
  });

  it("counts as missing when it was cut, or its description is gone or broken", async (t) => {
    const file = join(temporaryFolder(t), "text.bin");
    const spoil = [
      () => truncateSync(file, 500),
      () => rmSync(descriptionPath(file)),
      () => writeFileSync(descriptionPath(file), '{ "size": 10'),
      () => rmSync(file),
    ];
    for (const accident of spoil) {
      await built(file, "--size", "10kB");
      accident();
      assert.equal(await readDescription(file), undefined);
      assert.equal((await built(file, "--size", "10kB")).bytes.length, 10_000);
    }
  });
});

describe("npm run data: accidents", () => {
  it("refuses when the disk is too small, and leaves everything as it was", async (t) => {
    const folder = temporaryFolder(t);
    const file = join(folder, "text.bin");
    const { bytes } = await built(file, "--size", "10kB");
    const { status, stderr } = build("--out", file, "--size", "5000TB");
    assert.equal(status, 1);
    assert.match(
      stderr,
      /^\nThe disk is too small: the file needs 5000 TB, but only .* are free in ".*"\.\nRemedy: Make room, .*\n$/,
    );
    assert.deepEqual(readdirSync(folder).sort(), ["text.bin", "text.json"]);
    assert.ok(readFileSync(file).equals(bytes));
  });

  it(
    "interrupted, removes what it had written and keeps the old file",
    { skip: process.platform === "win32" && "Windows has no such signals" },
    async (t) => {
      const folder = temporaryFolder(t);
      const file = join(folder, "text.bin");
      const { bytes } = await built(file, "--size", "10kB");
      for (const [signal, code] of [
        ["SIGINT", 130],
        ["SIGTERM", 143],
      ]) {
        const child = spawn(process.execPath, [script, "--out", file, "--size", "1GB"], {
          stdio: ["ignore", "ignore", "pipe"],
        });
        let stderr = "";
        child.stderr.on("data", (data) => (stderr += data));
        const part = join(folder, `text.bin.${child.pid}.part`);
        await until(() => existsSync(part) && statSync(part).size > 0, "the build to begin");
        child.kill(signal);
        const exitCode = await new Promise((resolve) => child.on("close", resolve));
        assert.equal(exitCode, code);
        assert.match(stderr, /Interrupted: the unfinished file is removed/);
        assert.deepEqual(readdirSync(folder).sort(), ["text.bin", "text.json"]);
        assert.ok(readFileSync(file).equals(bytes));
      }
    },
  );

  it("killed, leaves nothing under the final name, and the next build clears up", async (t) => {
    const folder = temporaryFolder(t);
    const file = join(folder, "text.bin");
    const child = spawn(process.execPath, [script, "--out", file, "--size", "1GB"], { stdio: "ignore" });
    await until(() => existsSync(`${file}.${child.pid}.part`), "the build to begin");
    child.kill("SIGKILL");
    await new Promise((resolve) => child.on("close", resolve));
    assert.deepEqual(readdirSync(folder), [`text.bin.${child.pid}.part`]);
    const another = `text.bin.${process.pid}.part`; // as of a build that still runs
    writeFileSync(join(folder, another), "");
    await built(file, "--size", "10kB");
    assert.deepEqual(readdirSync(folder).sort(), ["text.bin", another, "text.json"]);
  });

  it("refuses wrong arguments in one sentence and its remedy", async (t) => {
    const folder = temporaryFolder(t);
    const refusals = [
      [["--size", "much"], /^"much" is no size\.\nRemedy: Write a number of bytes/],
      [["--size", "0"], /^"0" is no size/],
      [["--size", "5XB"], /^"5XB" is no size/],
      [["--seed", "x"], /^"x" is no seed\.\nRemedy: Write an integer/],
      [["--books", folder, "--size", "1MB"], /^--books takes the books as they are\.\nRemedy: Leave out/],
      [["--books", join(folder, "none")], /^There is no folder ".*none"\.\nRemedy: Give the folder/],
      [["--books", folder], /^There is no \.txt file in /],
      [["--books", script], /is a file\.\nRemedy: Give the folder/],
      [["--out", join(folder, "a.json")], /^--out must not end in \.json/],
      [
        ["--out", join(folder, "none", "a.bin"), "--size", "1kB"],
        /^There is no folder ".*none"\.\nRemedy: Make it first/,
      ],
      [["--sice", "1MB"], /^Unknown option '--sice'[^]*\nRemedy: [^]*npm run data -- --size/],
    ];
    for (const [args, message] of refusals) {
      const { status, stdout, stderr } = build("--out", join(folder, "text.bin"), ...args);
      assert.equal(status, 1, args.join(" "));
      assert.match(stderr.replace(/^\n/, ""), message);
      assert.ok(!stderr.includes("    at "), stderr);
      assert.equal(stdout, "");
    }
    assert.deepEqual(readdirSync(folder), []);
  });
});

describe("npm run data: real books", () => {
  it("joins all .txt files below a folder as they are, a newline between, in the order of their paths", async (t) => {
    const folder = temporaryFolder(t);
    mkdirSync(join(folder, "books", "b", "deeper"), { recursive: true });
    const books = [
      ["a.txt", "a dog"],
      ["b/1.TXT", Buffer.from([0xff, 0x20, 0x63, 0x61, 0x74])],
      ["b/deeper/2.txt", "cat\r\nboy\r\n"],
      ["b.txt", ""],
      ["z é.txt", "girl dogs\ndog"],
    ];
    for (const [name, contents] of books) writeFileSync(join(folder, "books", ...name.split("/")), contents);
    writeFileSync(join(folder, "books", "picture.png"), "dog");
    const file = join(folder, "books", "all.txt");
    for (const round of [1, 2]) {
      const { bytes, description } = await built(file, "--books", join(folder, "books"));
      const inOrder = ["a.txt", "b.txt", "b/1.TXT", "b/deeper/2.txt", "z é.txt"].map((name) =>
        Buffer.from(books.find(([other]) => other === name)[1]),
      );
      assert.deepEqual(
        bytes.toString("latin1"),
        inOrder.map((book) => book.toString("latin1")).join("\n"),
        `round ${round}`,
      );
      assert.deepEqual(description.counts, { dog: 2, cat: 2, boy: 1, girl: 1 });
      assert.deepEqual(description.counts, countedByPython(file));
      assert.deepEqual([description.source, description.seed], ["books: 5", null]);
    }
    assert.match(build("--out", file).stdout, /is there already/, "a start without arguments keeps the books");
  });
});

describe("sizes", () => {
  it("are read as people write them, and written so that people can read them", () => {
    const sizes = {
      500: 500,
      "10GB": 10e9,
      "500mb": 500e6,
      "1.5 GB": 1.5e9,
      "1GiB": 2 ** 30,
      "64KiB": 65536,
      "7B": 7,
      " 2kB ": 2000,
      "1TB": 1e12,
    };
    for (const [text, bytes] of Object.entries(sizes)) assert.equal(parseSize(text), bytes, text);
    for (const text of ["", "GB", "-5", "1e9", "5 5", "1,5GB", "0.1", "9999999TB"])
      assert.throws(() => parseSize(text), /is no size/, text);
    assert.deepEqual([12, 1500, 64e6, 10e9, 2.25e12].map(formatSize), [
      "12 bytes",
      "1.5 kB",
      "64 MB",
      "10 GB",
      "2.3 TB",
    ]);
  });
});

describe("npm run data -- --shelf", () => {
  it("writes a novel and 233 speeches, a file each, in the place of what was there", async (t) => {
    const folder = join(temporaryFolder(t), "books");
    mkdirSync(folder);
    writeFileSync(join(folder, "old.txt"), "old");
    assert.equal(await writeShelf(folder), 234);
    const names = readdirSync(folder);
    assert.equal(names.length, 234);
    for (const name of names) assert.match(name, /^(1[789]|20)\d\d-[a-z-]+\.txt$/);
    assert.ok(mp.countWords(join(folder, "1851-herman-melville-moby-dick.txt"), ["whale"]).whale > 100);
    assert.match(readFileSync(join(folder, "1863-abraham-lincoln.txt"), "utf8"), /Fellow-Citizens of the Senate/i);
    assert.deepEqual(readdirSync(join(folder, "..")), ["books"], "nothing half done is left");
  });

  it("goes with no other option", () => {
    const { status, stderr } = build("--shelf", "--size", "1MB");
    assert.equal(status, 1);
    assert.match(stderr, /^\n--shelf writes books and nothing else\.\nRemedy: Leave out the other options\.\n$/);
  });
});
