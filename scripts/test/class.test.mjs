// The page of a room: who gets in, what it takes, and that what learners send stays text.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { request } from "node:http";
import { networkInterfaces } from "node:os";
import { after, before, describe, it } from "node:test";
import { Refused, Room } from "../class/room.mjs";
import { makeServer, makeToken, portOf } from "../class/server.mjs";
import { inRoot } from "../setup/checkout.mjs";
import { finished } from "./standin.mjs";

const id = (number) => String(number).padEnd(36, "-");
const message = (change = {}) => ({
  id: id(1),
  name: "our table",
  cores: 4,
  results: [{ title: "cubes", variant: "map", kind: "faster", ratio: 2.5 }],
  solved: ["1.1", "2.3"],
  ...change,
});
const take = (room, change) => room.take(JSON.stringify(message(change)));

describe("a room", () => {
  it("shows what came last of each learner, without the id that lets one replace it", () => {
    let now = 0;
    const room = new Room(() => now);
    take(room);
    take(room, { id: id(2), name: "", results: [], solved: [] });
    now += 1_000;
    take(room, { cores: 8 });
    const { version, learners } = room.state();
    assert.equal(version, 3);
    assert.deepEqual(
      learners.map(({ name, cores }) => [name, cores]),
      [
        ["our table", 8],
        ["learner 2", 4],
      ],
    );
    assert.doesNotMatch(JSON.stringify(learners), new RegExp(id(1)));
  });

  it("takes one message a second of each learner, and so many learners", () => {
    const room = new Room(() => 0);
    take(room);
    assert.throws(() => take(room), { status: 429, message: /^Once a second is enough/ });
    for (let number = 2; number <= 500; number++) take(room, { id: id(number) });
    assert.throws(() => take(room, { id: id(501) }), { status: 503, message: /^The room is full: it takes 500/ });
    assert.equal(room.state().learners.length, 500);
  });

  it("takes nothing else than what mp.share sends, and copies nothing else", () => {
    const [result] = message().results;
    const wrong = [
      { id: "1" },
      { name: 5 },
      { name: "x".repeat(41) },
      { cores: 0 },
      { cores: 2.5 },
      { cores: "4" },
      { results: {} },
      { results: [null] },
      { results: [{ ...result, ratio: null }] },
      { results: [{ ...result, ratio: -1 }] },
      { results: [{ ...result, kind: "<b>" }] },
      { results: [{ ...result, title: "x".repeat(121) }] },
      { results: Array(121).fill(result) },
      { solved: ["<script>"] },
      { solved: Array(201).fill("1.1") },
    ];
    const room = new Room();
    for (const change of wrong)
      assert.throws(() => take(room, change), { status: 400 }, JSON.stringify(change).slice(0, 80));
    for (const text of ["", "null", "[]", "{", "7"]) assert.throws(() => room.take(text), Refused);
    assert.equal(room.version, 0);
    take(room, { extra: 1, results: [{ ...result, extra: 1 }] });
    assert.doesNotMatch(JSON.stringify(room.state()), /extra/);
  });
});

describe("its server", () => {
  let server, origin, token;
  before(async () => {
    token = makeToken();
    server = makeServer(token, ["127.0.0.1"]);
    await once(server.listen(0, "127.0.0.1"), "listening");
    origin = `http://127.0.0.1:${portOf(server)}`;
  });
  after(() => server.close() && server.closeAllConnections());
  const post = (path, body, init) => fetch(origin + path, { method: "POST", body, ...init });

  it("gives and takes nothing without the token", async () => {
    assert.match(token, /^[2-9a-hj-km-np-z]{10}$/);
    const guess = token.replace(/.$/, (last) => (last === "a" ? "b" : "a"));
    for (const path of [
      "/",
      `/${guess}`,
      `/${guess}/state`,
      `/${token}x`,
      "/%00",
      "//",
      `/${token}/room.css/more`,
      `/${token}/../package.json`,
      `/${token}/..%2f..%2fpackage.json`,
    ]) {
      assert.equal((await fetch(origin + path)).status, 404, path);
      const sent = await post(path, JSON.stringify(message()));
      assert.ok(sent.status === 404 || sent.status === 405, path);
    }
    assert.equal((await fetch(`${origin}/${token}`, { method: "DELETE" })).status, 405);
  });

  it("survives an address that is none", async () => {
    const asked = request(origin, { path: "http://[", method: "GET" });
    const [response] = await once(asked.end(), "response");
    assert.equal(response.resume().statusCode, 404);
  });

  it("gives a page that runs its own script only", async () => {
    const page = await fetch(`${origin}/${token}`);
    assert.equal(page.url, `${origin}/${token}/`);
    assert.match(page.headers.get("content-security-policy"), /default-src 'none'; script-src 'self';/);
    assert.equal(page.headers.get("referrer-policy"), "no-referrer");
    assert.equal(page.headers.get("x-content-type-options"), "nosniff");
    const html = await page.text();
    for (const [, part] of html.matchAll(/(?:src|href)="([^"]+)"/g))
      assert.equal((await fetch(`${page.url}${part}`)).status, 200, part);
    assert.doesNotMatch(html, /<script>|<style>|style=|onclick/);
  });

  it("takes a message and shows it as JSON, with the address for learners", async () => {
    assert.equal((await post(`/${token}`, JSON.stringify(message({ name: "<b>us</b>" })))).status, 204);
    const state = await fetch(`${origin}/${token}/state`);
    assert.match(state.headers.get("content-type"), /^application\/json/);
    const { version, learners, addresses } = await state.json();
    assert.equal(learners[0].name, "<b>us</b>");
    assert.deepEqual(addresses, [`${origin}/${token}`]);
    assert.equal(
      (await fetch(`${origin}/${token}/state?since=${version}`)).status,
      204,
      "nothing to a page that has it",
    );
    assert.equal((await fetch(`${origin}/${token}/state?since=${version - 1}`)).status, 200);
  });

  it("answers a message that is too long, told or not, and goes on", async () => {
    const long = "x".repeat(70_000);
    const inParts = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode(long));
        controller.close();
      },
    });
    for (const [body, init] of [
      [long, {}],
      [inParts, { duplex: "half" }],
    ]) {
      const answer = await post(`/${token}`, body, init);
      assert.equal(answer.status, 413);
      assert.match(await answer.text(), /^That is too much: the page takes 65536 bytes\./);
    }
    assert.equal((await fetch(`${origin}/${token}/state`)).status, 200);
  });

  it("takes so many messages a second and no more", async () => {
    const all = Array.from({ length: 150 }, (_, number) =>
      post(`/${token}`, JSON.stringify(message({ id: id(`m${number}`) }))),
    );
    const statuses = (await Promise.all(all)).map(({ status }) => status);
    assert.ok(statuses.includes(429), "a flood is held back");
    assert.ok(statuses.every((status) => status === 204 || status === 429));
  });
});

describe("npm run class", () => {
  const start = (...args) =>
    spawn(process.execPath, [inRoot("scripts", "class.mjs"), ...args], { stdio: ["ignore", "pipe", "pipe"] });

  it(
    "says what learners run, is reached from this machine only, and ends by Ctrl-C",
    { skip: process.platform === "win32" },
    async () => {
      const child = start();
      let output = "";
      child.stdout.setEncoding("utf8").on("data", (text) => (output += text));
      while (!output.includes("Ctrl-C")) await once(child.stdout, "data");
      const address = /await mp\.share\("(http:\/\/127\.0\.0\.1:\d+\/\w{10})", "our table"\)/.exec(output)[1];
      assert.equal((await fetch(address)).status, 200);
      assert.match(output, /npm run class -- --network/);
      child.kill("SIGINT");
      assert.deepEqual(await once(child, "close"), [0, null]);
    },
  );

  it(
    "is reached by the addresses of the network when that is asked for",
    { skip: process.platform === "win32" },
    async () => {
      const outside = Object.values(networkInterfaces())
        .flat()
        .some(({ internal, family }) => !internal && family === "IPv4");
      const child = start("--network");
      let output = "";
      child.stdout.setEncoding("utf8").on("data", (text) => (output += text));
      while (!output.includes("Ctrl-C")) await once(child.stdout, "data");
      const address = /await mp\.share\("(http:\/\/[\d.]+:\d+\/\w{10})"/.exec(output)[1];
      assert.equal((await fetch(address)).status, 200);
      assert.equal(address.includes("//127."), !outside);
      assert.match(output, /not encrypted/);
      child.kill("SIGTERM");
      assert.deepEqual(await once(child, "close"), [143, null]);
    },
  );

  it("refuses what it does not know", async () => {
    const child = start("--port", "port");
    const { code, output } = await finished(child);
    assert.equal(code, 1);
    assert.match(output, /^\n"port" is no port\.\nRemedy: /);
  });
});
