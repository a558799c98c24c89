import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { after, before, describe, it } from "node:test";
import { trustOptions } from "../setup/trustNotebooks.mjs";
import { asUser, Checkout, finished } from "./standin.mjs";

const skip = process.platform === "win32" && "the stand-ins are shell scripts";

/** What the JupyterLab stand-in said of itself. */
const answerIn = (output) => JSON.parse(output.split("\n").find((line) => line.startsWith("{")));

describe("npm start in a fresh checkout", { skip }, () => {
  let checkout;
  before(() => (checkout = new Checkout()));
  after(() => checkout.remove());
  const start = (args = [], options) => checkout.run("start.mjs", [...asUser, ...args], options);

  it("stopped while npm works, leaves what the next run finishes", async () => {
    const child = checkout.start("start.mjs", asUser, { env: { NPM_HANGS: "1" } });
    const waiting = setInterval(() => existsSync(checkout.path("half-done")) && child.kill("SIGTERM"), 50);
    const { code, output } = await finished(child);
    clearInterval(waiting);
    assert.equal(code, 1);
    assert.match(output, /npm was stopped by SIGTERM\.\nRemedy: /);
    assert.ok(existsSync(checkout.path("node_modules")));
    assert.deepEqual(
      checkout.calls().map(([tool]) => tool),
      ["npm"],
    );
  });

  it("without a network for pip, says so", async () => {
    const { code, output } = await start([], {
      env: { PIP_NO_INDEX: "", PIP_INDEX_URL: "http://127.0.0.1:9/", PIP_FIND_LINKS: "" },
    });
    assert.equal(code, 1);
    assert.match(
      output,
      /\n\npip cannot reach its package registry: there seems to be no network\.\nRemedy: Check the connection.*\n$/,
    );
    assert.deepEqual(
      checkout.calls().map(([tool]) => tool),
      ["npm"],
    );
  });

  it("installs the rest and starts JupyterLab on notebooks/ with the arguments given", async () => {
    const { code, output } = await start(["--no-browser", "--end=3"]);
    assert.equal(code, 3, output);
    assert.match(output, /Making a virtual environment/, "the one that pip did not finish is not trusted");
    assert.deepEqual(
      checkout.calls().map(([tool, first]) => [tool, first]),
      [
        ["tsc", "-b"],
        ["data", undefined],
      ],
    );
    const answer = answerIn(output);
    assert.deepEqual(answer.args, [
      `--ServerApp.root_dir=${checkout.path("notebooks")}`,
      `--LabApp.workspaces_dir=${checkout.path(".venv/share/jupyter/lesson-workspaces")}`,
      ...trustOptions({ prefix: checkout.path(".venv") }),
      ...asUser,
      "--no-browser",
      "--end=3",
    ]);
    assert.equal(answer.prefix, checkout.path(".venv"));
    assert.equal(answer.prefer, "1");
  });

  it("registers the kernel in that environment with absolute paths", () => {
    const spec = JSON.parse(readFileSync(checkout.path(".venv/share/jupyter/kernels/tslab/kernel.json"), "utf8"));
    assert.equal(spec.display_name, "TypeScript");
    assert.deepEqual(spec.argv, [process.execPath, checkout.path("scripts/kernel/launch.mjs"), "{connection_file}"]);
    assert.equal(spec.interrupt_mode, "message");
  });

  it("installs nothing the second time", async () => {
    const { output } = await start([], { env: { PIP_FIND_LINKS: "" } });
    assert.deepEqual(checkout.calls(), []);
    assert.doesNotMatch(output, /Installing|Making|Building|Registering/);
  });

  it("passes a signal on and ends with JupyterLab's exit code", async () => {
    const child = checkout.start("start.mjs", [...asUser, "--wait"]);
    let sent = false;
    const { code } = await finished(child, (text) => {
      if (!sent && text.includes('{"args"')) sent = child.kill("SIGTERM");
    });
    assert.equal(code, 7);
  });

  it("installs again when npm had not come to its end", async () => {
    rmSync(checkout.path("node_modules/.package-lock.json"));
    await start();
    assert.deepEqual(
      checkout.calls().map(([tool]) => tool),
      ["npm"],
    );
  });

  it("installs again when the lock file asks for something else", async () => {
    const lock = JSON.parse(readFileSync(checkout.path("package-lock.json"), "utf8"));
    lock.packages["node_modules/tslab"] = { version: "1.0.1", integrity: "sha512-d" };
    checkout.write("package-lock.json", JSON.stringify(lock));
    await start();
    assert.ok(checkout.calls().some(([tool]) => tool === "npm"));
    await start();
    assert.deepEqual(checkout.calls(), []);
  });

  it("builds again when a source changed, and only the library", async () => {
    checkout.write("lib/src/index.ts", "export const changed = 1;\n");
    await start();
    assert.deepEqual(checkout.calls(), [["tsc", "-b", "lib", "exercises"]]);
  });

  it("builds from the ground up when the compiled files are gone", async () => {
    rmSync(checkout.path("lib/dist/index.js"));
    await start();
    assert.deepEqual(checkout.calls(), [["tsc", "-b", "--force", "lib", "exercises"]]);
  });

  it("brings the environment up to date, without making it anew, when the versions change", async () => {
    checkout.write(
      "scripts/constraints.txt",
      `${readFileSync(checkout.path("scripts/constraints.txt"), "utf8")}# newer\n`,
    );
    const { output } = await start();
    assert.match(output, /Installing JupyterLab/);
    assert.doesNotMatch(output, /Making a virtual environment/);
    assert.doesNotMatch((await start()).output, /Installing/);
  });

  it("registers the kernel again when another Node starts it", async () => {
    const file = checkout.path(".venv/share/jupyter/kernels/tslab/kernel.json");
    const right = readFileSync(file, "utf8");
    writeFileSync(file, right.replace(process.execPath, "/another/node"));
    await start();
    assert.equal(readFileSync(file, "utf8"), right);
  });

  it("says so, in one sentence, when the port asked for is taken", async () => {
    const server = createServer();
    await new Promise((resolve) => server.listen(0, "localhost", resolve));
    const { port } = server.address();
    const { code, output } = await start([`--port=${port}`]);
    await new Promise((resolve) => server.close(resolve));
    assert.equal(code, 1);
    assert.match(
      output,
      new RegExp(`^\\nPort ${port} is taken by another program\\.\\nRemedy: Name another one .*\\n$`),
    );
    const free = await start(["--port", String(port)]);
    assert.ok(answerIn(free.output).args.includes("--ServerApp.port_retries=0"));
  });

  it("signs the notebooks of the lesson and no others, and starts all the same when it cannot", async () => {
    assert.doesNotMatch((await start()).output, /could not be signed/, "there is none yet");
    const says = (...lines) => checkout.write(".venv/nbformat/sign.py", lines.join("\n"));
    mkdirSync(checkout.path(".venv/nbformat"), { recursive: true });
    for (const name of ["01-first", "2-of-mine", "notes"]) checkout.write(`notebooks/${name}.ipynb`, "{}");
    assert.match((await start([], { env: { PYTHONPATH: checkout.path(".venv") } })).output, /could not be signed/);
    says("import json, sys", "open('signed.json', 'w').write(json.dumps(sys.argv[1:]))");
    checkout.write(".venv/nbformat/__init__.py", "");
    const { output } = await start([], { env: { PYTHONPATH: checkout.path(".venv") } });
    assert.doesNotMatch(output, /could not be signed/);
    const asked = JSON.parse(readFileSync(checkout.path("signed.json"), "utf8"));
    assert.deepEqual(asked, [
      ...trustOptions({ prefix: checkout.path(".venv") }),
      checkout.path("notebooks/01-first.ipynb"),
    ]);
  });

  it("opens the first notebook the first time, and later what was open before", async () => {
    checkout.write("notebooks/01-first.ipynb", "{}");
    const opened = async (...args) => answerIn((await start(args)).output).args.filter((arg) => arg.includes("_url=/"));
    assert.deepEqual(await opened(), ["--LabApp.default_url=/lab/tree/01-first.ipynb"]);
    assert.deepEqual(await opened("--LabApp.default_url=/lab/tree/my.md"), ["--LabApp.default_url=/lab/tree/my.md"]);
    const workspaces = checkout.path(".venv/share/jupyter/lesson-workspaces");
    mkdirSync(workspaces);
    writeFileSync(`${workspaces}/default.jupyterlab-workspace`, "{}");
    assert.deepEqual(await opened(), []);
    rmSync(workspaces, { recursive: true });
  });

  it("leaves the folder to the one who names it", async () => {
    const { output } = await start(["--notebook-dir=elsewhere"]);
    assert.deepEqual(answerIn(output).args, [
      ...trustOptions({ prefix: checkout.path(".venv") }),
      ...asUser,
      "--notebook-dir=elsewhere",
    ]);
  });

  it("makes a new environment after the folder was moved", async () => {
    renameSync(checkout.folder, `${checkout.folder} 2`);
    checkout.folder += " 2";
    checkout.env = { ...checkout.env, PATH: checkout.path("programs") };
    const { output } = await start();
    assert.match(output, /Making a virtual environment/);
    assert.equal(answerIn(output).prefix, checkout.path(".venv"));
  });
});
