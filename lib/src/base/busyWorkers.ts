/**
 * How many workers of this process have something to do: pools and processes tell, whoever wants to know watches. It counts
 * workers that could be used, not tasks.
 */
let atWork = 0;
const watchers = new Set<{ most: number }>();

/** `workers` workers have something to do from now on: all of an idle pool that got a task, or one process that started. */
export function beginWork(workers: number): void {
  atWork += workers;
  for (const watcher of watchers) watcher.most = Math.max(watcher.most, atWork);
}

/** They have not any more. Each beginWork has exactly one endWork. */
export function endWork(workers: number): void {
  atWork -= workers;
}

export const isAnyAtWork = (): boolean => atWork > 0;

/** Begins to watch; the returned function ends it and tells the most workers that had something to do at the same time. */
export function countBusyWorkers(): () => number {
  const watcher = { most: atWork };
  watchers.add(watcher);
  return () => {
    watchers.delete(watcher);
    return watcher.most;
  };
}
