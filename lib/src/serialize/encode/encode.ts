/** Makes a message of a value: how anything becomes something that structured clone can carry. */
import { isCloneable } from "./cloneable";
import { forMachines } from "../names/packages";
import { WorkerVariables } from "./workerVariables";
import type { EncodeOptions, Encoded } from "./encoder";
import { MessageEncoder } from "./messageEncoder";

export { registerEncoder } from "./object";
export type { Encoded } from "./encoder";

/** Makes a message of `value`. Throws SerializationError, with the path to what cannot travel. */
export function encode(value: unknown, options: EncodeOptions): Encoded {
  const notCloneable = new Set<unknown>();
  if (isCloneable(value, notCloneable))
    return { message: { cloned: value }, moves: [], ids: new Set(), held: [], generators: [] };
  return encodeParts(value, options, notCloneable);
}

/** Makes a message of a pool's initializer, its arguments and the finalizer, and tells which variables each worker has for itself from then on. */
export function encodeInitializer(
  call: readonly [initializer: Function | undefined, initargs: readonly unknown[], finalizer: Function | undefined],
  options: EncodeOptions,
): Encoded & { readonly workerVariables: WorkerVariables | undefined } {
  const finder = new MessageEncoder({ ...options, findAssignments: true }, new Set());
  finder.list(call, options.what as (index: number) => string);
  finder.encodeAll();
  const workerVariables = WorkerVariables.of(finder.functions.captured.assignments);
  const initial = workerVariables === undefined ? options : { ...options, workerVariables, initial: true as const };
  return { ...encodeParts(call, initial, new Set()), workerVariables };
}

function encodeParts(value: unknown, options: EncodeOptions, notCloneable: Set<unknown>): Encoded {
  const encoder = new MessageEncoder(options, notCloneable);
  const root =
    typeof options.what === "string" ? encoder.at(options.what, value) : encoder.list(value as unknown[], options.what);
  encoder.encodeAll();
  const { scopes, indexes } = encoder.functions.captured.scopes.merged();
  for (const node of encoder.nodes) {
    if (node.is === "function") (node as { scope: number }).scope = indexes[node.scope] ?? -1;
  }
  return {
    message: {
      nodes: options.machines === true ? encoder.nodes.map(forMachines) : encoder.nodes,
      scopes,
      root,
      shared: encoder.shared,
    },
    moves: encoder.moves.buffers,
    ids: encoder.ids,
    held: encoder.held,
    generators: encoder.generators,
  };
}
