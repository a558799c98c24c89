/** Buffers that are moved instead of copied. */
import { types } from "node:util";
import { needNode } from "../../base/runtime";
import { SerializationError, describe } from "../../base/errors";
import { throwsTypeError } from "../../base/reflect";

/** What `transfer` returns: the value, and the buffers to move with it. Encoders take it apart. */
export class Transferred<T = unknown> {
  readonly #value: T;
  constructor(
    value: T,
    readonly buffers: readonly ArrayBuffer[],
  ) {
    this.#value = value;
  }
  get value(): T {
    return this.#value;
  }
  /** As `instanceof`, which would run the code of a Proxy. */
  static is(value: unknown): value is Transferred {
    return typeof value === "object" && value !== null && #value in value;
  }
}

/**
 * Moves, does not copy, the listed buffers of `value` along with it. Usable for an item, an argument or a result. The sender's
 * buffers are empty afterwards. To a Process they are copied: it shares no memory.
 *
 * @param value what is sent
 * @param buffers the ArrayBuffers in it that are to be moved
 * @throws TypeError when `buffers` is not an array of ArrayBuffers
 * @example
 * const pixels = new Float64Array(1_000_000);
 * await pool.apply(sum, [mp.transfer(pixels, [pixels.buffer])]); // pixels.length is 0 now
 */
export function transfer<T>(value: T, buffers: ArrayBuffer[]): T {
  needNode("transfer");
  const list = Array.isArray(buffers);
  // Unlike `some`, it sees holes.
  const at = list ? buffers.findIndex((buffer) => !types.isArrayBuffer(buffer)) : -1;
  if (!list || at !== -1) {
    const wrong = list ? buffers[at] : buffers;
    throw new TypeError(
      `transfer: expected a list of ArrayBuffers as its second argument, got ${describe(wrong)}. ` +
        "For a typed array write transfer(array, [array.buffer]).",
    );
  }
  return new Transferred(value, buffers) as T;
}

/** A list of buffers to move that refuses one that is listed twice or has been moved before. */
export class MoveList {
  readonly buffers: ArrayBuffer[] = [];

  add(buffers: readonly ArrayBuffer[], path: string): void {
    for (const buffer of buffers) {
      if (isDetached(buffer)) {
        throw new SerializationError(
          `${path} was transferred before: its buffer is empty here now. Transfer each buffer once, or send a copy.`,
        );
      }
      if (!this.buffers.includes(buffer)) this.buffers.push(buffer);
    }
  }
}

/** Is a view without memory: moved elsewhere, or made so small that the view lies beyond its end? */
export function isOutOfBounds(view: ArrayBufferView): boolean {
  return throwsTypeError(() =>
    // A view of another vm context would throw errors of that context from methods of its own.
    types.isDataView(view)
      ? Reflect.get(DataView.prototype, "byteLength", view)
      : Uint8Array.prototype.keys.call(view as Uint8Array),
  );
}

/** Has the memory of a buffer been moved elsewhere? */
export function isDetached(buffer: ArrayBufferLike): boolean {
  return buffer.byteLength === 0 && throwsTypeError(() => new Uint8Array(buffer));
}
