/**
 * Messages as bytes: made once and read by many workers (shared memory), or sent through a pipe to a process. V8's own serializer,
 * the one behind structured clone, so that nothing is carried differently in bytes.
 */
import type { Message } from "./message";
import { v8 } from "../../base/loadLate";

/** A message as bytes, and what is in it that bytes cannot hold: shared memory and the like. */
export interface Packed {
  readonly bytes: Uint8Array;
  readonly shared: readonly object[];
}

/** Packs a message; in shared memory where many threads are to read it. */
export function pack(message: Message, share = false): Packed {
  const packer = new (v8().Serializer)();
  packer.writeHeader();
  const shared = "cloned" in message ? [] : message.shared;
  packer.writeValue("cloned" in message ? message : { ...message, shared: [] });
  const bytes = packer.releaseBuffer();
  if (!share) return { bytes, shared };
  const memory = new Uint8Array(new SharedArrayBuffer(bytes.byteLength));
  memory.set(bytes);
  return { bytes: memory, shared };
}

export function unpack({ bytes, shared }: Packed): Message {
  // Views that are part of the message would otherwise be views of these very bytes.
  const reader = new (v8().Deserializer)(Buffer.from(bytes));
  reader.readHeader();
  const message = reader.readValue() as Message;
  return "cloned" in message ? message : { ...message, shared };
}
