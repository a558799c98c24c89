/** Plain data of Node's own classes comes as what it is; its handles are refused by their names. */
import assert from "node:assert/strict";
import { promises as fs, readdirSync, statSync, statfsSync } from "node:fs";
import { cpus } from "node:os";
import { BlockList, SocketAddress } from "node:net";
import { createHistogram } from "node:perf_hooks";
import { test } from "node:test";
import { parse } from "node:url";
import { parseArgs } from "node:util";
import * as mp from "parallel-typescript";
import { onePool, there, thereAndBack } from "../helpers/serialize";

test("pool.map(fs.promises.stat, paths): Stats with their methods and dates", async () => {
  const paths = [__filename, __dirname, process.execPath];
  const found = await onePool().map(fs.stat, paths);
  for (const [index, path] of paths.entries()) {
    const here = statSync(path);
    const stats = found[index];
    assert.equal(Object.getPrototypeOf(stats), Object.getPrototypeOf(here));
    assert.deepEqual(
      [stats.isFile(), stats.isDirectory(), stats.size, stats.ino, stats.mtime, stats.birthtime, stats.mtimeMs],
      [here.isFile(), here.isDirectory(), here.size, here.ino, here.mtime, here.birthtime, here.mtimeMs],
    );
  }
  const big = await onePool().apply(() => fs.stat(process.execPath, { bigint: true }));
  const here = statSync(process.execPath, { bigint: true });
  assert.deepEqual(
    [Object.getPrototypeOf(big), big.isFile(), big.size, big.mtimeNs, big.mtime],
    [Object.getPrototypeOf(here), true, here.size, here.mtimeNs, here.mtime],
  );
  assert.equal(await there((it) => it.isFile() && it.mtime.getTime(), here), here.mtime.getTime());
  assert.deepEqual(
    await there(
      (one, two) => [one.isDirectory(), two.isDirectory(), one.mtime instanceof Date],
      statSync(__dirname),
      statSync(__filename),
    ),
    [true, false, true],
  );
});

test("directory entries and file systems, both ways", async () => {
  const entries = readdirSync(__dirname, { withFileTypes: true });
  const names = await there((list) => list.filter((entry) => entry.isFile()).map(({ name }) => name), entries);
  assert.deepEqual(
    names,
    entries.filter((entry) => entry.isFile()).map(({ name }) => name),
  );
  const back = await there((folder: string) => fs.readdir(folder, { withFileTypes: true }), __dirname);
  assert.deepEqual(
    back.map((entry) => [entry.name, entry.isFile(), entry.isDirectory(), entry.isSymbolicLink()]),
    entries.map((entry) => [entry.name, entry.isFile(), entry.isDirectory(), entry.isSymbolicLink()]),
  );
  assert.deepEqual(back, entries);
  const system = await there(() => fs.statfs(process.execPath));
  assert.deepEqual(
    [Object.getPrototypeOf(system), system.bsize],
    [Object.getPrototypeOf(statfsSync(process.execPath)), statfsSync(process.execPath).bsize],
  );
  assert.equal(typeof (await there(() => fs.statfs(process.execPath, { bigint: true }))).blocks, "bigint");
});

test("performance marks and measures keep their class, name, times and detail", async () => {
  const mark = performance.mark("begun", { startTime: 5, detail: { list: [new Map([[1, 2]])] } });
  const [name, startTime, detail] = await there((it) => [it.name, it.startTime, it.detail] as const, mark);
  assert.deepEqual([name, startTime, detail], ["begun", 5, { list: [new Map([[1, 2]])] }]);
  const measure = await there(() => performance.measure("part", { start: 3, end: 8, detail: 1 }));
  assert.deepEqual(
    [measure instanceof PerformanceMeasure, measure.name, measure.duration, measure.detail, measure.entryType],
    [true, "part", 5, 1, "measure"],
  );
});

test("other plain objects of Node travel", async () => {
  const values: unknown[] = [
    cpus()[0],
    process.memoryUsage(),
    process.resourceUsage(),
    process.hrtime(),
    process.hrtime.bigint(),
    process.versions.node,
    parseArgs({
      args: ["-a", "--b=1", "c"],
      options: { a: { type: "boolean", short: "a" }, b: { type: "string" } },
      allowPositionals: true,
      tokens: true,
    }),
    parse("http://user@a.b:80/c?d=e#f"),
    new URL("http://a.b/?c=d"),
    new URLSearchParams("a=1&a=2"),
    performance.eventLoopUtilization(),
    (process as unknown as { getBuiltinModule?: unknown }).getBuiltinModule === undefined
      ? 0
      : process.config.target_defaults.default_configuration,
  ];
  const back = await thereAndBack(values);
  assert.deepEqual(back, values);
  back.forEach((value, index) =>
    assert.equal(Object.getPrototypeOf(Object(value)), Object.getPrototypeOf(Object(values[index]))),
  );
  const address = await there((it) => [it.address, it.port], new SocketAddress({ address: "1.2.3.4", port: 5 }));
  assert.deepEqual(address, ["1.2.3.4", 5]);
  const list = new BlockList();
  list.addAddress("1.2.3.4");
  assert.equal(await there((it) => it.check("1.2.3.4"), list), true);
});

test("an own class of such a name is one's own; subclasses of Node's data keep their class", async () => {
  class Stats {
    constructor(readonly size: number) {}
    double(): number {
      return this.size * 2;
    }
  }
  assert.equal(await there((it) => it.double(), new Stats(4)), 8);
  const back = await thereAndBack(new Stats(3));
  assert.ok(back instanceof Stats && back.size === 3);
  class Marked extends (PerformanceMark as unknown as new (name: string) => { readonly name: string }) {
    label(): string {
      return `${this.name}!`;
    }
  }
  assert.equal(await there((it) => it.label(), new Marked("m")), "m!");
});

test("handles and states of Node's are refused by their names", async () => {
  const file = await fs.open(__filename);
  try {
    for (const [value, words] of [
      [file, /FileHandle/],
      [createHistogram(), /RecordableHistogram|Histogram/],
      [
        performance.timeOrigin === 0 ? {} : (performance as unknown as { nodeTiming: object }).nodeTiming,
        /PerformanceNodeTiming/,
      ],
      [new TextDecoder(), /TextDecoder/],
      [setTimeout(() => undefined), /Timeout/],
      [new Headers(), /Headers/],
      [process.stdout, /stream/],
      [new Intl.NumberFormat(), /NumberFormat/],
    ] as const) {
      await assert.rejects(
        thereAndBack(value),
        (error: unknown) => error instanceof mp.SerializationError && words.test(error.message),
        String(words),
      );
    }
  } finally {
    await file.close();
  }
});
