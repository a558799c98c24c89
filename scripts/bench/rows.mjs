// The lines of the table: what is measured, against whom, and how many times as fast it is meant to be.

const GIB = 2 ** 30;
const peers = ["workerpool", "poolifier", "tinypool", "piscina"];

/** Who can be asked: the file in contestants, and the surroundings that it needs. */
export const CONTESTANTS = {
  library: { file: "library.mjs" },
  books: { file: "books.mjs", env: { PARALLEL_TYPESCRIPT_SIMD: "on" } },
  "books, plain JavaScript": { file: "books.mjs", env: { PARALLEL_TYPESCRIPT_SIMD: "off" } },
  "Python's pools": { file: "pools.py" },
  "Python's reader": { file: "books.py" },
  ...Object.fromEntries(peers.map((name) => [name, { file: `${name}.mjs` }])),
};

/**
 * The parts of the benchmark. `rowsOf({ quick, fileOf })` gives a part's lines { what, against, atLeast, aim, ours, theirs }, where
 * `ours` and `theirs` are [contestant, request] and `fileOf(bytes)` is the path of a file of books. A line's ratio is the seconds of
 * theirs over those of ours, divided by the workers that work is `sharedBy` where efficiency is meant. Both have to give the same answer, or else ours the
 * same as all of `sameAs`. A line with `memory` tells the bytes of a program of its own, which is given those arguments, and how many it may have at most.
 */
export const GROUPS = {
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
  const memory = [/** @type {{ path: string }} */ (large.ours[1]).path, 2, 40];
  return [
    efficiency(4 * GIB),
    large,
    { what: "peak memory, 10 GiB file, 2 workers", against: "", atMost: 100e6, aim: 70e6, memory, sameAs: large.ours },
  ];
}

function poolRows({ quick }) {
  const tasks = [
    { what: "map(cube) over 255", call: "map", request: { way: "map", size: 255, repeats: 3000 }, atLeast: 2, aim: 8 },
    {
      what: "map(cube) over 20,000",
      call: "map",
      request: { way: "map", size: 20_000, repeats: 50 },
      atLeast: 4,
      aim: 7,
    },
    {
      what: "map(cube) over 1 million",
      call: "map",
      request: { way: "map", size: 1e6, repeats: 5 },
      atLeast: 4,
      aim: 7,
    },
    ...(quick
      ? []
      : [
          {
            what: "map(cube) over 10 million",
            call: "map",
            request: { way: "map", size: 1e7, repeats: 1 },
            atLeast: 4,
            aim: 7,
          },
        ]),
    { what: "apply, one round trip", call: "apply", request: { way: "apply", calls: 2000 }, atLeast: 6, aim: 40 },
    {
      what: "20,000 applyAsync, all results",
      call: "apply_async",
      request: { way: "applyAsync", calls: 20_000, repeats: 5 },
      atLeast: 5,
      aim: 25,
    },
  ];
  return tasks.flatMap(({ what, call, request, atLeast, aim }) => [
    {
      what,
      against: `Python, Pool(2).${call}`,
      atLeast,
      aim,
      ours: ["library", request],
      theirs: ["Python's pools", request],
    },
    ...peers.map((peer) => ({
      what,
      against: peer,
      atLeast: 1,
      aim: 5,
      ours: ["library", request],
      theirs: [peer, request],
    })),
  ]);
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
  return [
    row("a pool of 2 to its first results", "Python, spawn", { way: "start", size: 255, repeats: 9 }, 1.3, 1.8),
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
