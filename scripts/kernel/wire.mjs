// Jupyter's messages as they travel over ZeroMQ: routing, a signature and four pieces of JSON.
// https://jupyter-client.readthedocs.io/en/stable/messaging.html#the-wire-protocol
import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";

const DELIMITER = "<IDS|MSG>";
const session = randomUUID();

/**
 * The JSON of a value, with "\ufffd" for each half of a surrogate pair, which Python can neither save nor send on. `JSON.stringify` escapes
 * just these, in texts and in keys.
 */
function wellFormed(value) {
  return JSON.stringify(value).replace(/\\(?:u(d[89a-f]..)|.)/g, (escaped, half) => (half ? "\ufffd" : escaped));
}

export class Wire {
  constructor(key) {
    this.key = key;
  }

  /** Throws Error for what is no Jupyter message or not signed with this kernel's key. */
  parse(frames) {
    const at = frames.findIndex((frame) => frame.toString() === DELIMITER);
    if (at < 0) throw new Error("a message came without its delimiter");
    const [signature, ...parts] = frames.slice(at + 1);
    const expected = Buffer.from(this.#sign(parts.slice(0, 4)));
    if (this.key !== "" && (signature.length !== expected.length || !timingSafeEqual(signature, expected))) {
      throw new Error("a message came with a wrong signature");
    }
    const [header, parent, metadata, content] = parts.slice(0, 4).map((part) => JSON.parse(part.toString()));
    return { identities: frames.slice(0, at), header, parent, metadata, content };
  }

  /** The frames of a message to those identities (of a reply) or topics (of what is published). */
  /** @param {{ identities?: any[], type: string, parent?: { username?: string }, content: object }} message */
  frames({ identities = [], type, parent = {}, content }) {
    const { username = "kernel" } = parent;
    const header = {
      msg_id: randomUUID(),
      session,
      username,
      date: new Date().toISOString(),
      msg_type: type,
      version: "5.3",
    };
    const parts = [header, parent, {}, content].map(wellFormed);
    return [...identities, DELIMITER, this.#sign(parts), ...parts];
  }

  #sign(parts) {
    if (this.key === "") return "";
    const hmac = createHmac("sha256", this.key);
    for (const part of parts) hmac.update(part);
    return hmac.digest("hex");
  }
}
