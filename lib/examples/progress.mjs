import * as mp from "parallel-typescript";

function isPrime(n) {
  for (let d = 2; d * d <= n; d++) if (n % d === 0) return false;
  return n > 1;
}

await mp.withPool(2, async (pool) => {
  // A bar on standard error: done, rate, time left.
  const flags = await pool.map(isPrime, mp.range(100_000), { progress: true });
  console.log(flags.filter(Boolean).length);

  // Or around your own loop, over results that come one by one.
  let count = 0;
  for await (const flag of mp.progress(pool.imap(isPrime, mp.range(1000)), { total: 1000, label: "primes" }))
    count += flag;
  console.log(count);
});

// Prints:
//   9592
//   168
