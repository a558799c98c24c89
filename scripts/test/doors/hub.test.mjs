// The kernel for all users of a hub, and two of them at once.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, lstatSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { inRoot } from "../../setup/checkout.mjs";
import { chooseEnvironment } from "../../setup/environment.mjs";
import { notAll } from "./support/all.mjs";
import { asUser, cannotSeparate, finish, makeUser, PATH } from "./support/apart.mjs";
import { oneProcessor } from "./support/quota.mjs";

const script = (name, ...args) => [process.execPath, inRoot("scripts", `${name}.mjs`), ...args];
const cells = (python, folder, ...code) => [python, inRoot("scripts", "setup", "try_kernel.py"), folder, ...code];
const answers = ({ output }) => JSON.parse(output.trim().split("\n").at(-1));

const IMPORT = 'import * as mp from "parallel-typescript";';
const WORDS = 'console.log(mp.countWords("../data/large_txt.bin", ["dog"]).dog > 0);';

describe("npm run hub and npm run copy", { skip: process.platform === "win32" && "a hub runs on Linux" }, () => {
  let folder;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "hub-"));
    chmodSync(folder, 0o755);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("say what they need", async () => {
    assert.match((await finish(script("hub"))).output, /^\nWhere do the users .*\nRemedy: npm run hub -- --prefix/);
    assert.match(
      (await finish(script("hub", "--prefix", join(folder, "none")))).output,
      /^\nThere is no folder .*none\.\n/,
    );
    assert.match((await finish(script("copy"))).output, /^\nWhere shall the notebooks be\?\nRemedy: Name one folder/);
  });

  it("register a kernel that runs notebooks of any folder, with the packages and books of the checkout", async () => {
    const { code, output } = await finish(script("hub", "--prefix", folder));
    if (code !== 0 && output.includes("Other users cannot read"))
      return void console.log(`# not tried: ${output.trim()}`);
    assert.equal(code, 0, output);
    const copy = join(folder, "a user's own");
    assert.equal((await finish(script("copy", copy))).code, 0);
    const env = { ...process.env, JUPYTER_PATH: join(folder, "share", "jupyter"), PARALLEL_TYPESCRIPT_HISTORY: "none" };
    const ran = await finish(cells(chooseEnvironment().python, join(copy, "notebooks"), IMPORT, WORDS), { env });
    assert.deepEqual(answers(ran), [
      { status: "ok", text: "" },
      { status: "ok", text: "true\n" },
    ]);
  });

  it("leave what a user has changed", async () => {
    const copy = join(folder, "changed");
    const mine = join(copy, "notebooks", "02-pool.ipynb");
    await finish(script("copy", copy));
    writeFileSync(mine, "mine");
    const { code, output } = await finish(script("copy", copy));
    assert.equal(code, 0, output);
    assert.equal(readFileSync(mine, "utf8"), "mine");
    assert.ok(lstatSync(join(copy, "data")).isSymbolicLink());
  });
});

describe("two users of a hub at once", { skip: notAll || cannotSeparate }, () => {
  const prefix = inRoot(".cache", "doors", "hub");
  let users, group, meeting;
  before(() => {
    users = ["alice", "bob"].map((name) => makeUser(`lesson-${name}`));
    group = oneProcessor("lesson-alice");
    meeting = mkdtempSync(join(tmpdir(), "hub-"));
    chmodSync(meeting, 0o777);
    execFileSync("/usr/bin/python3", ["-m", "venv", prefix]);
    execFileSync(join(prefix, "bin", "pip"), ["install", "-q", "jupyter_client==8.10.0"], { stdio: "ignore" });
  });
  after(() => {
    users?.forEach((user) => user.remove());
    group?.remove();
    for (const folder of [prefix, meeting]) rmSync(folder, { recursive: true, force: true });
  });

  /** Comes to the meeting, and waits for the other one: neither goes on before both kernels run. */
  const meet = (me, other) => `
import { existsSync, writeFileSync } from "node:fs";
writeFileSync("${meeting}/${me.name}", "");
while (!existsSync("${meeting}/${other.name}")) await new Promise((resolve) => setTimeout(resolve, 20));`;
  const CPUS = "console.log(mp.availableCpus());";
  const POOL = "console.log(await mp.withPool(2, (pool) => pool.map((x: number) => x + 1, [1, 2])));";
  const COMPARE = "await mp.compare({ one: () => 1, two: () => 3 - 2 });";

  it("have one kernel, one library and one set of books, and each a history and a quota of their own", async (test) => {
    const hub = await finish(script("hub", "--prefix", prefix));
    assert.equal(hub.code, 0, hub.output);
    assert.match(hub.output, /it runs/);
    if (!group) test.diagnostic("no control group can be made here: the quota was not tried");
    const [alice, bob] = users;
    const run = async (me, other, wrap) => {
      const as = (command) => finish(wrap(asUser(me, { PATH }, command)), { cwd: me.home });
      assert.equal((await as(script("copy", "lesson"))).code, 0);
      const code = [IMPORT, meet(me, other), CPUS, WORDS, POOL, COMPARE];
      return answers(await as(cells(join(prefix, "bin", "python"), join(me.home, "lesson", "notebooks"), ...code)));
    };
    const all = await Promise.all([
      run(alice, bob, (command) => group?.start(command) ?? command),
      run(bob, alice, (command) => command),
    ]);
    users.forEach((user, i) => {
      assert.deepEqual(
        all[i].map(({ status }) => status),
        Array(6).fill("ok"),
        JSON.stringify(all[i]),
      );
      const [, , cpus, words, pool] = all[i].map(({ text }) => text.trim());
      assert.deepEqual([words, pool], ["true", "[ 2, 3 ]"]);
      if (group) assert.equal(Number(cpus) === 1, user === alice, `${user.name} sees ${cpus}`);
      const kept = join(user.home, ".local", "share", "parallel-typescript", "history.jsonl");
      assert.equal(statSync(kept).uid, user.uid);
      assert.equal(readFileSync(kept, "utf8").trim().split("\n").length, 1);
    });
  });
});
