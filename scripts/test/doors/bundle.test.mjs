// The folder for a USB stick.
import assert from "node:assert/strict";
import { cpSync, mkdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { inRoot } from "../../setup/checkout.mjs";
import { thisSystem } from "../../setup/offline.mjs";
import { askPython } from "../../setup/python.mjs";
import { PYTHONS } from "../../setup/wheels.mjs";
import { asUser as asRoot, Checkout } from "../standin.mjs";
import { notAll } from "./support/all.mjs";
import { asUser, cannotSeparate, finish, makeUser, owned, PATH, withoutNetwork } from "./support/apart.mjs";

const windows = process.platform === "win32";

describe("a folder with offline/", { skip: windows && "the stand-ins are shell scripts" }, () => {
  let checkout;
  before(() => (checkout = new Checkout()));
  after(() => checkout.remove());
  const describes = (bundle) => {
    mkdirSync(checkout.path("offline", "wheels"), { recursive: true });
    checkout.write("offline/bundle.json", JSON.stringify(bundle));
  };
  const start = () => checkout.run("start.mjs", asRoot, { env: { PIP_FIND_LINKS: "", PIP_NO_INDEX: "" } });

  it("is refused on another system, and with another Python, before anything is installed", async () => {
    describes({ systems: ["plan9-x64"], pythons: PYTHONS });
    const { code, output } = await start();
    assert.equal(code, 1);
    assert.match(output, /^\nThis folder brings no packages for this system \(\S+\), but for plan9-x64\.\nRemedy: Ask/);
    describes({ systems: [thisSystem], pythons: ["2.7"] });
    assert.match((await start()).output, /brings no packages for Python 3[\d.]+, but for Python 2\.7\./);
    assert.deepEqual(checkout.calls(), []);
  });

  it("is what npm and pip take packages from", async () => {
    describes({ systems: [thisSystem], pythons: PYTHONS, registry: "http://127.0.0.1:9/" });
    checkout.makePackages("wheels", checkout.path("offline", "wheels"));
    const { code, output } = await start();
    assert.equal(code, 0, output);
    const [npm] = checkout.calls();
    const wanted = ["--offline", `--cache=${checkout.path("offline", "npm")}`, "--registry=http://127.0.0.1:9/"];
    assert.deepEqual(npm.slice(-3), wanted);
  });
});

describe("npm run bundle", () => {
  it("names what it knows", async () => {
    const run = (...args) => finish([process.execPath, inRoot("scripts", "bundle.mjs"), ...args]);
    const { code, output } = await run("--for", "linux-x64,amiga");
    assert.equal(code, 1);
    assert.match(output, /no bundle for the system "amiga"\.\nRemedy: Choose from linux-x64, /);
    assert.match((await run("--pyton=3.12")).output, /--pyton.*\nRemedy: npm run bundle -- /s);
  });
});

describe("the bundle on a machine without a network", { skip: notAll || cannotSeparate }, () => {
  let user, folder;
  before(() => (user = makeUser("lesson-stick")));
  after(() => user?.remove());
  const there = (...command) => finish(withoutNetwork(asUser(user, { PATH }, command)), { cwd: folder });
  const python = () => askPython("/usr/bin/python3").version.slice(0, 2).join(".");

  it("is made for this system and another one", async () => {
    const args = ["--for", `${thisSystem},win32-x64`, "--python", python()];
    const { code, output } = await finish([process.execPath, inRoot("scripts", "bundle.mjs"), ...args]);
    assert.equal(code, 0, output);
    folder = join(user.home, "From a stick");
    cpSync(inRoot("bundle", "parallel-typescript"), folder, { recursive: true });
    owned(folder, user);
  });

  it("is set up for a fresh user, and passes the doctor", async () => {
    const network = await there(
      "node",
      "-e",
      "fetch('http://192.0.2.1').catch(({ cause }) => console.log(cause.code))",
    );
    assert.equal(network.output, "ENETUNREACH\n");
    const { code, output } = await there("npm", "run", "-s", "setup");
    assert.equal(code, 0, output);
    const doctor = await there("npm", "run", "-s", "doctor");
    assert.equal(doctor.code, 0, doctor.output);
  });

  it("works after it was moved", async () => {
    const moved = join(user.home, "moved");
    renameSync(folder, moved);
    folder = moved;
    const start = await there("npm", "start", "--", "--version");
    assert.match(start.output, /Making a virtual environment[^]*\n4\.\d+\.\d+\n$/);
    const doctor = await there("npm", "run", "-s", "doctor");
    assert.equal(doctor.code, 0, doctor.output);
  });

  it("runs a notebook of the lesson to its end", async () => {
    const run = [
      "-m",
      "nbconvert",
      "--to=notebook",
      "--execute",
      `--output-dir=${user.home}`,
      "notebooks/03-async.ipynb",
    ];
    const { code, output } = await there(join(folder, ".venv", "bin", "python"), ...run);
    assert.equal(code, 0, output);
  });
});
