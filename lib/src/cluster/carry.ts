/** Items and results of tasks as bytes, and back. */
import { types } from "node:util";
import { v8 } from "../base/loadLate";
import type { CompactList, Reply, SentItems, SentResults } from "../pool/protocol/messages";
import { pack, unpack } from "../serialize/message/bytes";
import type { Failure } from "../remote/failure";
import type { Form } from "./protocol";

export interface Carried {
  readonly form: Form;
  readonly bytes: Uint8Array;
}

/** Throws when something in it cannot be carried. */
export function toBytes(sent: SentItems | Exclude<SentResults, "in place">): Carried {
  if (types.isFloat64Array(sent))
    return { form: "numbers", bytes: new Uint8Array(sent.buffer, sent.byteOffset, sent.byteLength) };
  if ("list" in sent) return { form: "list", bytes: v8().serialize(sent.list) };
  return { form: "packed", bytes: ("bytes" in sent ? sent : pack(sent)).bytes };
}

/** @param share numbers are put into shared memory, where their results may take their places */
export function fromBytes(form: Form, bytes: Uint8Array, share: boolean): SentItems {
  switch (form) {
    case "numbers": {
      const memory = share ? new SharedArrayBuffer(bytes.byteLength) : new ArrayBuffer(bytes.byteLength);
      new Uint8Array(memory).set(bytes);
      return new Float64Array(memory);
    }
    case "list":
      return { list: v8().deserialize(bytes) as CompactList["list"] };
    case "packed":
      return { bytes, shared: [] };
  }
}

/** What has become of a task, made of a message and the bytes beside it. */
export function outcomeOf(
  outcome: Form | { readonly failure: Failure },
  bytes: Buffer = Buffer.alloc(0),
): Reply["outcome"] {
  if (typeof outcome === "object") return outcome;
  const results = fromBytes(outcome, bytes, false);
  return "bytes" in results ? unpack(results) : results;
}
