/** Writes output that comes in pieces as whole lines: lines of several workers must not mix, and no letter be cut in two. */
import { StringDecoder } from "node:string_decoder";
import type { Print, Stream } from "./outputRoutes";
import { clearTimeout, setTimeout } from "../base/timers";

/** How long the beginning of a line waits for its end, in milliseconds: a row of dots should be seen growing. */
const LONGEST_WAIT = 100;

/** One worker's or process's share of stdout or stderr. */
export class LineWriter {
  private readonly decoder = new StringDecoder("utf8");
  private partial = "";
  private print: Print | undefined;
  private prefix = "";
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly stream: Stream) {}

  /** @param prefix what each line begins with, where several workers print; there a line waits for its end, however long. */
  write(piece: string | Uint8Array, print: Print, prefix: string): void {
    if (print !== this.print || prefix !== this.prefix) this.flush();
    this.print = print;
    this.prefix = prefix;
    const text =
      typeof piece === "string"
        ? piece
        : this.decoder.write(Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength));
    const end = text.lastIndexOf("\n") + 1;
    if (end > 0) {
      print(this.stream, this.prefixed(this.partial + text.slice(0, end)));
      this.partial = "";
    }
    this.partial += text.slice(end);
    if (this.partial === "") this.clearTimer();
    else if (prefix === "") this.timer ??= setTimeout(() => this.flush(), LONGEST_WAIT);
  }

  /** Writes a line that has no end yet. */
  flush(): void {
    this.clearTimer();
    const { partial } = this;
    this.partial = "";
    if (partial !== "") this.print?.(this.stream, this.prefix === "" ? partial : this.prefixed(`${partial}\n`));
  }

  private prefixed(lines: string): string {
    return this.prefix === "" ? lines : lines.replace(/[^\n]*\n/g, (line) => this.prefix + line);
  }

  private clearTimer(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }
}
