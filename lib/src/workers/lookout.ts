/**
 * Looking out for a message for a moment, instead of going to sleep at once: to be woken takes longer than a small task. Where other
 * programs want the processor it is in vain, and keeps it from the one who should send the message: then it is tried less and less often.
 */

/** How long to look, in milliseconds. */
const LOOK_FOR = 0.15;
/** After many vain looks, one in so many is tried. */
const RAREST = 4;

export class Lookout {
  private until = 0;
  private skipped = 0;
  private every = 1;

  /** Begins to look; says whether it is worth trying. */
  begin(): boolean {
    if (++this.skipped < this.every) return false;
    this.skipped = 0;
    this.until = performance.now() + LOOK_FOR;
    return true;
  }

  /** Nothing has come yet: go on? */
  goesOn(): boolean {
    if (performance.now() < this.until) return true;
    this.every = Math.min(RAREST, this.every * 2);
    return false;
  }

  /** Something came. */
  found(): void {
    this.every = 1;
  }
}
