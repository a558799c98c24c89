/** Which machine gets the next task. */
import type { RemoteMachine } from "./remoteMachine";

/** The machine with room that has the fewest tasks for its workers. */
export function leastBusy(machines: readonly RemoteMachine[]): RemoteMachine | undefined {
  let least: RemoteMachine | undefined;
  for (const machine of machines)
    if (machine.room > 0 && (least === undefined || machine.count / machine.workers < least.count / least.workers))
      least = machine;
  return least;
}

/** No task waits in the queue any more: a machine that has nothing to do gets what another has not begun. */
export function balance(machines: readonly RemoteMachine[]): void {
  for (;;) {
    const free = leastBusy(machines);
    const [longest] = [...machines].sort((one, two) => two.waiting - one.waiting);
    if (free === undefined || free.waiting >= 0 || longest === undefined || longest.waiting <= 0) return;
    const task = longest.reclaimNewest();
    if (task === undefined) return;
    free.add(task);
  }
}
