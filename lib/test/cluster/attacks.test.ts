/** Whoever can write to the server of a cluster, or has listened there, runs no code and changes no result. */
import assert from "node:assert/strict";
import { randomBytes, randomUUID } from "node:crypto";
import { PassThrough } from "node:stream";
import { test, type TestContext } from "node:test";
import { connect, nkeyAuthenticator, type NatsConnection } from "@nats-io/transport-node";
import * as mp from "parallel-typescript";
import { Link, Reliable, StreamChannel, readClusterFile } from "../../dist/internal";
import { Runs, makeCluster, noServer, note, startCluster, startWorker } from "../helpers/cluster";
import { until } from "../helpers/pool";

const skip = noServer();

async function enter(t: TestContext, url: string, seed?: string): Promise<NatsConnection> {
  const authenticator = seed === undefined ? {} : { authenticator: nkeyAuthenticator(new TextEncoder().encode(seed)) };
  const connection = await connect({ servers: url, reconnect: false, ...authenticator });
  t.after(() => connection.close());
  return connection;
}

/** What the server refuses, while `act` is done. */
async function refusals(connection: NatsConnection, act: () => void): Promise<string[]> {
  const refused: string[] = [];
  void (async () => {
    for await (const status of connection.status()) if (status.type === "error") refused.push(status.error.message);
  })();
  act();
  await connection.flush();
  await until(() => refused.length > 0);
  return refused;
}

test("without a key, or with a wrong one, the server lets nobody in", { skip }, async (t) => {
  const { file } = await startCluster(t);
  const { url, client = "" } = readClusterFile(file);
  await assert.rejects(enter(t, url), /Authorization/i);
  const { file: other } = await startCluster(t);
  await assert.rejects(enter(t, readClusterFile(other).url, client), /Authorization/i);
});

test("a worker's key can neither hand out tasks nor read what others answer", { skip }, async (t) => {
  const { workerFile } = await startCluster(t);
  const { url, worker } = readClusterFile(workerFile);
  for (const act of [
    (it: NatsConnection) => it.publish(`pt.m.${randomUUID()}.${randomUUID()}`, "task"),
    (it: NatsConnection) => it.publish("pt.pool", randomUUID()),
    (it: NatsConnection) => it.subscribe("pt.p.>", { callback: () => undefined }),
    (it: NatsConnection) => it.subscribe(">", { callback: () => undefined }),
  ]) {
    const connection = await enter(t, url, worker);
    assert.match((await refusals(connection, () => act(connection))).join(), /permissions violation/i);
  }
});

/** A pool or machine that has all rights at the server, and a key of its own. */
function impostor(connection: NatsConnection, from: string, to: string, side: "pool" | "machine", key: Uint8Array) {
  const channel = new Reliable((bytes) => connection.publish(to, bytes), 2 ** 20);
  connection.subscribe(from, { callback: (_error, { data }) => channel.take(data) });
  const link = new Link<unknown, unknown>(channel, key, side);
  const ended = new Promise<string>((resolve) => {
    link.open({ message: () => resolve("a message"), closed: resolve });
  });
  return { link, ended };
}

test(
  "all rights at the server, and no key to seal with: a forged hello is not let in, and forged tasks are not run",
  { skip },
  async (t) => {
    const cluster = await startCluster(t);
    const { url, client = "", worker } = readClusterFile(cluster.file);
    const asClient = await enter(t, url, client);
    const asWorker = await enter(t, url, worker);
    const pool = makeCluster(t, mp.connect(cluster.file));
    // A forged machine.
    const session = await new Promise<string>((resolve) => {
      asWorker.subscribe("pt.pool", { callback: (_error, message) => resolve(message.string()) });
    });
    const machine = randomUUID();
    const forged = impostor(
      asWorker,
      `pt.m.${session}.${machine}`,
      `pt.p.${session}.${machine}`,
      "machine",
      randomBytes(32),
    );
    forged.link.send({ is: "hello", library: "0.1.0", node: "20.0.0", name: "evil", host: "x", pid: 1, workers: 9 });
    assert.notEqual(await forged.ended, "a message");
    assert.deepEqual(pool.machines, []);
    // A forged pool, heard by a real worker.
    const started = startWorker(t, cluster.workerFile);
    const mine = randomUUID();
    const announce = setInterval(() => {
      if (!asClient.isClosed()) asClient.publish("pt.pool", mine);
    }, 200);
    t.after(() => clearInterval(announce));
    const there = await new Promise<string>((resolve) => {
      // Only a pool's key may listen here, and this is one.
      asClient.subscribe(`pt.p.${mine}.>`, {
        callback: (_error, message) => resolve(message.subject.split(".")[3]),
      });
    });
    const runs = new Runs(t);
    const evil = impostor(asClient, `pt.p.${mine}.${there}`, `pt.m.${mine}.${there}`, "pool", randomBytes(32));
    evil.link.send({ is: "welcome", setup: { machine: "evil", route: 0, maxTasksPerChild: undefined } });
    evil.link.send({ is: "function", fn: 1, name: "evil", once: true }, [
      Buffer.from(`require("fs").appendFileSync(${JSON.stringify(runs.file)}, "evil")`),
    ]);
    assert.notEqual(await evil.ended, "a message");
    assert.deepEqual(runs.all(), []);
    // The worker goes on for those who have the key.
    assert.equal(await pool.apply(() => "mine"), "mine");
    assert.equal(started.child.exitCode, null);
  },
);

test(
  "whoever listened and sends old tasks and results again has nothing run twice, and changes no result",
  { skip },
  async (t) => {
    const cluster = await startCluster(t);
    const { url, client = "", worker } = readClusterFile(cluster.file);
    const asClient = await enter(t, url, client);
    const asWorker = await enter(t, url, worker);
    const heard: { readonly from: NatsConnection; readonly subject: string; readonly data: Uint8Array }[] = [];
    // What a pool sends, its key may send again; what a machine sends, a worker's.
    asWorker.subscribe("pt.m.>", {
      callback: (_e, { subject, data }) => void heard.push({ from: asClient, subject, data: data.slice() }),
    });
    asClient.subscribe("pt.p.>", {
      callback: (_e, { subject, data }) => void heard.push({ from: asWorker, subject, data: data.slice() }),
    });
    await Promise.all([asClient.flush(), asWorker.flush()]);
    startWorker(t, cluster.workerFile);
    const runs = new Runs(t);
    const count = (x: number): number => {
      note(runs.file, x);
      return x * 3;
    };
    const first = makeCluster(t, mp.connect(cluster.file));
    assert.deepEqual(
      await first.map(count, mp.range(10), { chunkSize: 1 }),
      mp.range(10).map((x) => x * 3),
    );
    await until(() => heard.length >= 25);
    const old = heard.splice(0);
    const replay = async (change: (subject: string) => string): Promise<void> => {
      for (const { from, subject, data } of old) from.publish(change(subject), data);
      await Promise.all([asClient.flush(), asWorker.flush()]);
    };
    // To the same pool while it goes on, and to another one.
    await replay((subject) => subject);
    assert.deepEqual(
      await first.map(count, mp.range(10, 20), { chunkSize: 1 }),
      mp.range(10, 20).map((x) => x * 3),
    );
    const second = makeCluster(t, mp.connect(cluster.file));
    await second.ready;
    const place = heard.find(
      ({ subject }) => subject.startsWith("pt.m.") && !old.some((it) => it.subject === subject),
    )?.subject;
    const [, , session = "", machine = ""] = (place as string).split(".");
    await replay((subject) => `${subject.slice(0, 4)}.${session}.${machine}`);
    const later = await second.map(count, mp.range(20, 30), { chunkSize: 1 }).catch((error: unknown) => error);
    // The second pool may have lost its machine by that, but no result is wrong and nothing ran twice.
    if (!(later instanceof mp.WorkerDiedError))
      assert.deepEqual(
        later,
        mp.range(20, 30).map((x) => x * 3),
      );
    assert.equal(runs.most(), 1);
    assert.equal(await first.apply(() => "mine"), "mine");
  },
);

test("on any way: who has another key, says something else first, or too much, is cut off before anything of it is decoded", async () => {
  const pair = (isPrivate: boolean) => {
    const [there, back] = [new PassThrough(), new PassThrough()];
    return [new StreamChannel(there, back, isPrivate), new StreamChannel(back, there, isPrivate), there] as const;
  };
  const key = randomBytes(32);
  for (const isPrivate of [true, false]) {
    const [one, other] = pair(isPrivate);
    const pool = new Link<unknown, unknown>(one, key, "pool");
    const machine = new Link<unknown, unknown>(other, randomBytes(32), "machine");
    const got: unknown[] = [];
    const closed = new Promise<string>((resolve) =>
      pool.open({ message: (message) => got.push(message), closed: resolve }),
    );
    machine.open({ message: (message) => got.push(message), closed: () => undefined });
    machine.send({ is: "hello" });
    assert.match(await closed, /not sealed with the key/);
    assert.deepEqual(got, []);
    machine.close();
  }
  for (const [said, why] of [
    [Buffer.from([0, 0, 0, 3, 1, 2, 3]), /no greeting of this library/],
    [Buffer.from([0x40, 0, 0, 0, 1]), /no message of this library/],
    [Buffer.from("GET / HTTP/1.1\r\n\r\n"), /no message of this library/],
  ] as const) {
    const [one, , wire] = pair(false);
    const pool = new Link<unknown, unknown>(one, key, "pool");
    const closed = new Promise<string>((resolve) => pool.open({ message: () => resolve("decoded"), closed: resolve }));
    wire.write(said);
    assert.match(await closed, why);
  }
  // The same key, and what was said is read.
  const [one, other] = pair(false);
  const pool = new Link<string, string>(one, key, "pool");
  const machine = new Link<string, string>(other, key, "machine");
  const got = new Promise<string>((resolve) => pool.open({ message: resolve, closed: resolve }));
  machine.open({ message: () => undefined, closed: () => undefined });
  machine.send("hello");
  assert.equal(await got, "hello");
  pool.close();
  machine.close();
});
