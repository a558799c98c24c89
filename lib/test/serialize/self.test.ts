/** What of `this` travels with a function that only reads some properties of it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as mp from "parallel-typescript";
import { bytesSent, onePool, there } from "../helpers/serialize";

class Base {
  readonly unit: string = "km";
  scale(x: number): number {
    return x * this.twice();
  }
  twice(): number {
    return 2;
  }
}
class Service extends Base {
  readonly pool = onePool();
  factor = 3;
  readonly options = { size: 4, list: [1] };
  readonly table = new Float64Array(500_000);
  #hidden = 5;
  count = 0;
  readonly tied = new WeakMap();
  readonly arrow = (x: number): number => x + this.factor;
  get area(): number {
    return this.options.size * this.factor;
  }
  get secret(): number {
    return this.#hidden;
  }
  override twice(): number {
    return this.factor * 2;
  }
  whole(): unknown {
    return Object.keys(this).length;
  }
  static pool = onePool();
  static step = 10;
  static run(items: number[]): Promise<number[]> {
    return this.pool.map((x) => x + this.step, items);
  }

  read(items: number[]): Promise<unknown[]> {
    return this.pool.map((x) => x * this.factor + this.options.size + this.unit.length + this["count"], items);
  }
  taken(): Promise<unknown> {
    return this.pool.apply(() => {
      const {
        factor,
        options: { size },
        count: renamed = 1,
      } = this;
      return [factor, size, renamed];
    });
  }
  nested(): Promise<unknown> {
    return this.pool.apply(() => [1, 2].map((x) => [x].map((y) => y * this.factor)[0]));
  }
  called(): Promise<unknown> {
    return this.pool.apply((x: number) => [this.scale(x), this.arrow(x), this.area], [10]);
  }
  absent(): Promise<unknown> {
    return this.pool.apply(() => (this as { nothing?: number }).nothing);
  }
  mutated(): Promise<unknown> {
    return this.pool.apply(() => {
      this.options.list.push(2);
      this.options.size++;
      return this.options;
    });
  }
  assigns(): Promise<unknown> {
    return this.pool.apply(() => {
      this.count++;
    });
  }
  passes(): Promise<unknown> {
    return this.pool.apply(() => Object.keys(this));
  }
  private(): Promise<unknown> {
    return this.pool.apply(() => this.#hidden);
  }
  throughGetter(): Promise<unknown> {
    return this.pool.apply(() => this.secret);
  }
  throughMethod(): Promise<unknown> {
    return this.pool.apply(() => this.whole());
  }
  byName(name: "factor"): Promise<unknown> {
    return this.pool.apply(() => this[name]);
  }
  tiedOnly(): Promise<unknown> {
    return this.pool.apply(() => typeof this.tied);
  }
}

test("a class that holds its pool: only the properties that are read travel", async () => {
  const service = new Service();
  assert.deepEqual(await service.read([1, 2]), [9, 12]);
  assert.deepEqual(await service.taken(), [3, 4, 0]);
  assert.deepEqual(await service.nested(), [3, 6]);
  assert.equal(await service.absent(), undefined);
  assert.deepEqual(await Service.run([1]), [11]);
  assert.ok((await bytesSent(() => service.read([1]))) < 20_000);
});

test("methods, getters and arrow functions that do no more than that are called as here", async () => {
  assert.deepEqual(await new Service().called(), [60, 13, 12]);
});

test("what is read is a copy, as any captured value", async () => {
  const service = new Service();
  assert.deepEqual(await service.mutated(), { size: 5, list: [1, 2] });
  assert.deepEqual(service.options, { size: 4, list: [1] });
});

test("an assignment, `this` itself, a private name, a key in brackets: all of it is needed, and refused by its way", async () => {
  const service = new Service();
  const refused = (call: Promise<unknown>): Promise<void> =>
    assert.rejects(call, {
      name: "SerializationError",
      message: /^(the function, )?`this` of .*property `\.(pool|tied)` cannot travel/,
    });
  for (const call of [
    service.assigns(),
    service.passes(),
    service.throughGetter(),
    service.throughMethod(),
    service.byName("factor"),
  ])
    await refused(call);
  await assert.rejects(service.private(), mp.SerializationError);
  await assert.rejects(service.tiedOnly(), {
    name: "SerializationError",
    message: /`this` of the function, property `\.tied` cannot travel to a worker: it is a WeakMap/,
  });
});

class Counter {
  n = 1;
  readonly self = this;
  read = (): number => this.n;
  other = (): Counter => this;
  viaSelf = (): number => this.self.self.n;
}

test("where the whole object is in the message too, it is one and the same", async () => {
  const counter = new Counter();
  const { read, other, viaSelf } = counter;
  assert.deepEqual(
    await there(() => {
      counter.n = 5;
      return [read(), viaSelf()];
    }),
    [5, 5],
  );
  assert.deepEqual(
    await there(() => {
      other().n = 7;
      return [read(), other().n, counter.n];
    }),
    [7, 7, 7],
  );
  assert.deepEqual(
    await there(
      (own, it) => {
        it.n = 9;
        return [own(), it instanceof Counter];
      },
      read,
      counter,
    ),
    [9, true],
  );
  assert.equal(await there(viaSelf), 1);
  assert.equal(
    await there(() => {
      const now = viaSelf;
      return now() + read();
    }),
    2,
  );
  assert.equal(counter.n, 1);
});

test("`this` in what a class extends and in its keys in brackets is that around the class", async () => {
  // TypeScript does not compile it.
  const text =
    "return class { base = Array; key = 'made'; tied = new WeakMap(); make = () => Object.keys(new (class extends this.base { [this.key] = 1; })()); };";
  const Maker = new Function(text)() as new () => { make(): string[] };
  assert.deepEqual(await there(new Maker().make), ["made"]);
});

test("a Process takes what is read, too", async () => {
  class Job {
    readonly tied = new WeakMap();
    code = 3;
    start(): mp.Process {
      return new mp.Process({
        target: () => {
          process.exitCode = this.code;
        },
      });
    }
  }
  const process_ = new Job().start();
  process_.start();
  await process_.join();
  assert.equal(process_.exitCode, 3);
});
