/** Output that came in pieces, written in whole lines: what several workers print must not be mixed within a line, nor a letter be cut in two. */
import { StringDecoder } from "node:string_decoder";
import type { Print, Stream } from "./outputRoutes";

/** How long the beginning of a line waits for its end, in milliseconds: a row of dots should be seen growing. */
const PATIENCE = 100;

/** One worker's or process's share of stdout or stderr. */
export class LineWriter {
  private readonly decoder = new StringDecoder("utf8");
  private begun = "";
  private print: Print | undefined;
  private mark = "";
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly stream: Stream) {}

  /** @param mark what each line begins with, where several speak. There the beginning of a line waits for its end, however long: others would speak in between. */
  write(piece: string | Uint8Array, print: Print, mark: string): void {
    if (print !== this.print || mark !== this.mark) this.flush();
    this.print = print;
    this.mark = mark;
    const text =
      typeof piece === "string"
        ? piece
        : this.decoder.write(Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength));
    const whole = text.lastIndexOf("\n") + 1;
    if (whole > 0) {
      print(this.stream, this.marked(this.begun + text.slice(0, whole)));
      this.begun = "";
    }
    this.begun += text.slice(whole);
    if (this.begun === "") this.forgetTimer();
    else if (mark === "") this.timer ??= setTimeout(() => this.flush(), PATIENCE);
  }

  /** Writes what has no end of line yet. */
  flush(): void {
    this.forgetTimer();
    const { begun } = this;
    this.begun = "";
    if (begun !== "") this.print?.(this.stream, this.mark === "" ? begun : this.marked(`${begun}\n`));
  }

  private marked(lines: string): string {
    return this.mark === ""
      ? lines
      : lines
          .slice(0, -1)
          .split("\n")
          .map((line) => `${this.mark}${line}\n`)
          .join("");
  }

  private forgetTimer(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }
}
