// Who may import whom in lib/src, type-only imports and lazy requires included. `npm run lint` runs it.

/** The rooms, from the ground to the roof: a room imports only rooms that stand before it, and itself. */
const ROOMS = [
  "base",
  "words",
  "serialize/message",
  "serialize/syntax",
  "serialize/v8",
  "serialize/names",
  "serialize/encode",
  "serialize/decode",
  "remote",
  "queue",
  "sync",
  "process",
  "pool/protocol",
  "pool/record",
  "pool/worker",
  "pool/threads",
  "pool/scheduler",
  "pool/calls",
  "pool",
  "cluster",
  "timing",
  "notebook/draw",
  "notebook",
];

/** The room of a file is the longest of the names that its path begins with; each of `notebook/...` beside `draw` may import the others. */
const inRoom = (room) => {
  const inner = ROOMS.filter((other) => other.startsWith(`${room}/`)).map((other) => other.slice(room.length + 1));
  return `^lib/src/${room}/${inner.length > 0 ? `(?!(${inner.join("|")})/)` : ""}`;
};

/** What users, tests, workers and child processes begin with. */
const ENTRIES =
  "^lib/src/(index|internal|requireBundled|pool/worker/(entry|main)|cluster/(worker|work|cli|commands|nats/(poolThread|talkToMachines))|process/(childEntry|child|orphanGuardWithoutShell))[.]ts$";

/** scripts/setup/bundles.mjs puts these packages into the library, so that it needs no other copy of them. */
const IN_BUNDLES = "node_modules/(piscina|acorn|eslint-scope|seedrandom)/";

module.exports = {
  forbidden: [
    { name: "no-circle", severity: "error", from: {}, to: { circular: true } },
    ...ROOMS.slice(0, -1).map((room, floor) => ({
      name: `floor-of-${room.replace("/", "-")}`,
      severity: "error",
      from: { path: inRoom(room) },
      to: { path: [...ROOMS.slice(floor + 1).map(inRoom), "^lib/src/index"] },
    })),
    {
      name: "words-and-timing-stand-alone",
      comment: "Neither counting words nor measuring time needs workers.",
      severity: "error",
      from: { path: "^lib/src/(words|timing)/" },
      to: { path: "^lib/src/", pathNot: "^lib/src/(base|words|timing)/" },
    },
    {
      name: "no-unused-file",
      comment: "Reached from what is exported, or from a file that a worker or child process starts with.",
      severity: "error",
      from: { path: ENTRIES },
      to: { path: "^lib/src/", pathNot: ENTRIES, reachable: false },
    },
    { name: "no-unresolved", severity: "error", from: {}, to: { couldNotResolve: true } },
    {
      name: "not-to-dev-dep",
      severity: "error",
      from: { path: "^lib/src" },
      to: { dependencyTypes: ["npm-dev"], pathNot: IN_BUNDLES },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    doNotFollow: { path: "node_modules" },
    tsConfig: { fileName: "lib/tsconfig.json" },
  },
};
