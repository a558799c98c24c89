/**
 * The text of a scope with the scopes and functions in it, as one script: each function stands in the line and column where its author
 * wrote it. What one script makes again and again shares what V8 has learned of it, so a function is compiled and optimized once, however
 * many calls it is sent with. Text only: `evaluate` runs it.
 */
import { MOST_LINES, beginOf, expressionOf, makerCode } from "./generatedCode";
import type { FunctionNode, ScopeNode } from "../message/message";

export interface Laid {
  readonly text: string;
  /** The name of the script. */
  readonly url: string;
  /** Which part of its scope each function is, and each scope, by its number. Functions that do not fit in are missing. */
  readonly parts: ReadonlyMap<FunctionNode | number, number>;
}

/** The line in which a script begins, so that line 0 is free for functions. */
export const FIRST_LINE = -1;
const THUNK = "() =>";

export class Layout {
  private readonly functionsIn: readonly FunctionNode[][];
  private readonly scopesIn: readonly number[][];

  /** @param sloppy the numbers of the scopes whose code is sloppy */
  constructor(
    private readonly scopes: readonly ScopeNode[],
    functions: readonly FunctionNode[],
    private readonly sloppy: ReadonlySet<number>,
  ) {
    this.functionsIn = scopes.map(() => []);
    this.scopesIn = scopes.map(() => []);
    for (const node of functions) if (node.enclosingClass === undefined) this.functionsIn[node.scope]?.push(node);
    scopes.forEach(({ parent }, number) => {
      this.scopesIn[parent]?.push(number);
    });
  }

  /** Is there no variable around what stands in that scope? */
  isEmpty(number: number): boolean {
    if (number < 0) return true;
    const { variables, parent } = this.scopes.at(number) as ScopeNode;
    return variables.length === 0 && this.isEmpty(parent);
  }

  /** A scope with all that stands in it; undefined when no function of it would fit in. */
  scope(number: number): Laid | undefined {
    const url = this.firstUrl(number);
    return url === undefined
      ? undefined
      : this.laid(url, (script) => {
          this.writeScope(script, number);
        });
  }

  /** A function that stands in an empty scope, alone. */
  alone(node: FunctionNode): Laid | undefined {
    const url = node.position?.[0];
    return url === undefined
      ? undefined
      : this.laid(url, (script) => {
          this.write(script, [], node.sloppy, [node]);
        });
  }

  private laid(url: string, write: (script: Script) => void): Laid | undefined {
    const script = new Script(url);
    script.write("(");
    write(script);
    script.write(")");
    return script.text.length <= MOST_TEXT && [...script.parts.keys()].some((part) => typeof part === "object")
      ? script
      : undefined;
  }

  private firstUrl(number: number): string | undefined {
    for (const { position } of this.functionsIn.at(number) ?? []) if (position !== undefined) return position[0];
    for (const inner of this.scopesIn.at(number) ?? []) {
      const url = this.firstUrl(inner);
      if (url !== undefined) return url;
    }
    return undefined;
  }

  private writeScope(script: Script, number: number): void {
    const { variables } = this.scopes.at(number) as ScopeNode;
    this.write(script, variables, this.sloppy.has(number), this.partsIn(number));
  }

  /** The functions and scopes that stand in a scope. */
  private partsIn(number: number): readonly (FunctionNode | number)[] {
    return [...(this.functionsIn.at(number) ?? []), ...(this.scopesIn.at(number) ?? [])];
  }

  private write(
    script: Script,
    variables: ScopeNode["variables"],
    sloppy: boolean,
    parts: readonly (FunctionNode | number)[],
  ): void {
    const { opening, closing } = makerCode(variables, sloppy);
    script.write(opening);
    let count = 0;
    for (const part of [...parts].sort((one, other) => this.beginOf(one) - this.beginOf(other))) {
      if (script.text.length > MOST_TEXT) return;
      if (typeof part === "number") {
        this.writeScope(script, part);
      } else {
        if (!fitsIn(part, sloppy) || !script.moveTo(part, THUNK)) continue;
        script.write(expressionOf(part));
      }
      script.write(", ");
      script.parts.set(part, count++);
    }
    script.write(closing);
  }

  /** Where a function stands, or the first one in a scope, as one number. */
  private beginOf(part: FunctionNode | number): number {
    if (typeof part === "object")
      return part.position === undefined ? LAST : part.position[1] * COLUMNS + part.position[2];
    return this.partsIn(part).reduce((first: number, inner) => Math.min(first, this.beginOf(inner)), LAST);
  }
}
/** Characters of a script: of those that are used again, many are kept. */
const MOST_TEXT = 2 ** 18;
/** More than a line has. */
const COLUMNS = 2 ** 26;
const LAST = Number.MAX_SAFE_INTEGER;

/** What needs more around it than its variables is evaluated by itself. */
function fitsIn({ usesThis, args, sloppy, isClass }: FunctionNode, sloppyScope: boolean): boolean {
  return !usesThis && args === undefined && (isClass || sloppy === sloppyScope);
}

/** A text that grows, and knows where it has got to. */
class Script implements Laid {
  text = "";
  readonly parts = new Map<FunctionNode | number, number>();
  private line = FIRST_LINE;
  private column = 0;

  constructor(readonly url: string) {}

  write(piece: string): void {
    this.text += piece;
    const lines = piece.split("\n");
    this.line += lines.length - 1;
    this.column = (lines.at(-1) as string).length + (lines.length === 1 ? this.column : 0);
  }

  /** Goes on to where a function must begin and writes `before` on the way; false when it is too late for that, or another script's. */
  moveTo(node: FunctionNode, before: string): boolean {
    if (node.position?.[0] !== this.url) return false;
    const [line, column] = beginOf(node);
    if (line > MOST_LINES || line < this.line || (line === this.line && column < this.column + before.length))
      return false;
    this.write(before + "\n".repeat(line - this.line));
    this.write(" ".repeat(column - this.column));
    return true;
  }
}
