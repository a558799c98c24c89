// npm run reset and npm run update on a clone with a learner's work in it: nothing of it is ever lost.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { mergeNotebooks } from "../lesson/mergeNotebooks.mjs";
import { Checkout } from "./standin.mjs";

const cell = (id, source) => ({ cell_type: "code", id, metadata: {}, source, outputs: [], execution_count: null });
const notebook = (...cells) => ({
  cells: cells.map(([id, source]) => cell(id, source)),
  metadata: {},
  nbformat: 4,
  nbformat_minor: 5,
});
const cellsOf = ({ cells }) => cells.map(({ id, source }) => [id, source]);

describe("a newer notebook and a learner's", () => {
  const base = notebook(["a", "1"], ["answer", ""], ["b", "2"], ["c", "3"]);

  it("are one: new cells, and those that the learner has changed or added", () => {
    const mine = notebook(
      ["note", "hi"],
      ["a", ["1"]],
      ["answer", "mine"],
      ["own", "extra"],
      ["b", "2"],
      ["c", "3"],
      ["", " "],
    );
    const theirs = notebook(["a", "1 newer"], ["new", "0"], ["answer", ""], ["b", "2"]);
    const { notebook: merged, lost } = mergeNotebooks(base, mine, theirs);
    assert.deepEqual(cellsOf(merged), [
      ["note", "hi"],
      ["a", "1 newer"],
      ["new", "0"],
      ["answer", "mine"],
      ["own", "extra"],
      ["b", "2"],
    ]);
    assert.deepEqual(lost, []);
  });

  it("tell which cells both have changed, or the newer one no longer has", () => {
    const mine = notebook(["a", "mine"], ["answer", "same"], ["b", "mine"], ["c", "mine"]);
    const theirs = notebook(["a", "theirs"], ["answer", "same"], ["c", "3"]);
    const { notebook: merged, lost } = mergeNotebooks(base, mine, theirs);
    assert.deepEqual(cellsOf(merged), [
      ["a", "theirs"],
      ["answer", "same"],
      ["c", "mine"],
    ]);
    assert.deepEqual(lost, ["a", "b"]);
  });

  it("keep both cells where they have given one id to two", () => {
    const { notebook: merged } = mergeNotebooks(
      base,
      notebook(["a", "1"], ["x", "mine"]),
      notebook(["a", "1"], ["x", "theirs"]),
    );
    assert.deepEqual(cellsOf(merged), [
      ["a", "1"],
      ["x-mine", "mine"],
      ["x", "theirs"],
    ]);
  });
});

describe("a clone of the lesson", { skip: process.platform === "win32" && "the stand-ins are shell scripts" }, () => {
  let checkout, source;
  const name = "notebooks/01-first.ipynb";
  const git = (folder, ...args) =>
    execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.org", ...args], {
      cwd: folder,
      encoding: "utf8",
      stdio: "pipe",
    });
  const write = (path, ...cells) => checkout.write(path, JSON.stringify(notebook(...cells)));
  const read = (path) => cellsOf(JSON.parse(readFileSync(checkout.path(path), "utf8")));
  const copies = () =>
    existsSync(checkout.path("notebooks/my-work")) ? readdirSync(checkout.path("notebooks/my-work")) : [];
  const run = (script, ...args) => checkout.run(script, args, { env: { PATH: process.env.PATH } });

  /** Writes notebooks at the source of the lesson, as a newer version. */
  function publish(change) {
    const work = `${checkout.parent}/work`;
    rmSync(work, { recursive: true, force: true });
    git(checkout.parent, "clone", "-q", source, work);
    const folder = checkout.folder;
    checkout.folder = work;
    change();
    checkout.folder = folder;
    git(work, "add", "-A");
    git(work, "commit", "-qm", "newer");
    git(work, "push", "-q");
  }

  before(() => {
    checkout = new Checkout();
    source = `${checkout.parent}/source.git`;
    write(name, ["a", "1"], ["answer", ""]);
    write("notebooks/02-second.ipynb", ["a", "1"]);
    checkout.write(".gitignore", "node_modules/\nnotebooks/my-work/\nprograms/\nstand-ins/\n");
    git(checkout.parent, "init", "-q", "--bare", "-b", "main", source);
    git(checkout.folder, "init", "-q", "-b", "main");
    git(checkout.folder, "add", "-A");
    git(checkout.folder, "commit", "-qm", "the lesson");
    git(checkout.folder, "remote", "add", "origin", source);
    git(checkout.folder, "push", "-q", "-u", "origin", "main");
  });
  after(() => checkout.remove());

  it("reset: tells what has changed, and changes nothing unasked", async () => {
    write(name, ["a", "mine"]);
    const { code, output } = await run("reset.mjs");
    assert.equal(code, 0, output);
    assert.match(output, /^These notebooks have changed: 01-first\.\nnpm run reset -- 02-pool puts one/);
    assert.deepEqual(read(name), [["a", "mine"]]);
  });

  it("reset: puts one back, by its number too, and keeps a copy each time", async () => {
    write("notebooks/02-second.ipynb", ["a", "mine"]);
    const { output } = await run("reset.mjs", "1");
    assert.match(output, /^As the lesson has it again: 01-first\.\nYours is in notebooks\/my-work\/[\d-]+\. /);
    assert.deepEqual(read(name).length, 2);
    assert.deepEqual(read("notebooks/02-second.ipynb"), [["a", "mine"]], "no other one");
    const [folder] = copies();
    assert.deepEqual(read(`notebooks/my-work/${folder}/01-first.ipynb`), [["a", "mine"]]);
    assert.match((await run("reset.mjs", "01-first")).output, /^Nothing to do/);
    await run("reset.mjs", "all");
    assert.equal(copies().length, 2, "also within one second");
    const unknown = await run("reset.mjs", "07-none");
    assert.equal(unknown.code, 1);
    assert.match(
      unknown.output,
      /^\nThere is no notebook "07-none" in the lesson\.\nRemedy: Choose from 01-first, 02-second, or all\.\n$/,
    );
  });

  it("update: says that there is nothing newer", async () => {
    assert.match((await run("update.mjs")).output, /This is the newest version of the lesson\.\n$/);
  });

  it("update: brings what is new, with the learner's cells in it, and a copy", async () => {
    publish(() => {
      write(name, ["a", "1 newer"], ["answer", ""], ["b", "new"]);
      write("notebooks/03-third.ipynb", ["a", "1"]);
    });
    write(name, ["a", "1"], ["answer", "mine"]);
    write("notebooks/02-second.ipynb", ["a", "untouched by the new version"]);
    const before = copies().length;
    const { code, output } = await run("update.mjs");
    assert.equal(code, 0, output);
    assert.match(
      output,
      /01-first\.ipynb is new, with your cells in it\.\nYour notebooks as they were are in notebooks\/my-work/,
    );
    assert.deepEqual(read(name), [
      ["a", "1 newer"],
      ["answer", "mine"],
      ["b", "new"],
    ]);
    assert.deepEqual(read("notebooks/02-second.ipynb"), [["a", "untouched by the new version"]]);
    assert.ok(existsSync(checkout.path("notebooks/03-third.ipynb")));
    assert.equal(copies().length, before + 1);
    assert.deepEqual(read(`notebooks/my-work/${copies().at(-1)}/01-first.ipynb`)[1], ["answer", "mine"]);
  });

  it("update: leaves all as it was when it cannot go on", async () => {
    publish(() => {
      write(name, ["a", "newest"]);
      write("notebooks/04-fourth.ipynb", ["a", "1"]);
    });
    const mine = read(name);
    write("notebooks/04-fourth.ipynb", ["a", "my own file of that name"]);
    const { code, output } = await run("update.mjs");
    assert.equal(code, 1);
    assert.match(output, /\ngit merge failed with exit code 1\.\nRemedy: [^]*04-fourth\.ipynb/);
    assert.deepEqual(read(name), mine);
    assert.deepEqual(read("notebooks/04-fourth.ipynb"), [["a", "my own file of that name"]]);
    rmSync(checkout.path("notebooks/04-fourth.ipynb"));
  });

  it("update: a notebook that is broken gives way to the new one, and is kept", async () => {
    checkout.write(name, "{ broken");
    const { output } = await run("update.mjs");
    assert.match(output, /01-first\.ipynb is the new one\./);
    assert.deepEqual(read(name), [["a", "newest"]]);
    assert.equal(
      readFileSync(checkout.path(`notebooks/my-work/${copies().at(-1)}/01-first.ipynb`), "utf8"),
      "{ broken",
    );
  });

  it("update: refuses where more than notebooks was changed, or was committed", async () => {
    publish(() => write(name, ["a", "newest of all"]));
    checkout.write("package.json", readFileSync(checkout.path("package.json"), "utf8") + "\n");
    assert.match((await run("update.mjs")).output, /\nYou have changed more than notebooks: package\.json\.\nRemedy: /);
    git(checkout.folder, "commit", "-qam", "mine");
    assert.match(
      (await run("update.mjs")).output,
      /\nYou have committed changes of your own .*\nRemedy: .*git pull --rebase\n$/,
    );
  });

  it("says so where there is no clone", async () => {
    rmSync(checkout.path(".git"), { recursive: true });
    for (const script of ["reset.mjs", "update.mjs"])
      assert.match((await run(script)).output, /^\nThis folder is no clone of the lesson: .*\nRemedy: /);
  });
});
