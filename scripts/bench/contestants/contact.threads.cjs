// What each of two bare worker threads loads.
const { parentPort } = require("node:worker_threads");
const work = require("./contact.plain.cjs");

parentPort.on("message", ({ name, value }) => parentPort.postMessage(work[name](value)));
