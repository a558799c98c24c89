// The second thread's part of Stop. The main thread is asked first; one that is too busy to hear has what it is running
// ended from here, through V8's inspector.
import { Session } from "node:inspector";
import { AGAIN, ASKED, ASKING, DUE, STOPPED, TERMINATE, UNINTERRUPTED } from "./sharedFlags.mjs";

/** How long (milliseconds) the main thread has to hear of a Stop, before and between attempts to end what it is running. */
const PATIENCE_MS = 150;

/** How soon (milliseconds) it is asked again when it was at a place where nothing may be ended. */
const AGAIN_MS = 5;

export class Stopper {
  #turn = 0;
  /** The cell that the last Stop was pressed for. */
  #cell = 0;
  #timer;
  #session;

  /**
   * @param {Int32Array} shared the numbers of sharedFlags.mjs
   * @param {(message: object) => void} tell sends to the main thread
   */
  constructor(shared, tell) {
    this.shared = shared;
    this.tell = tell;
  }

  /**
   * Stops a cell, and none that comes after it.
   *
   * @param cell the one that the main thread was given last, 0 when that has ended: a busy main thread may not have begun it
   */
  stop(cell) {
    // Two who ask at once would end each other's question instead of the loop: a Stop that is still under way goes on as this one.
    const isUnderWay = !this.#isDone();
    if (!isUnderWay) clearInterval(this.#timer);
    this.#turn++;
    this.#cell = cell;
    Atomics.store(this.shared, ASKED, cell);
    this.#ask();
    if (isUnderWay) return;
    this.#timer = setInterval(() => {
      this.#leave();
      if (this.#isDone()) return clearInterval(this.#timer);
      // What was asked may have ended the main thread when it was about to hear of it.
      this.#ask();
      this.#terminate();
    }, PATIENCE_MS);
  }

  #ask() {
    this.tell({ is: "stop", turn: this.#turn, cell: this.#cell });
  }

  #isDone() {
    return Atomics.load(this.shared, STOPPED) >= this.#turn;
  }

  /**
   * Calls the main thread's own function in the midst of what it is running: there it can tell what that is. A main thread that is asking
   * its own debugger is asked nothing: were it to pause in an answer to us, it would wait for us to leave and could not hear of it.
   */
  #terminate() {
    const cell = this.#cell;
    // This thread sets its flag, then reads the main thread's; the main thread does it the other way round. So one of them sees the other.
    Atomics.add(this.shared, ASKING, 1);
    if (Atomics.load(this.shared, UNINTERRUPTED) === 1) {
      Atomics.store(this.shared, DUE, cell);
      Atomics.sub(this.shared, ASKING, 1);
      return;
    }
    const session = (this.#session = new Session());
    session.connectToMainThread();
    session.post(
      "Runtime.evaluate",
      { expression: `globalThis[Symbol.for(${JSON.stringify(TERMINATE)})](${cell})`, silent: true },
      (error, answer) => {
        if (session !== this.#session) return;
        this.#leave();
        // An error: the end that an earlier question has brought about has hit this one.
        if (error === null && answer?.result?.value !== AGAIN) return;
        setTimeout(() => {
          if (this.#session === undefined && !this.#isDone()) this.#terminate();
        }, AGAIN_MS);
      },
    );
  }

  /**
   * While somebody is connected, a main thread that stops for its own debugger waits to be told to go on; nor would Node end. The question is over then,
   * however it went: one that comes in the midst of a call into the system, or of another's end, is lost.
   */
  #leave() {
    if (this.#session === undefined) return;
    this.#session.disconnect();
    this.#session = undefined;
    Atomics.sub(this.shared, ASKING, 1);
  }
}
