// The lines of the table: what is measured, against whom, and how many times as fast it is meant to be.
import { folderOf } from "./pythonPackages.mjs";

const GIB = 2 ** 30;
const peers = ["workerpool", "poolifier", "tinypool", "piscina"];
/** Threads that are sent messages by hand: what a call costs at least. A line against them has no bound. */
const FLOOR = "bare worker threads";

/**
 * Who can be asked: the file in contestants, and the surroundings that it needs. One that is `fresh` is a program of its own for each request, which it is
 * given after its `args`.
 */
export const CONTESTANTS = {
  library: { file: "library.mjs" },
  books: { file: "books.mjs", env: { PARALLEL_TYPESCRIPT_SIMD: "on" } },
  "books, plain JavaScript": { file: "books.mjs", env: { PARALLEL_TYPESCRIPT_SIMD: "off" } },
  "Python's pools": { file: "pools.py" },
  loky: { file: "pools.py", args: ["loky"], env: { PYTHONPATH: folderOf("loky") } },
  "Python's reader": { file: "books.py" },
  [FLOOR]: { file: "threads.mjs" },
  [`books, ${FLOOR}`]: { file: "books.threads.mjs", env: { PARALLEL_TYPESCRIPT_SIMD: "on" } },
  [`${FLOOR}, real packages`]: { file: "../real/threads.mjs" },
  [`fresh ${FLOOR}`]: { file: "contact.cjs", args: ["threads"], fresh: true },
  ...Object.fromEntries(peers.map((name) => [name, { file: `${name}.mjs` }])),
  ...Object.fromEntries(
    ["library", ...peers].map((name) => [`fresh ${name}`, { file: "contact.cjs", args: [name], fresh: true }]),
  ),
  "fresh Python": { file: "contact.py", fresh: true },
  "library, real packages": { file: "../real/library.mjs" },
  "piscina, real packages": { file: "../real/piscina.mjs" },
};

/**
 * The parts of the benchmark. `rowsOf({ quick, fileOf })` gives a part's lines { what, against, atLeast, aim, ours, theirs }, where
 * `ours` and `theirs` are [contestant, request] and `fileOf(bytes)` is the path of a file of books. A line's ratio is the seconds of
 * theirs over those of ours, times how many times as much ours do (`times`), divided by the workers that work is `sharedBy` where efficiency is meant; without `aim` it is only told. Both have to give the same answer, or else ours the
 * same as all of `sameAs`. A line with `memory` tells the bytes of a program of its own, which is given those arguments, and how many it may have at most.
 */
export const GROUPS = {
  contact: { title: "first contact: each in a fresh program", rowsOf: contactRows },
  values: { title: "what people send", rowsOf: valueRows },
  real: { title: "real packages", rowsOf: realRows },
  growth: { title: "growth", rowsOf: growthRows },
  // Large files fill the memory with what was read, which makes all that comes after them slower.
  start: { title: "starting, and a long string", rowsOf: startRows },
  pools: { title: "pools", rowsOf: poolRows },
  reader: { title: "reading books", rowsOf: readerRows },
  large: { title: "large files", rowsOf: largeRows },
};

function readerRows({ quick, fileOf }) {
  const path = fileOf(quick ? GIB / 4 : GIB);
  const serial = ["books", { way: "serial", path }];
  const parallel = ["books", { way: "ranges", path, workers: 2 }];
  const pythonSerial = ["Python's reader", { way: "serial", path }];
  const pythonParallel = ["Python's reader", { way: "parallel", path, workers: 2 }];
  // The original's chunks cut words at their ends, so its counts are not the exact ones.
  const sameAs = [["Python's reader", { way: "exact", path }]];
  const plain = (request) => ["books, plain JavaScript", request];
  const rows = [
    {
      what: "countWords, serial",
      against: "Python, serial",
      atLeast: 60,
      aim: 110,
      ours: serial,
      theirs: pythonSerial,
      sameAs,
    },
    {
      what: "countWords, serial",
      against: "cat > /dev/null",
      atLeast: 0.4,
      aim: 0.6,
      ours: serial,
      theirs: ["Python's reader", { way: "cat", path }],
      sameAs,
    },
    {
      what: "countWords, 2 workers, own ranges",
      against: "Python, Pool(2)",
      atLeast: 60,
      aim: 110,
      ours: parallel,
      theirs: pythonParallel,
      sameAs,
    },
    {
      what: "countWords, 2 workers, own ranges",
      against: FLOOR,
      ours: parallel,
      theirs: [`books, ${FLOOR}`, parallel[1]],
    },
    {
      what: "plain JavaScript, serial",
      against: "Python, serial",
      atLeast: 25,
      aim: 40,
      ours: plain(serial[1]),
      theirs: pythonSerial,
      sameAs,
    },
    {
      what: "plain JavaScript, 2 workers",
      against: "Python, Pool(2)",
      atLeast: 25,
      aim: 40,
      ours: plain(parallel[1]),
      theirs: pythonParallel,
      sameAs,
    },
    {
      what: "strategy 2 (strings), 2 workers",
      against: "strategy 1",
      atLeast: 1.7,
      aim: 1.9,
      ours: ["books", { way: "fed", path, workers: 2 }],
      theirs: ["books", { way: "strings", path }],
      sameAs: [pythonSerial, pythonParallel],
      sharedBy: 2,
    },
  ];
  return rows.filter(({ against }) => process.platform !== "win32" || !against.startsWith("cat"));
}

function largeRows({ fileOf }) {
  const efficiency = (size) => {
    const path = fileOf(size);
    const ours = ["books", { way: "ranges", path, workers: 2 }];
    return {
      what: `efficiency of 2 workers, ${size / GIB} GiB`,
      against: "1 worker",
      atLeast: 0.85,
      aim: 0.95,
      sharedBy: 2,
      isEfficiency: true,
      bytesRead: size,
      ours,
      theirs: ["books", { way: "ranges", path, workers: 1 }],
    };
  };
  const large = efficiency(10 * GIB);
  const { path } = /** @type {{ path: string }} */ (large.ours[1]);
  const memory = (program) => ({
    what: "peak memory, 10 GiB file, 2 workers",
    memory: [program, path, 2, 40],
    sameAs: large.ours,
  });
  return [
    efficiency(4 * GIB),
    large,
    { what: "2 workers, 10 GiB", against: FLOOR, ours: large.ours, theirs: [`books, ${FLOOR}`, large.ours[1]] },
    { ...memory("alone.cjs"), against: "", atMost: 100e6, aim: 70e6 },
    { ...memory("alone.threads.cjs"), against: `${FLOOR} alone` },
  ];
}

function poolRows({ quick }) {
  const tasks = [
    {
      what: "map(cube) over 255, after 3,000",
      call: "map",
      request: { way: "map", size: 255, repeats: 3000 },
      atLeast: 2,
      aim: 8,
    },
    {
      what: "map(cube) over 20,000, after 50",
      call: "map",
      request: { way: "map", size: 20_000, repeats: 50 },
      atLeast: 4,
      aim: 7,
    },
    {
      what: "map(cube) over 1 million, after 5",
      call: "map",
      request: { way: "map", size: 1e6, repeats: 5 },
      atLeast: 4,
      aim: 7,
    },
    ...(quick
      ? []
      : [
          {
            what: "map(cube) over 10 million, after 1",
            call: "map",
            request: { way: "map", size: 1e7, repeats: 1 },
            atLeast: 4,
            aim: 7,
          },
        ]),
    {
      what: "apply, one round trip, after 2,000",
      call: "apply",
      request: { way: "apply", calls: 2000 },
      atLeast: 6,
      aim: 40,
    },
    {
      what: "20,000 applyAsync, after 100,000",
      call: "apply_async",
      request: { way: "applyAsync", calls: 20_000, repeats: 5 },
      atLeast: 5,
      aim: 25,
    },
  ];
  /** The lesson's own function, whose `**` is slow in Node 20. */
  const lesson = (what, size, repeats, atLeast, aim) => ({
    what,
    against: "Python, Pool(2).map",
    atLeast,
    aim,
    ours: ["library", { way: "map", size, repeats, power: true }],
    theirs: ["Python's pools", { way: "map", size, repeats }],
  });
  const lessons = [
    lesson("map(x ** 3) over 255, after 3,000", 255, 3000, 2, 8),
    lesson("map(x ** 3) over 1 million, after 5", 1e6, 5, 2, 7),
  ];
  const races = tasks.flatMap(({ what, call, request, atLeast, aim }) => [
    {
      what,
      against: `Python, Pool(2).${call}`,
      atLeast,
      aim,
      ours: ["library", request],
      theirs: ["Python's pools", request],
    },
    // A hundred thousand single calls would take it minutes.
    ...(call === "map"
      ? [{ what, against: "Python, loky", atLeast: 1, aim: 5, ours: ["library", request], theirs: ["loky", request] }]
      : []),
    ...peers.map((peer) => ({
      what,
      against: peer,
      atLeast: 1,
      aim: 5,
      ours: ["library", request],
      theirs: [peer, request],
    })),
    { what, against: FLOOR, ours: ["library", request], theirs: [FLOOR, request] },
  ]);
  return [...races, ...lessons];
}

function startRows({ quick }) {
  const row = (what, against, request, atLeast, aim) => ({
    what,
    against,
    atLeast,
    aim,
    ours: ["library", request],
    theirs: ["Python's pools", request],
  });
  const start = row(
    "a pool of 2 to its first results",
    "Python, spawn",
    { way: "start", size: 255, repeats: 9 },
    1.3,
    1.8,
  );
  return [
    start,
    { what: start.what, against: FLOOR, ours: start.ours, theirs: [FLOOR, start.ours[1]] },
    row("16 Processes started and joined", "Python, spawn", { way: "processes", count: 16 }, 0.7, 1),
    row(
      `a ${quick ? 20 : 100} MB string there and back`,
      "Python",
      { way: "text", length: quick ? 20e6 : 100e6 },
      2,
      4,
    ),
  ];
}

function contactRows() {
  const row = (what, way, against, atLeast, aim) => ({
    what,
    against: against === "Python" ? "Python, fork" : against,
    atLeast,
    aim,
    ours: ["fresh library", { way }],
    theirs: [`fresh ${against}`, { way }],
  });
  /** At least and aim against piscina, the other peers, and Python. */
  const rows = (what, way, piscina, others, python) => [
    row(what, way, "piscina", ...piscina),
    ...peers.filter((name) => name !== "piscina").map((name) => row(what, way, name, ...others)),
    row(what, way, "Python", ...python),
    row(what, way, FLOOR),
  ];
  return [
    ...rows("load, a pool of 2, first result", "first", [0.6, 0.8], [0.7, 1], [0.2, 0.3]),
    ...rows("first call of a second function", "second", [0.15, 0.4], [0.15, 0.4], [0.1, 0.5]),
    ...rows("In [10]: 255 apply in a row", "calls", [0.5, 0.83], [0.5, 1], [1, 1.5]),
    ...rows("In [11]: a first map of 255", "map", [1, 3], [1, 3], [0.2, 1]),
    ...rows("1,500 apply, after 1,500", "again", [1, 2], [1, 2], [1, 1.5]),
    row("1,500 apply, one core busy", "busy", "Python", 1, 2),
  ];
}

function valueRows({ quick }) {
  const send = (what, against, kind, atLeast, aim, theirKind = kind) => ({
    what,
    against,
    atLeast,
    aim,
    ours: ["library", { way: "send", ...kind }],
    theirs: [against === "Python" ? "Python's pools" : against, { way: "send", ...theirKind }],
  });
  const block = (what, kind, aim) => ({
    what: `sender held up: ${what}`,
    against: "piscina, a function of a file",
    atLeast: aim / 2,
    aim,
    ours: ["library", { way: "block", kind, calls: 400 }],
    theirs: ["piscina", { way: "block", calls: 400 }],
  });
  const bytes = { kind: "buffer", size: 1e6, calls: 20 };
  const much = { kind: "buffer", size: 50e6, calls: 3 };
  const instances = { kind: "instances", size: quick ? 10_000 : 100_000, calls: 3 };
  const floors = [
    ["a Buffer of 1 MB, after 20", bytes],
    ["1 MB of shared memory, after 20", { kind: "shared", size: 1e6, calls: 20 }],
    ["10,000 records, after 20", { kind: "records", calls: 20 }],
    [`${instances.size / 1000},000 instances, class kept`, instances],
  ].map(([what, kind]) => send(what, FLOOR, kind));
  return [
    send("a Buffer of 1 MB, after 20", "piscina", bytes, 0.5, 0.83),
    send("a Buffer of 1 MB, after 20", "Python", bytes, 1, 2),
    send("a Buffer of 50 MB, after 3", "piscina", much, 0.5, 0.83),
    send("1 MB of shared memory, after 20", "piscina", { kind: "shared", size: 1e6, calls: 20 }, 0.25, 0.5),
    send("10,000 records, after 20", "piscina", { kind: "records", calls: 20 }, 0.5, 0.67),
    send("10,000 records, after 20", "Python", { kind: "records", calls: 20 }, 0.4, 1),
    send("a Map of 10,000, after 20", "piscina", { kind: "map", calls: 20 }, 0.5, 0.67),
    send(`${instances.size / 1000},000 instances, class kept`, "piscina", instances, 0.15, 0.25),
    send(`${instances.size / 1000},000 instances, class kept`, "Python", instances, 0.5, 1),
    ...floors,
    block("a new arrow", "new", 0.53),
    block("with a variable", "captures", 0.16),
    {
      what: "sender held up: with a variable",
      against: `${FLOOR}, the inspector asked`,
      ours: ["library", { way: "block", kind: "captures", calls: 400 }],
      theirs: [FLOOR, { way: "block", calls: 400 }],
    },
    block("with `this`", "this", 0.008),
  ];
}

function realRows({ quick }) {
  const row = (what, request, atLeast, aim, against = "piscina") => ({
    what,
    against,
    atLeast,
    aim,
    ours: ["library, real packages", request],
    theirs: [`${against}, real packages`, request],
  });
  const floor = (what, request) => row(what, request, undefined, undefined, FLOOR);
  const size = quick ? 20_000 : 100_000;
  const server = (how) => ({ way: "server", how, connections: 200, milliseconds: quick ? 500 : 3000 });
  return [
    row("12 JPEGs resized (sharp)", { way: "jpegs", count: 12, repeats: 3 }, 0.7, 0.95),
    row(`${size / 1000},000 records validated (zod)`, { way: "valid", size, repeats: 3 }, 0.5, 0.67),
    floor(`${size / 1000},000 records validated (zod)`, { way: "valid", size, repeats: 3 }),
    row(`${size / 1000},000 rows read (csv-parse)`, { way: "csv", size, repeats: 3 }, 0.5, 0.67),
    row("a web server, new functions", server("new"), 0.5, 0.8),
    row("a web server, one function", server("hoisted"), 0.7, 1),
  ];
}

/** Times must grow as the work does: each line against one with less of it. */
function growthRows({ quick }) {
  const row = (what, against, times, ours, theirs, atLeast = 0.7) => ({
    what,
    against,
    times,
    atLeast,
    aim: 0.9,
    ours: ["library", ours],
    theirs: ["library", theirs],
    sameAs: [["library", ours]],
  });
  const spin = (workers) => ({ way: "spin", workers, tasks: 96, milliseconds: 5 });
  const workers = [2, 4, 8, 16].map((count) =>
    row(
      `96 tasks of 5 ms, ${count} workers`,
      count === 2 ? "1 worker" : `${count / 2} workers`,
      1,
      spin(count),
      spin(count / 2),
      0.8,
    ),
  );
  const map = (size) => ({ way: "map", size, repeats: Math.max(1, Math.min(200, 1e6 / size)) });
  const sizes = [100, 1000, 10_000, 100_000, 1e6, ...(quick ? [] : [1e7])];
  const items = sizes.map((size) =>
    row(
      `map over ${size.toLocaleString("en")}`,
      `10 times ${(size / 10).toLocaleString("en")}`,
      10,
      map(size),
      map(size / 10),
    ),
  );
  const send = (size) => ({ way: "send", kind: "buffer", size, calls: Math.max(2, Math.min(100, 5e7 / size)) });
  const bytes = [1e4, 1e5, 1e6, 1e7, ...(quick ? [] : [1e8])].map((size) =>
    row(`a Buffer of ${size / 1000} KB`, `10 times ${size / 10_000} KB`, 10, send(size), send(size / 10)),
  );
  return [...workers, ...items, ...bytes];
}
