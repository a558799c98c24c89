import * as mp from "parallel-typescript";

const forever = () => {
  for (;;);
};

const pool = new mp.Pool(2);

// By a signal of yours: the call rejects with its reason, its workers are ended and replaced.
const controller = new AbortController();
const call = pool.map(forever, [1, 2], { signal: controller.signal });
setTimeout(() => controller.abort(new Error("the user pressed Cancel")), 50);
await call.catch((error) => console.log(error.message));

// By the time that one task may take.
await pool.apply(forever, [], { timeout: 100 }).catch((error) => console.log(error instanceof mp.TimeoutError));

// The pool works on.
console.log(await pool.apply((x) => x + 1, [41]));
await pool.terminate();

// Prints:
//   the user pressed Cancel
//   true
//   42
