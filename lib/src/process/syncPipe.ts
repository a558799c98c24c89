/**
 * The pipe by which a child process asks for locks and the like, and gets its answers: the child can wait at it without turning its event loop, which it cannot at
 * Node's own channel. That one tells the child that an answer has come, when it does not wait. A message is a line of JSON.
 */
import { readSync, writeSync } from "node:fs";
import { StringDecoder } from "node:string_decoder";

/** Its number in the child, behind the standard streams and Node's own channel. */
export const PIPE = 4;

/** Takes the lines of a pipe apart. */
export class Lines {
  private readonly decoder = new StringDecoder("utf8");
  private rest = "";

  /** The messages that are whole with this piece. */
  add(piece: Buffer): object[] {
    const lines = (this.rest + this.decoder.write(piece)).split("\n");
    this.rest = lines.pop() as string;
    return lines.flatMap(messagesIn);
  }
}

/** A target may have written to the pipe itself, by its number: what is no message of ours is nobody's. */
function messagesIn(line: string): object[] {
  try {
    const message: unknown = JSON.parse(line);
    return typeof message === "object" && message !== null ? [message] : [];
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return [];
  }
}

/** The child's end. */
export class SyncPipe {
  private readonly lines = new Lines();
  private readonly piece = Buffer.alloc(16 * 1024);
  private readonly come: object[] = [];
  /** How many answers were read before the child was told of them. */
  private ahead = 0;

  constructor(private readonly handle: (answer: { readonly request: number }) => void) {}

  send(message: object): void {
    const line = Buffer.from(lineOf(message));
    for (let at = 0; at < line.length;) at += writeSync(PIPE, line, at);
  }

  /** Waits for an answer. */
  receive(): void {
    this.ahead++;
    this.handleNext();
  }

  /** The parent says that it has sent an answer. */
  told(): void {
    if (this.ahead > 0) this.ahead--;
    else this.handleNext();
  }

  private handleNext(): void {
    while (this.come.length === 0) this.come.push(...this.lines.add(this.read()));
    this.handle(this.come.shift() as { readonly request: number });
  }

  private read(): Buffer {
    for (;;) {
      try {
        const count = readSync(PIPE, this.piece);
        // The parent is gone, and this process goes with it.
        if (count === 0) process.exit(1);
        return this.piece.subarray(0, count);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EINTR") throw error;
      }
    }
  }
}

export function lineOf(message: object): string {
  return `${JSON.stringify(message)}\n`;
}
