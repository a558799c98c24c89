/** Through which doors one gets at the variables that a function or class sees, without running anything of it; see `door`. */
import { analyse } from "../syntax/analyse";
import type { PositionedClass } from "../syntax/tree";
import type { EntryCall } from "../v8/entryBreakpoint";
import { constructorOf } from "../syntax/tree";
import { functionsOn, methodsAmong } from "./methods";
import { sourceOf } from "../v8/sourceText";

/** Functions that see what `fn` sees, and how to knock at each: itself, or the members of a class. */
export function* doorsOf(fn: Function): Generator<readonly [Function, EntryCall]> {
  const { kind, classNode } = analyse(sourceOf(fn));
  if (classNode === undefined) yield [fn, kind === "generator" ? "next" : "call"];
  else yield* doorsOfClass(fn, classNode);
}

function* doorsOfClass(owner: Function, node: PositionedClass): Generator<readonly [Function, EntryCall]> {
  if (constructorOf(node) !== undefined && !runsInitialValues(node)) yield [owner, "construct"];
  // What was put there later sees something else.
  for (const fn of methodsAmong(owner, functionsOn(owner)).keys())
    yield [fn, analyse(sourceOf(fn)).kind === "generator" ? "next" : "call"];
}

/** In a class without a base, what fields start with is worked out before the constructor begins. */
function runsInitialValues({ superClass, body }: PositionedClass): boolean {
  return (
    !superClass &&
    body.body.some(
      (member) =>
        member.type === "PropertyDefinition" &&
        !member.static &&
        !/^(Literal|ArrowFunctionExpression|FunctionExpression|undefined)$/.test(String(member.value?.type)),
    )
  );
}
