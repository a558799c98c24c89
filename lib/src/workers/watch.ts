/** The main thread's look-out for replies to short tasks: turn by turn, so that everything else goes on. */
import { availableCpus } from "../ground/cpu";
import { Lookout } from "./lookout";
import type { Seat } from "./seat";

/** On a single processor nobody could reply meanwhile. */
export const LOOKS_OUT = availableCpus() > 1;
/** Tasks shorter than so many milliseconds are worth it. */
const SHORT = 0.2;

export class Watch {
  private readonly lookout = new Lookout();
  private looking = false;

  constructor(private readonly seats: () => readonly Seat[]) {}

  /** A task was sent; it should take that many milliseconds. */
  sent(pace: number): void {
    if (!LOOKS_OUT || pace > SHORT || !this.lookout.begin() || this.looking) return;
    this.looking = true;
    setImmediate(this.look);
  }

  private readonly look = (): void => {
    let found = false;
    let busy = false;
    for (const seat of this.seats()) {
      if (seat.busy && seat.listen()) found = true;
      busy ||= seat.busy;
    }
    if (found) this.lookout.found();
    this.looking = busy && this.lookout.goesOn();
    if (this.looking) setImmediate(this.look);
  };
}
