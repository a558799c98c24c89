/** Output that came in pieces, written in whole lines: what several workers print must not be mixed within a line, nor a letter be cut in two. */
import { StringDecoder } from "node:string_decoder";

/** How long the beginning of a line waits for its end, in milliseconds: a row of dots should be seen growing. */
const PATIENCE = 100;

/** One worker's or process's share of stdout or stderr. */
export class Lines {
  private readonly decoder = new StringDecoder("utf8");
  private begun = "";
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly stream: "stdout" | "stderr") {}

  write(piece: string | Uint8Array): void {
    const text = this.begun + (typeof piece === "string" ? piece : this.decoder.write(Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength)));
    const whole = text.lastIndexOf("\n") + 1;
    this.begun = text.slice(whole);
    if (whole > 0) process[this.stream].write(text.slice(0, whole));
    if (this.begun === "") this.forgetTimer();
    else this.timer ??= setTimeout(() => this.flush(), PATIENCE);
  }

  /** Writes what has no end of line yet. */
  flush(): void {
    this.forgetTimer();
    if (this.begun !== "") process[this.stream].write(this.begun);
    this.begun = "";
  }

  private forgetTimer(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }
}
