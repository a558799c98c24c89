// What repo2docker makes of binder/, and the script that it runs at the end.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { inRoot } from "../../setup/checkout.mjs";
import { notAll } from "./support/all.mjs";
import { asUser, cannotSeparate, finish, makeUser, owned } from "./support/apart.mjs";
import { copyCheckout, networkVariables } from "./support/checkoutCopy.mjs";
import { fetched } from "./support/fetched.mjs";

const text = (...names) => readFileSync(inRoot(...names), "utf8");

describe("binder/", { skip: process.platform === "win32" && "repo2docker is not for Windows" }, () => {
  it("has the environment of the checkout", () => {
    assert.equal(text("binder", "environment.yml"), text("environment.yml"));
  });

  it("has scripts that can be started, and stop at the first failure", () => {
    for (const name of ["postBuild", "start"]) {
      assert.ok(statSync(inRoot("binder", name)).mode & 0o100);
      assert.match(text("binder", name), /^#!\/bin\/bash\n(#.*\n)*set -euo pipefail\n/);
      execFileSync("bash", ["-n", inRoot("binder", name)]);
    }
  });
});

describe("the image that repo2docker would make", { skip: notAll || cannotSeparate }, () => {
  let folder, user, env, dockerfile;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "binder-"));
    user = makeUser("lesson-binder");
    const { repo2docker } = await fetched();
    dockerfile = await repo2docker(
      "--no-build",
      "--debug",
      `--user-id=${user.uid}`,
      `--user-name=${user.name}`,
      inRoot(),
    );
    env = { ...variablesOf(dockerfile, { APP_BASE: folder, NB_USER: user.name }), ...networkVariables() };
  });
  after(() => {
    user?.remove();
    if (folder) rmSync(folder, { recursive: true, force: true });
  });
  const inHome = (command) => finish(asUser(user, env, command), { cwd: user.home });

  it("is one of conda's, with our scripts", () => {
    assert.match(dockerfile, /env update -p \$\{NB_PYTHON_PREFIX\} --file "binder\/environment\.yml"/);
    assert.match(dockerfile, /^RUN \.\/binder\/postBuild$/m);
    assert.match(dockerfile, /^ENV R2D_ENTRYPOINT="\$\{REPO_DIR\}\/binder\/start"$/m);
  });

  it("runs postBuild in the environment, as its user and in no login shell", async () => {
    // No conda here, and of Pythons only the system's is open to every user: a virtual environment with the same versions stands in for the one of environment.yml.
    const make = `/usr/bin/python3 -m venv "$NB_PYTHON_PREFIX" && "$NB_PYTHON_PREFIX/bin/pip" install -q -r "${inRoot("requirements.txt")}"`;
    execFileSync("sh", ["-c", make], { env: { ...process.env, ...env }, cwd: inRoot(), stdio: "ignore" });
    copyCheckout(user.home, user);
    owned(folder, user);
    const { code, output } = await inHome(["./binder/postBuild"]);
    assert.equal(code, 0, output);
    assert.ok(!existsSync(join(user.home, ".venv")), "no environment of our own");
    assert.equal(JSON.parse(readFileSync(join(user.home, "data", "large_txt.json"), "utf8")).size, 16e6);
  });

  it("starts by binder/start, with a kernel that works", async () => {
    const listed = await inHome(["./binder/start", "jupyter", "kernelspec", "list", "--json"]);
    const { tslab } = JSON.parse(listed.output.slice(listed.output.indexOf("{"))).kernelspecs;
    assert.equal(tslab.resource_dir, join(env.NB_PYTHON_PREFIX, "share", "jupyter", "kernels", "tslab"));
    const doctor = await inHome(["env", `CONDA_PREFIX=${env.NB_PYTHON_PREFIX}`, "npm", "run", "-s", "doctor"]);
    assert.equal(doctor.code, 0, doctor.output);
  });
});

/** The variables that a Dockerfile sets, one or several a line; `given` are known before, or stand in for the image's own. */
function variablesOf(dockerfile, given) {
  const env = { PATH: process.env.PATH, ...given };
  for (const [, rest] of dockerfile.replaceAll(/ \\\n\s*/g, " ").matchAll(/^ENV (.*)$/gm)) {
    for (const [, name, value] of rest.matchAll(/(\w+)=(\S+)/g)) {
      if (name in given || name === "HOME") continue;
      env[name] = value
        .replaceAll('"', "")
        .replaceAll(/\$\{(\w+)\}/g, (_, other) => env[other] ?? `/home/${given.NB_USER}`);
    }
  }
  return env;
}
