/** The main thread's look-out for replies to short tasks. */
import type { Board } from "./board";
import { whole } from "../ground/stop";
import { Lookout } from "./lookout";
import type { Seat } from "./seat";

/** Tasks shorter than so many milliseconds are worth it. */
const SHORT = 0.2;
/** For so many milliseconds calls that follow one another keep the event loop from everything else: each turn of it takes longer than a short task. */
const KEEP = 1;

export class Watch {
  private readonly lookout = new Lookout();
  private looking = false;
  /** When the event loop last came by. */
  private turn = 0;

  constructor(private readonly board: Board, private readonly seats: () => readonly Seat[]) {}

  /** A task was sent; it should take that many milliseconds. */
  sent(pace: number): void {
    if (pace > SHORT || !this.board.hasRoom || !this.lookout.begin() || this.looking) return;
    this.looking = true;
    if (performance.now() - this.turn < KEEP) queueMicrotask(this.look);
    else {
      setImmediate(() => {
        this.turn = performance.now();
        this.look();
      });
    }
  }

  /** Stop must not end it in the middle: a worker that believes that somebody looks tells nothing. */
  private readonly look = (): void => whole(() => {
    this.looking = false;
    const busy = this.seats().filter((seat) => seat.busy);
    for (const seat of busy) seat.watch();
    while (busy.length > 0 && this.lookout.goesOn()) {
      if (!busy.some((seat) => seat.listen())) continue;
      this.lookout.found();
      break;
    }
    for (const seat of busy) seat.unwatch();
  });
}
