// Run by tsx: esbuild adds its `__name` to functions and compiles imports in its own way.
import { EOL } from "node:os";
import * as path from "node:path";
import * as mp from "parallel-typescript";
import seedrandom from "seedrandom";

enum Level { Low = 1, High = 5 }
interface Item { readonly x: number }
abstract class Base { constructor(protected readonly n: number) {} abstract name(): string; }
class Leaf extends Base { #hidden: string = "h"; name(): string { const inner = (): string => `${this.n}${this.#hidden}`; return inner(); } }
function outer(item: Item): number {
  function named(): number { return item.x * Level.High; }
  const arrow = (): number => named();
  return arrow();
}

const fails = (): never => { throw new Error("x"); };
const given = new Error("given");
const lineIn = (stack: unknown): string | undefined => /typed\.m?ts:(\d+)/.exec(String(stack))?.[1];

/** The line that a process says when it fails. */
async function lineOfProcess(): Promise<string | undefined> {
  const { write } = process.stderr;
  let said = "";
  process.stderr.write = ((text: string) => (said += text) !== "") as typeof write;
  const child = new mp.Process({ target: fails });
  child.start();
  await child.join();
  process.stderr.write = write;
  return lineIn(said);
}

async function main(): Promise<void> {
  const pool = new mp.Pool(1);
  const results: Record<string, unknown> = {
    names: await pool.apply(outer, [{ x: 2 }]),
    helper: await pool.apply(() => { function inner(): string { return inner.name; } return inner(); }),
    imports: await pool.apply(() => EOL.length + path.join("a", "b").length),
    npm: (await pool.apply(() => seedrandom("a")())) === seedrandom("a")(),
    class: await pool.apply((leaf: Leaf) => leaf.name(), [new Leaf(3)]),
    back: (await pool.apply((leaf: Leaf) => leaf, [new Leaf(4)])).name(),
    line: await pool.apply(fails).catch((error: Error) => lineIn((error.cause as Error).stack)),
    stack: await pool.apply(fails).catch((error: Error) => lineIn(error.stack)),
    // An error of here has its lines already.
    given: await pool.apply((error: Error) => { throw error; }, [given]).catch((error: Error) => error.stack === given.stack),
    inner: await pool.apply(() => { try { fails(); } catch (cause) { throw new RangeError("outer", { cause }); } }).catch((error: Error) => lineIn((error.cause as Error).stack)),
    process: await lineOfProcess(),
  };
  await pool.terminate();
  console.log(JSON.stringify(results));
}
void main();
