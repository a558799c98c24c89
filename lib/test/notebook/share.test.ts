import { pressStop } from "../helpers/interrupt";
import assert from "node:assert/strict";
import { once } from "node:events";
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { test, type TestContext } from "node:test";
import * as mp from "parallel-typescript";
import { catchPrints, pretendHistory } from "../helpers/display";
import { errorOf } from "../helpers/pool";

interface Sent {
  id: string;
  name: string;
  cores: number;
  results: { title: string; variant: string; kind: string; ratio: number }[];
  solved: string[];
}

/** A page of a room that answers each message with the next of these; returns its address and what it got. */
async function startRoom(t: TestContext, ...answers: [status: number, text: string][]) {
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (part: string) => (body += part));
    request.once("end", () => {
      bodies.push(body);
      const [status, text] = answers.shift() ?? [204, ""];
      response.writeHead(status, { location: "/elsewhere" }).end(text);
    });
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`, bodies };
}

test("share sends the newest of each titled comparison and the exercises solved, shows all of it, and names no machine and no code", async (t) => {
  const history = pretendHistory(t);
  const prints = catchPrints(t);
  const variants = { serial: () => 1, secretly: () => 1 };
  await mp.compare(variants, { n: 1, r: 2, title: "cubes" });
  await mp.compare(variants, { n: 1, r: 2, title: "cubes" });
  await mp.compare(variants, { n: 1, r: 2 });
  const [old] = readFileSync(history, "utf8").trim().split("\n");
  appendFileSync(
    history,
    `${JSON.stringify({ ...JSON.parse(old), title: "old", date: "2026-01-01T00:00:00.000Z" })}\n`,
  );
  writeFileSync(
    join(dirname(history), "exercises.jsonl"),
    '\n{"solved":"2.3","at":"x"}\n\n{"solved":"1.1","at":"x"}\n\n{"sol',
  );
  const { address, bodies } = await startRoom(t);
  prints.length = 0;

  await mp.share(address, " our table ");
  await mp.share(address);
  const [first, second] = bodies.map((body) => JSON.parse(body) as Sent);
  assert.ok(first && second);
  assert.deepEqual(Object.keys(first), ["id", "name", "cores", "results", "solved"]);
  assert.deepEqual([first.name, second.name, first.solved], ["our table", "", ["1.1", "2.3"]]);
  assert.deepEqual(
    first.results.map((result) => [result.title, result.variant, Object.keys(result)]),
    [["cubes", "secretly", ["title", "variant", "kind", "ratio"]]],
  );
  assert.equal(first.id, second.id, "what is sent again replaces");
  assert.ok(!bodies.join().includes(hostname()) && !bodies.join().includes("=>"));
  const shown = prints.join("\n");
  for (const words of ["Sending to 127.0.0.1:", '"our table"', "cubes: secretly ", "exercises solved: 1.1, 2.3"])
    assert.ok(shown.includes(words), words);
});

test("Stop ends a share that nobody answers", async (t) => {
  pretendHistory(t);
  catchPrints(t);
  const server = createServer(() => setImmediate(pressStop));
  await once(server.listen(0, "127.0.0.1"), "listening");
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  assert.equal((await errorOf(mp.share(`http://127.0.0.1:${port}/x`))).name, "Interrupted");
});

test("share says so when nothing was measured, and keeps its name where no comparison is kept", async (t) => {
  const prints = catchPrints(t);
  const { address, bodies } = await startRoom(t);
  await mp.share(address);
  await mp.share(address);
  const [first, second] = bodies.map((body) => JSON.parse(body) as Sent);
  assert.equal(first?.id, second?.id);
  assert.deepEqual([first?.results, first?.solved], [[], []]);
  assert.match(prints.join("\n"), /no comparison: none with a title was made in the last 12 hours/);
});

test("share refuses wrong arguments before anything is sent", async () => {
  const address = "http://127.0.0.1:1/x";
  const cases: [unknown, unknown, string, RegExp][] = [
    [undefined, "", "TypeError", /^share expects the address that the teacher shows, .* undefined came/],
    ["192.168.1.20:4000/abc", "", "TypeError", /the string "192.168.1.20:4000\/abc" came/],
    ["file:///etc/passwd", "", "TypeError", /expects the address/],
    [address, 7, "TypeError", /^share expects the name to be a string, .* the number 7 came/],
    [address, "x".repeat(41), "RangeError", /at most 40 characters/],
  ];
  for (const [where, name, kind, message] of cases) {
    const error = await errorOf(mp.share(where as string, name as string));
    assert.equal(error.name, kind);
    assert.match(error.message, message);
  }
});

test("share tells why a page did not take it, and follows it nowhere", async (t) => {
  pretendHistory(t);
  catchPrints(t);
  const { address, bodies } = await startRoom(t, [404, ""], [429, "Once a second is enough."], [302, ""]);
  assert.match(
    (await errorOf(mp.share(address))).message,
    /does not know the part of the address after it: compare it with/,
  );
  assert.match((await errorOf(mp.share(address))).message, /did not take it \(429\): Once a second is enough\./);
  assert.match((await errorOf(mp.share(address))).message, /^No page of a room answers at/);
  assert.equal(bodies.length, 3);
  const gone = await errorOf(mp.share("http://127.0.0.1:1/x"));
  assert.match(gone.message, /^No page of a room answers at 127\.0\.0\.1:1, so nothing was sent\. .* ask the teacher/);
  assert.ok(gone.cause instanceof Error);
});
