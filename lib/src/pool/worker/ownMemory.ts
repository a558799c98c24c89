/**
 * Ends this worker, and not the whole program, when its memory is full, where a limit was set for it: see pool/threads/memoryGuard.ts for what Node does otherwise. The guard
 * there looks now and then, which is too late for a small heap; so here V8's debugger is on from the start. It makes room of three times the limit, once.
 */
import { Session } from "node:inspector";
import { claims } from "./channel";

/** To be called before the first task. */
export function guardOwnMemory(): void {
  const session = new Session();
  session.connect();
  session.on("Debugger.paused", ({ params }) => {
    if (params.reason !== "OOM") return;
    claims.isOutOfMemory = true;
    // Nothing of the program's must run first: there is little room.
    (process as unknown as { reallyExit(code: number): void }).reallyExit(1);
  });
  session.post("Debugger.enable");
}
