// What the kernel sends, on whatever socket, strictly in order and one at a time: ZeroMQ refuses a send while another is
// under way. Prints that wait are joined, since a front end drops what comes in too many messages a second.

/** Prints are held back so long (milliseconds), to be joined; anything else sends them at once. */
const GATHER_MS = 10;
/** Characters after which a print starts another message. */
const LONGEST = 128 * 1024;
/** Characters that a message has at most: JSON makes six of some, and a text of JavaScript's has an end. */
const MOST = 16 * 1024 * 1024;

const isFirstHalf = (unit) => unit >= 0xd800 && unit < 0xdc00;

export class Outbox {
  #waiting = [];
  /** The first half of a character, at the end of a print: it waits for the second, with which the next may begin. */
  #half;
  #sending = false;
  #timer;
  #onSent;

  /** `onSent(n)` hears of every n characters of prints that have gone. */
  constructor(wire, onSent) {
    this.wire = wire;
    this.#onSent = onSent;
  }

  print(socket, parent, name, text) {
    const half = this.#half;
    const whole = half?.parent === parent && half?.name === name ? half.text + text : text;
    if (whole === text) this.#printHalf();
    let start = 0;
    for (let end; start < whole.length; start = end) {
      end = Math.min(start + MOST, whole.length);
      if (isFirstHalf(whole.charCodeAt(end - 1))) end--;
      if (end === start) break;
      this.#add({ socket, parent, name, text: whole.slice(start, end) });
    }
    this.#half = start < whole.length ? { socket, parent, name, text: whole.slice(start) } : undefined;
  }

  #printHalf() {
    if (this.#half) this.#add(this.#half);
    this.#half = undefined;
  }

  #add({ socket, parent, name, text }) {
    const last = this.#waiting.at(-1);
    if (
      last?.type === "stream" &&
      last.parent === parent &&
      last.content.name === name &&
      last.content.text.length < LONGEST
    ) {
      last.content.text += text;
    } else {
      this.#waiting.push({ socket, type: "stream", parent, content: { name, text } });
    }
    this.#timer ??= setTimeout(() => void this.#send(), GATHER_MS);
  }

  send(message) {
    this.#printHalf();
    this.#waiting.push(message);
    void this.#send();
  }

  /** Resolves when everything has been handed to ZeroMQ. */
  async empty() {
    this.#printHalf();
    while (this.#sending || this.#waiting.length > 0) {
      void this.#send();
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  async #send() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#sending) return;
    this.#sending = true;
    while (this.#waiting.length > 0) {
      const message = this.#waiting.shift();
      try {
        await message.socket.send(this.wire.frames(message));
      } catch (error) {
        console.error(`The kernel could not send ${message.type}:`, error);
      }
      if (message.type === "stream") this.#onSent(message.content.text.length);
    }
    this.#sending = false;
  }
}
