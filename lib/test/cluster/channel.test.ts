/** A channel to a program that dies: what it has said arrives, then the channel closes. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { StreamChannel } from "../../dist/internal";
import { temporaryFolder } from "../helpers/files";
import { isRunning } from "../helpers/pool";

const LENGTH = 50_000;
/** Says two messages, starts somebody who keeps its output open, and dies. */
const dying = `
const fs = require("node:fs");
const message = Buffer.alloc(4 + ${LENGTH}, "m");
message.writeUInt32BE(${LENGTH});
fs.writeSync(1, message);
fs.writeSync(1, message);
const heir = require("node:child_process").spawn(process.execPath, ["-e", "setTimeout(() => 0, 60000)"], { stdio: ["ignore", 1, "ignore"] });
fs.writeFileSync(process.argv[1] + ".part", String(heir.pid));
fs.renameSync(process.argv[1] + ".part", process.argv[1]);
process.kill(process.pid, "SIGKILL");`;

/** Nothing else of this program runs meanwhile. */
function block(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

test("what a program has said before it died arrives, however late it is read, and though another one holds its output", async (t) => {
  const folder = temporaryFolder(t);
  for (let round = 0; round < 10; round++) {
    const file = join(folder, String(round));
    const child = spawn(process.execPath, ["-e", dying, file], { stdio: ["pipe", "pipe", "inherit"] });
    const said: string[] = [];
    const channel = new StreamChannel(child.stdout, child.stdin, true);
    const closed = new Promise<void>((resolve) => {
      channel.open({ message: (bytes) => said.push(`${bytes.byteLength}`), closed: () => resolve() });
    });
    while (!existsSync(file)) block(10);
    block(50);
    // Nobody reads that any more: the channel learns of the death before it has read.
    if (round % 2 === 1) channel.send([Buffer.from("question")]);
    await closed;
    assert.deepEqual(said, [String(LENGTH), String(LENGTH)]);
    const heir = Number(readFileSync(file, "utf8"));
    assert.ok(isRunning(heir));
    process.kill(heir, "SIGKILL");
  }
});
