// The image, and the dev container that is made of its first stage.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { inRoot } from "../../setup/checkout.mjs";
import { notAll } from "./support/all.mjs";
import { fetched } from "./support/fetched.mjs";
import { cannotBuild, EmptyRoot } from "./support/emptyRoot.mjs";
import { stepsOf, words } from "./support/dockerfile.mjs";

const dockerfile = inRoot("Dockerfile");
const container = JSON.parse(readFileSync(inRoot(".devcontainer", "devcontainer.json"), "utf8"));
const steps = stepsOf(dockerfile, "lesson");
const last = (word) => steps.filter((step) => step.word === word).at(-1).rest;
const FOLDER = last("WORKDIR");

describe("the image and the dev container, as they are written", () => {
  it("run as no root, with a check of their health", () => {
    assert.equal(last("USER"), "1000");
    assert.match(last("HEALTHCHECK"), / CMD \[/);
    assert.equal(words(last("CMD"))[1], "scripts/start.mjs");
  });

  it("copy nothing that git ignores", () => {
    const ignored = readFileSync(inRoot(".dockerignore"), "utf8").split("\n");
    for (const line of readFileSync(inRoot(".gitignore"), "utf8").split("\n")) {
      if (/^(#|$)/.test(line)) continue;
      const name = line.replace(/^\/|\/$/g, "");
      assert.ok(ignored.includes(name) || ignored.includes(`**/${name}`), `.dockerignore lacks ${name}`);
    }
    assert.ok(ignored.includes(".git"));
  });

  it("name no registry", () => {
    assert.doesNotMatch(readFileSync(dockerfile, "utf8"), /FROM \S+\.\S+\//);
  });

  it("the dev container is the image's first stage, and sets up with the same command", () => {
    const { dockerfile: file, context, target } = container.build;
    assert.deepEqual([file, context], ["../Dockerfile", ".."]);
    assert.deepEqual(stepsOf(dockerfile, target), steps.slice(0, stepsOf(dockerfile, target).length));
    assert.equal(container.updateContentCommand, "npm run setup");
  });

  it("hadolint and the dev containers' own program take them", { skip: notAll }, async () => {
    const { hadolint, devcontainer } = await fetched();
    assert.equal(await hadolint(dockerfile), "");
    // It asks Docker for containers that run, of which there are none.
    const asked = await devcontainer("read-configuration", "--workspace-folder", inRoot(), "--docker-path", "true");
    const { configuration } = JSON.parse(asked.trim().split("\n").at(-1));
    assert.equal(configuration.build.target, "tools");
  });
});

describe("the image, its steps run in an empty root", { skip: notAll || cannotBuild }, () => {
  let root;
  before(() => (root = new EmptyRoot(inRoot(".cache", "doors", "image"), steps[0].rest)));
  after(() => root?.remove());

  it("is built", async () => {
    for (const step of steps.slice(1)) await root.step(step);
  });

  it("has the small books, belongs to its user, and passes the doctor without a network", async () => {
    const books = JSON.parse(readFileSync(root.path(`${FOLDER}/data/large_txt.json`), "utf8"));
    assert.equal(books.size, 16e6);
    const foreign = await root.run(["sh", "-c", `find ~node ${FOLDER} ! -user node`]);
    assert.deepEqual(foreign, { code: 0, output: "" });
    const { code, output } = await root.run(["npm", "run", "-s", "doctor"], { apart: true });
    assert.equal(code, 0, output);
  });

  it("the dev container sets up its own copy", async () => {
    const workspace = "/workspaces/parallel-typescript";
    root.copyCheckout(workspace, "node:node", () => false);
    const asNode = { user: "node", cwd: workspace };
    const { code, output } = await root.run(["sh", "-c", container.updateContentCommand], asNode);
    assert.equal(code, 0, output);
    const doctor = await root.run(["npm", "run", "-s", "doctor"], { apart: true, ...asNode });
    assert.equal(doctor.code, 0, doctor.output);
  });

  const health = () => words(root.state.HEALTHCHECK.replace(/^.* CMD /, ""));

  it("in the dev container, JupyterLab answers the address that a codespace forwards, and no other site", async () => {
    const workspace = "/workspaces/parallel-typescript";
    const fill = ([name, value]) => [name, value.replace("${containerWorkspaceFolder}", workspace)];
    const more = Object.fromEntries(Object.entries(container.remoteEnv).map(fill));
    const start = ["npm", "start", "--", "--port", "8888"];
    await root.during(start, { user: "node", cwd: workspace, more }, async ({ output, beside }) => {
      await healthy(() => beside(health()), output);
      const ask = (host) => beside(["node", "-e", ASK, host]);
      assert.match((await ask("fair-8888.app.github.dev")).output, /^200 https:\/\/fair-8888\.app\.github\.dev$/m);
      assert.match((await ask("example.org")).output, /^200 undefined$/m);
    });
  });

  it("starts JupyterLab without a network, is healthy, and ends by a signal", async () => {
    await root.during(root.main, {}, async ({ output, beside, ended }) => {
      await healthy(() => beside(health()), output);
      assert.match(output(), /http:\/\/127\.0\.0\.1:8888\/lab\S*\?token=/);
      assert.equal((await beside(["sh", "-c", "id -un; pwd"])).output, `node\n${FOLDER}\n`);
      assert.equal((await beside(["sh", "-c", "kill -TERM 1"])).code, 0);
      await ended;
    });
  });
});

/** Asks JupyterLab as a page of that host would, through a proxy that leaves the host's name in; prints the status, and who may read the answer. */
const ASK = `
const host = process.argv[1];
const headers = { host, origin: "https://" + host };
require("node:http").get({ port: 8888, host: "127.0.0.1", path: "/api", headers, agent: false }, (answer) => {
  console.log(answer.statusCode, answer.headers["access-control-allow-origin"]);
  answer.resume();
});`;

async function healthy(check, output) {
  let health;
  for (let tries = 0; tries < 100; tries++) {
    health = await check();
    if (health.code === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  assert.fail(output() + health.output);
}
