// What the kernel sends, on whatever socket, strictly in order and one at a time: ZeroMQ refuses a send while another is
// under way. Prints that wait are joined, since a front end drops what comes in too many messages a second.

/** Prints are held back so long (milliseconds), to be joined; anything else sends them at once. */
const GATHER_MS = 10;
/** Characters after which a print starts another message. */
const LONGEST = 128 * 1024;

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
    if (half?.parent !== parent || half.name !== name) this.#printHalf();
    else text = half.text + text;
    const cut = /[\ud800-\udbff]$/.test(text) ? -1 : undefined;
    this.#half = cut && { socket, parent, name, text: text.slice(cut) };
    this.#add(socket, parent, name, text.slice(0, cut));
  }

  #printHalf() {
    const half = this.#half;
    this.#half = undefined;
    if (half) this.#add(half.socket, half.parent, half.name, half.text);
  }

  #add(socket, parent, name, text) {
    if (text === "") return;
    const last = this.#waiting.at(-1);
    if (last?.type === "stream" && last.parent === parent && last.content.name === name && last.content.text.length < LONGEST) {
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
