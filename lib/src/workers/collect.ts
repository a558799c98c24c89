/** All items of an asynchronous source, as a list; it is left at once, and closed, when a signal aborts. */
export function collect(items: AsyncIterable<unknown>, signals: readonly (AbortSignal | undefined)[]): Promise<unknown[]> {
  return new Promise((resolve, reject) => {
    const source = items[Symbol.asyncIterator]();
    let left = false;
    const leave = (): void => {
      left = true;
      for (const signal of signals) signal?.removeEventListener("abort", onAbort);
    };
    const onAbort = (event: Event): void => stop((event.target as AbortSignal).reason);
    const stop = (reason: unknown): void => {
      leave();
      reject(reason);
      closeSource(source);
    };
    const read = async (): Promise<void> => {
      const list: unknown[] = [];
      for (let step = await source.next(); step.done !== true && !left; step = await source.next()) list.push(step.value);
      resolve(list);
    };
    for (const signal of signals) signal?.addEventListener("abort", onAbort);
    const aborted = signals.find((signal) => signal?.aborted);
    if (aborted !== undefined) stop(aborted.reason);
    else void read().catch(reject).finally(leave);
  });
}

/** Closes a source that may be in the middle of an item: a generator closes when that is there, which nobody waits for. */
export function closeSource(source: AsyncIterator<unknown> | Iterator<unknown>): void {
  void (async () => source.return?.())().catch(reportUnclosed);
}

export function reportUnclosed(error: unknown): void {
  console.error("A source of items threw when it was closed:", error);
}
