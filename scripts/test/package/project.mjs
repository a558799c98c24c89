// A project in a folder of its own, in which the packed library is installed; and programs run there.
import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inRoot } from "../../setup/checkout.mjs";
import { runNpm } from "../../setup/packages.mjs";

export async function inFreshProject(use) {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "package ä ")));
  try {
    await runNpm(inRoot("lib"), "pack", "--pack-destination", folder);
    const [tarball] = readdirSync(folder).filter((name) => name.endsWith(".tgz"));
    writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true }));
    await runNpm(folder, "install", "--no-audit", "--no-fund", "--prefer-offline", `./${tarball}`);
    await use({ folder, tarball: join(folder, tarball) });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs a program of Node; resolves with what it printed, and rejects unless it ended well. */
export function runNode(cwd, args, { env = process.env, timeout = 120_000 } = {}) {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { cwd, env, timeout, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      if (error === null) resolve({ stdout, stderr });
      else reject(new Error(`${args.join(" ")}: ${error.message}\n${stdout}`));
    });
  });
}
