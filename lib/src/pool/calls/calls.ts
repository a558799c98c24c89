/** The calls of a pool: what was given is checked, then the call begins. Everything that goes wrong, wrong arguments included, comes through what is returned. */
import { PoolClosedError, describe } from "../../base/errors";
import { isAsyncIterable, listOf } from "../../base/items";
import type { Items } from "../../base/items";
import { readOptions } from "../../base/options";
import type { Checks } from "../../base/options";
import type { Executor } from "../scheduler/executor";
import { Task } from "../scheduler/task";
import { readAll } from "./asyncSource";
import { CallBar, knownCount } from "./callBar";
import { Deferred } from "../scheduler/deferred";
import { runImap } from "./imap";
import { runMap } from "./map";
import { MAP, MAP_ASYNC, argumentList, argumentsOf, checkItems } from "./options";
import type { CallOptions, MapOptions } from "./options";
import { newCall } from "./encodedFunction";

export class Calls {
  constructor(private readonly scheduler: Executor) {}

  apply(
    method: string,
    fn: Function,
    args: unknown,
    options: CallOptions | undefined,
    checks: Checks<CallOptions>,
  ): Deferred<unknown> {
    const result = new Deferred<unknown>();
    try {
      this.check(method, fn);
      const list = argumentsOf(args);
      const { signal, timeout } = readOptions(method, options, checks);
      const call = newCall(fn, true, this.scheduler);
      const task = new Task(call, result, [list], true, undefined, signal, timeout);
      result.canceller = { cancel: (reason) => this.scheduler.cancel([task], reason) };
      if (signal?.aborted === true) task.failed(signal.reason);
      else this.scheduler.add([task]);
    } catch (error) {
      result.reject(error);
    }
    return result;
  }

  /** As map, but can be cancelled. */
  mapAsync(
    method: string,
    fn: Function,
    items: Items<unknown>,
    spread: boolean,
    options: MapOptions | undefined,
  ): Deferred<unknown[]> {
    const result = new Deferred<unknown[]>();
    this.map(method, fn, items, spread, options, MAP_ASYNC, result).catch((error: unknown) => result.reject(error));
    return result;
  }

  /**
   * @param spread each item is a list of arguments
   * @param result what comes of the call
   */
  async map(
    method: string,
    fn: Function,
    items: Items<unknown>,
    spread: boolean,
    options: MapOptions | undefined,
    checks: Checks<MapOptions>,
    result = new Deferred<unknown[]>(),
  ): Promise<unknown[]> {
    this.check(method, fn);
    const { scheduler } = this;
    const { chunkSize, signal, progress } = readOptions(method, options, checks);
    checkItems(method, items);
    // Before the source is read: variables travel as they are at the time of the call.
    const call = { ...newCall(fn, false, scheduler), spread, chunkSize, signal, result };
    const run = (source: Iterable<unknown>): Promise<unknown[]> => {
      const list = spread ? Array.from(source, argumentList) : listOf(source);
      const bar = progress ? new CallBar(fn.name, list.length, signal) : undefined;
      return runMap(scheduler, { ...call, bar }, list);
    };
    if (!isAsyncIterable(items)) return run(items);
    const reading = new AbortController();
    const cancel = (reason: Error): boolean => {
      reading.abort(reason);
      return true;
    };
    result.canceller = { cancel };
    const list = readAll(items, [signal, scheduler.lifetime.terminated, reading.signal]);
    return scheduler.lifetime.expect(
      list.then((read) => {
        // It may have been cancelled when all was read.
        reading.signal.throwIfAborted();
        return run(read);
      }),
    );
  }

  imap(
    method: string,
    fn: Function,
    items: Items<unknown>,
    isOrdered: boolean,
    options: MapOptions | undefined,
  ): AsyncIterableIterator<unknown> {
    try {
      this.check(method, fn);
      const { chunkSize = 1, signal, progress } = readOptions(method, options, MAP);
      checkItems(method, items);
      const call = newCall(fn, false, this.scheduler);
      const openBar = () => (progress ? new CallBar(fn.name, knownCount(items), signal) : undefined);
      return runImap(this.scheduler, call, items, { isOrdered, chunkSize, signal }, openBar);
    } catch (error) {
      return failing(error as Error);
    }
  }

  private check(method: string, fn: unknown): void {
    const { lifetime, machines, size } = this.scheduler;
    if (lifetime.state !== "open")
      throw new PoolClosedError(
        `${method}: the pool is ${lifetime.state}. Make a new one: new ${machines ? "ClusterPool(...)" : `Pool(${size})`}.`,
      );
    if (typeof fn !== "function") throw new TypeError(`${method}: expected a function first, got ${describe(fn)}.`);
  }
}

async function* failing(error: Error): AsyncGenerator<never> {
  await Promise.reject(error);
}
