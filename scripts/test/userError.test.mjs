import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, beforeEach, describe, it } from "node:test";
import { inRoot } from "../setup/checkout.mjs";
import { Checkout, realPython } from "./standin.mjs";

const skip = process.platform === "win32" && "the stand-ins are shell scripts";

/** One sentence, the remedy, exit code 1, and nothing else. */
function saysOnly({ code, output }, sentence, remedy) {
  const lines = output.trim().split("\n");
  assert.equal(lines.length, 2, output);
  assert.match(lines[0], sentence);
  assert.match(lines[1], remedy);
  assert.match(lines[1], /^Remedy: /);
  assert.equal(code, 1);
}

describe("npm test in bad surroundings", { skip }, () => {
  let checkout;
  let whole;
  before(() => {
    checkout = new Checkout();
    whole = readdirSync(checkout.folder).sort();
  });
  after(() => checkout.remove());
  beforeEach(() => {
    checkout.calls();
    checkout.shell("python3", `exec "${realPython}" "$@"`);
    for (const made of [".venv", "node_modules"]) rmSync(checkout.path(made), { recursive: true, force: true });
  });
  const run = (env, options) => checkout.run("test.mjs", [], { env, ...options });
  const nothingWasMade = () => {
    assert.deepEqual(checkout.calls(), []);
    assert.deepEqual(readdirSync(checkout.folder).sort(), whole);
  };

  it("names the Node that is too old", async () => {
    checkout.write("stand-ins/old-node.cjs", `Object.defineProperty(process.versions, "node", { value: "18.20.8" });`);
    const old = { node: ["--require", checkout.path("stand-ins/old-node.cjs")] };
    for (const script of ["start.mjs", "test.mjs", "doctor.mjs", "slides.mjs", "build.mjs"]) {
      saysOnly(
        await checkout.run(script, [], old),
        /^This is Node 18\.20\.8, and the lesson needs Node 20\.19 or a newer 20, or 22\.12 or newer\.$/,
        /install a current Node/,
      );
    }
    nothingWasMade();
  });

  it("can be read by an old Node as far as that sentence", () => {
    const acorn = createRequire(import.meta.url)("acorn");
    const commands = readdirSync(inRoot("scripts")).filter((name) => existsSync(inRoot("scripts", "commands", name)));
    assert.ok(commands.includes("start.mjs"));
    for (const name of [...commands, "setup/runCommand.mjs"]) {
      const { body } = acorn.parse(readFileSync(inRoot("scripts", name), "utf8"), {
        ecmaVersion: 2020,
        sourceType: "module",
      });
      const imports = body.filter(({ type }) => type === "ImportDeclaration").map(({ source }) => source.value);
      // Every Node has fs, under that name.
      assert.ok(
        imports.every((from) => from === "./setup/runCommand.mjs" || from === "fs"),
        `${name} imports ${imports}`,
      );
    }
  });

  it("says that there is no Python", async () => {
    rmSync(checkout.path("programs/python3"));
    saysOnly(await run(), /^No Python was found/, /Install Python 3\.10 or newer/);
    checkout.shell("python3", "echo Python was not found, look for it in the shop; exit 1");
    saysOnly(await run(), /^No Python was found/, /Install Python 3\.10 or newer/);
    nothingWasMade();
  });

  it("says that Python is too old", async () => {
    checkout.shell(
      "python3",
      `echo '{"path": "/a/python3", "version": [3, 9, 6], "prefix": "/a", "canMakeVenv": true, "hasPip": true}'`,
    );
    saysOnly(
      await run(),
      /^This is Python 3\.9\.6, and the lesson needs Python 3\.10 or newer\.$/,
      /Install a newer Python/,
    );
    nothingWasMade();
  });

  it("finds a newer Python behind one that is too old", async () => {
    checkout.shell(
      "python3",
      `echo '{"path": "/a/python3", "version": [3, 9, 6], "prefix": "/a", "canMakeVenv": true, "hasPip": true}'`,
    );
    checkout.shell("python3.12", `exec "${realPython}" "$@"`);
    const { output } = await run({ NPM_SAYS: "far enough" });
    rmSync(checkout.path("programs/python3.12"));
    assert.doesNotMatch(output, /This is Python/);
    assert.deepEqual(
      checkout.calls().map(([tool]) => tool),
      ["npm"],
    );
  });

  it("says that Python has no venv", async () => {
    const hiding = join(checkout.parent, "hiding");
    mkdirSync(hiding, { recursive: true });
    checkout.write("../hiding/ensurepip.py", "raise ImportError('not installed')\n");
    saysOnly(await run({ PYTHONPATH: hiding }), /cannot make a virtual environment/, /apt install python3-venv/);
    nothingWasMade();
  });

  it("leaves no .venv behind when venv fails half-way", async () => {
    // Answers questions as the real one, makes the folder, and then fails.
    checkout.shell(
      "wrapped",
      `if [ "$1" = -m ]; then /bin/mkdir "$3"; echo "Error: something broke"; exit 5; fi\nexec "${realPython}" "$@"`,
    );
    const answer = `{"path": "${checkout.path("programs/wrapped")}", "version": [3, 12, 1], "prefix": "/a", "canMakeVenv": true, "hasPip": true}`;
    checkout.shell("python3", `echo '${answer}'`);
    const { code, output } = await run();
    assert.equal(code, 1);
    assert.match(output, /Python's venv failed with exit code 5\.\nRemedy: .*\n\nError: something broke/);
    assert.equal(existsSync(checkout.path(".venv")), false);
  });

  const npmSays = {
    "npm error code ENOTFOUND\nnpm error syscall getaddrinfo": [
      /^npm cannot reach its package registry/,
      /Check the connection/,
    ],
    "npm error code ECONNREFUSED\nnpm error errno ECONNREFUSED": [
      /^npm cannot reach its package registry/,
      /Check the connection/,
    ],
    "npm error nospc ENOSPC: no space left on device, write": [/^The disk is full\.$/, /Free about 1 GB/],
    "npm error code EROFS": [/read-only/, /Copy the project/],
  };
  for (const [text, [sentence, remedy]] of Object.entries(npmSays)) {
    it(`understands npm's "${text.split("\n")[0]}"`, async () => {
      const { code, output } = await run({ NPM_SAYS: text });
      const [first, ...rest] = output.split("\n");
      assert.match(first, /^Installing the npm packages/);
      saysOnly({ code, output: rest.join("\n") }, sentence, remedy);
    });
  }

  it("shows the last lines of npm when it does not understand them", async () => {
    const { code, output } = await run({ NPM_SAYS: "npm error something new" });
    assert.match(output, /npm failed with exit code 1\.\nRemedy: .*\n\nnpm error something new\n$/);
    assert.equal(code, 1);
  });

  it("says that the folder may not be written to", async () => {
    // For root every folder can be written to, so that somebody else has to try.
    const somebody = process.getuid() === 0 ? { uid: 65534, gid: 65534 } : {};
    checkout.shell(
      "python3",
      `echo '{"path": "/a/python3", "version": [3, 12, 1], "prefix": "/a", "canMakeVenv": true, "hasPip": true}'`,
    );
    chmodSync(checkout.parent, 0o755);
    chmodSync(checkout.folder, 0o555);
    const result = await run({}, somebody);
    chmodSync(checkout.folder, 0o755);
    saysOnly(result, /was not allowed to write a file/, /belongs to you/);
    nothingWasMade();
  });

  it("refuses a part that there is not", async () => {
    saysOnly(
      await checkout.run("test.mjs", ["units"]),
      /^There is no part "units"\.$/,
      /unit, library, kernel, most, short, notebooks, brief, soak, types, e2e/,
    );
  });
});
