/** `await using`, which TypeScript knows since 5.2; types.test.mjs compiles it. */
import * as mp from "parallel-typescript";

export async function cubes(): Promise<number[]> {
  await using pool = new mp.Pool(2);
  const disposable: AsyncDisposable = pool;
  void disposable;
  return await pool.map((x) => x ** 3, [1, 2]);
}
