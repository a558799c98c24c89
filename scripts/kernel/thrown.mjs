// Reads what was thrown, which may be anything: an error whose message is a getter that throws, a revoked proxy, an object that cannot be shown.
// What cannot be read is left out.
import { inspect as nodesInspect, types } from "node:util";
import vm from "node:vm";

/** How long (milliseconds) the description of what was thrown may take: a getter may never return. */
const PATIENCE_MS = 3000;

/** What `look` gives; what `otherwise` gives where it throws. */
function attempt(look, otherwise) {
  try {
    return look();
  } catch {
    // The error that is being described says more than whatever the learner's getters throw here.
    return otherwise();
  }
}

export const read = (object, key) =>
  attempt(
    () => object?.[key],
    () => undefined,
  );

/** DOMException and what was made by Object.create are errors, too. */
export const isError = (thrown) =>
  types.isNativeError(thrown) ||
  attempt(
    () => thrown instanceof Error,
    () => false,
  );

export const inspect = (value, options) =>
  attempt(
    () => String(nodesInspect(value, options)),
    () =>
      attempt(
        () => String(nodesInspect(value, { ...options, customInspect: false })),
        () => `(${typeof value}, which cannot be shown)`,
      ),
  );

export function textOf(object, key) {
  const value = read(object, key);
  return value === undefined
    ? ""
    : attempt(
        () => String(value),
        () => inspect(value),
      );
}

export function nameAndMessage(thrown) {
  if (!isError(thrown)) return { name: "Uncaught", message: typeof thrown === "string" ? thrown : inspect(thrown) };
  const name = textOf(thrown, "name");
  const constructor = textOf(
    read(
      attempt(
        () => Object.getPrototypeOf(thrown),
        () => undefined,
      ),
      "constructor",
    ),
    "name",
  );
  const message = attempt(
    () => (void thrown.message, textOf(thrown, "message")),
    () => "(its message cannot be read: that throws)",
  );
  // A class that did not set `name` is better known by its own.
  return {
    name: (name === "Error" || name === "" ? constructor : name) || "Error",
    message: name === "TypeError" ? message.replace(COMPILED, "$1") : message,
  };
}
/** V8 says what is no function, or undefined, in the words of the compiled cell: `exports.f` is a name of an earlier one, `(0 , node_path_1.join)` an import. */
const COMPILED = /\(0 , [\w$]+\.([\w$]+)\)|(?<![\w$.])exports\.(?=[\w$])/g;

/** Those of its properties that say more than every error does; getters are named, not asked. */
export function ownProperties(thrown) {
  if (!isError(thrown)) return "";
  const own = attempt(
    () => Object.entries(Object.getOwnPropertyDescriptors(thrown)),
    () => [],
  );
  const more = own.filter(
    ([key, { enumerable }]) => enumerable && !["name", "message", "stack", "cause", "errors"].includes(key),
  );
  return more.length === 0 ? "" : ` ${inspect(Object.defineProperties({}, Object.fromEntries(more)), { depth: 1 })}`;
}

/** The errors that led to it, and how. */
export function inner(thrown) {
  const cause = read(thrown, "cause");
  const errors = attempt(
    () => (Array.isArray(thrown.errors) ? [...thrown.errors] : []),
    () => [],
  );
  return [...(cause === undefined ? [] : [["Caused by", cause]]), ...errors.map((error) => ["One of them:", error])];
}

/** What `describe` gives, or `otherwise` when it takes too long or fails. */
export function inTime(describe, otherwise) {
  globalThis.__tslab__.describe = describe;
  try {
    return attempt(() => vm.runInThisContext("__tslab__.describe()", { timeout: PATIENCE_MS }), otherwise);
  } finally {
    // It refers to what was thrown.
    delete globalThis.__tslab__.describe;
  }
}
