import { Lock } from "parallel-typescript";
import type { Exercise } from "../exercise";
import { shown } from "../limits";

const AMOUNTS = [10, 20];
/** So long a write waits for somebody who reads meanwhile, in milliseconds. */
const WAIT = 700;

export const oneAtATime: Exercise = {
  id: "5.3",
  title: "A deposit gets lost",
  minutes: 7,
  task: "`account` is in shared memory: `account.read()` gives the balance, `account.write(balance)` sets it. Two workers each put money in, and one deposit gets lost. **Use `lock`**, so that nobody reads while another one is between its read and its write.",
  start: `type Account = { read(): number; write(balance: number): void };

// Exercise 5.3: use the lock, so that no deposit gets lost.
await check("5.3", async (pool: mp.Pool, account: Account, lock: mp.Lock, amounts: number[]) => {
  await pool.map(async (amount) => {
    const balance = account.read();
    account.write(balance + amount);
  }, amounts);
  return account.read();
});`,
  hints: [
    "The read and the write belong together: one worker must have done both before the other one reads.",
    "`await lock.with(() => { ... })` in the task, around both lines.",
  ],
  solution: `type Account = { read(): number; write(balance: number): void };

await check("5.3", async (pool: mp.Pool, account: Account, lock: mp.Lock, amounts: number[]) => {
  await pool.map(async (amount) => {
    await lock.with(() => {
      const balance = account.read();
      account.write(balance + amount);
    });
  }, amounts);
  return account.read();
});`,
  mistakes: [
    {
      what: "The lock is held for the write only: both have read before.",
      code: `await check("5.3", async (pool: mp.Pool, account: any, lock: mp.Lock, amounts: number[]) => {
  await pool.map(async (amount) => {
    const balance = account.read();
    await lock.with(() => account.write(balance + amount));
  }, amounts);
  return account.read();
});`,
      says: "a deposit got lost",
    },
    {
      what: "Each task makes a lock of its own: nobody else waits for it.",
      code: `await check("5.3", async (pool: mp.Pool, account: any, lock: mp.Lock, amounts: number[]) => {
  await pool.map(async (amount) => {
    const own = new mp.Lock();
    await own.with(() => account.write(account.read() + amount));
  }, amounts);
  return account.read();
});`,
      says: "a deposit got lost",
    },
    {
      what: "The notebook holds the lock, and the workers do not ask for it.",
      code: `await check("5.3", async (pool: mp.Pool, account: any, lock: mp.Lock, amounts: number[]) => {
  await lock.with(() => pool.map((amount) => { account.write(account.read() + amount); }, amounts));
  return account.read();
});`,
      says: "a deposit got lost",
    },
    {
      what: "One deposit after the other: right, and serial.",
      code: `await check("5.3", async (pool: mp.Pool, account: any, lock: mp.Lock, amounts: number[]) => {
  for (const amount of amounts) {
    await pool.apply((sum: number) => account.write(account.read() + sum), [amount]);
  }
  return account.read();
});`,
      says: "never two of them under way at the same time",
    },
  ],
  async check(attempt) {
    const state = new Int32Array(new SharedArrayBuffer(8)); // the balance, and how often it was read
    const account = {
      read: () => {
        const balance = Atomics.load(state, 0);
        Atomics.add(state, 1, 1);
        Atomics.notify(state, 1);
        return balance;
      },
      // Between the read and the write of one the other reads, if nothing keeps it from doing so.
      write: (balance: number) => {
        if (Atomics.load(state, 1) === 1) Atomics.wait(state, 1, 1, WAIT);
        Atomics.store(state, 0, balance);
      },
    };
    const seen = await attempt.run(account, new Lock(), AMOUNTS);
    const sum = AMOUNTS.reduce((total, amount) => total + amount);
    const balance = Atomics.load(state, 0);
    // Which of them is chance.
    const came = AMOUNTS.includes(balance) ? "less: a deposit got lost" : `a balance of ${balance}`;
    attempt.must(balance === sum, `the balance is ${sum}`, `a balance of ${sum}`, came);
    attempt.must(seen.answer === sum, "", `${sum}, the balance, as the result`, shown(seen.answer));
    attempt.mustBeParallel(seen, AMOUNTS.length, "all deposits");
  },
};
