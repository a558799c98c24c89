// What becomes of a cell's syntax before its types are taken away.
import { dirname, relative, sep } from "node:path";
import { GUARD } from "./awaitGuards.mjs";
import { ts } from "./typescript.mjs";

const { factory, NodeFlags } = ts;

/**
 * `using` at the top of a cell: the end of a cell is not the end of its names, which later cells use. `await using pool = x` becomes
 * `const pool = guard.keep("pool", x)`, and what is kept is disposed of when the name is kept again or its cell is run again.
 */
export const keepResources = (name) => () => (file) => {
  if (!file.fileName.endsWith(`/${name}.ts`)) return file;
  const statements = file.statements.map((statement) =>
    ts.isVariableStatement(statement) && isUsing(statement.declarationList) ? kept(statement) : statement,
  );
  return factory.updateSourceFile(file, factory.createNodeArray(statements));
};

const isUsing = ({ flags }) => (flags & NodeFlags.Using) !== 0;

function kept(statement) {
  const constants = statement.declarationList.declarations.map((declaration) => {
    const { name, type, initializer } = declaration;
    const keep = factory.createPropertyAccessExpression(factory.createIdentifier(GUARD), "keep");
    const call = factory.createCallExpression(keep, undefined, [
      factory.createStringLiteral(ts.idText(name)),
      initializer,
    ]);
    return factory.updateVariableDeclaration(declaration, name, undefined, type, call);
  });
  return factory.updateVariableStatement(
    statement,
    statement.modifiers,
    ts.setTextRange(factory.createVariableDeclarationList(constants, NodeFlags.Const), statement.declarationList),
  );
}

/**
 * A namespace or enum at the end of a cell is no value of the cell. What TypeScript makes of it is an expression, which tslab would take for one, and take out
 * of the place in which its names have a meaning.
 */
export const keepLastNamespace = (name) => () => (file) => {
  // tslab adds an export of nothing.
  const at = file.statements.findLastIndex((statement) => !ts.isExportDeclaration(statement));
  const last = file.statements[at];
  const isOne = last !== undefined && (ts.isModuleDeclaration(last) || ts.isEnumDeclaration(last));
  if (!isOne || !file.fileName.endsWith(`/${name}.ts`)) return file;
  const statements = file.statements.toSpliced(at + 1, 0, factory.createEmptyStatement());
  return factory.updateSourceFile(file, factory.createNodeArray(statements));
};

/**
 * `{ name }`, where an earlier cell has declared the name, becomes `{ name: exports.name }`: tslab reads it as any other name there, and leaves this form out.
 * In a pattern, too: `({ name = 1 } = x)` assigns to it. And the `a` of `const { a: b } = x` is no name at all; with an `x` of an earlier cell tslab takes it for
 * one, as its type is there. It does not know an identifier that is new.
 */
export const earlierNames = (program, earlier) => (context) => (file) => {
  const checker = program.getTypeChecker();
  const isEarlier = (node) =>
    checker
      .getShorthandAssignmentValueSymbol(node)
      ?.declarations?.some((declaration) => declaration.getSourceFile().fileName.endsWith(`/${earlier}.d.ts`));
  const visit = (node) => {
    const visited = ts.visitEachChild(node, visit, context);
    if (ts.isBindingElement(visited) && visited.propertyName !== undefined && ts.isIdentifier(visited.propertyName)) {
      const { dotDotDotToken, propertyName, name, initializer } = visited;
      const key = ts.setTextRange(factory.createIdentifier(ts.idText(propertyName)), propertyName);
      return factory.updateBindingElement(visited, dotDotDotToken, key, name, initializer);
    }
    if (!ts.isShorthandPropertyAssignment(node) || !isEarlier(node)) return visited;
    const name = ts.idText(node.name);
    const property = factory.createPropertyAccessExpression(factory.createIdentifier("exports"), name);
    const otherwise = visited.objectAssignmentInitializer;
    const value = otherwise === undefined ? property : factory.createAssignment(property, otherwise);
    return ts.setTextRange(factory.createPropertyAssignment(name, value), node);
  };
  return ts.visitEachChild(file, visit, context);
};

/**
 * What an inner block declares is its own: TypeScript makes `{ let x = 2; exports.x = x; }` of `{ let x = 2; }` in a cell that has another `x` at its top. To be called
 * after it has made CommonJS.
 */
export const keepInnerNames = (context) => (file) => {
  const visit = (node) => {
    const visited = ts.visitEachChild(node, visit, context);
    if (!ts.isBlock(visited) && !ts.isCaseOrDefaultClause(visited)) return visited;
    const own = new Set(visited.statements.flatMap(innerNames));
    const statements = visited.statements.filter((statement) => !own.has(exportedBy(statement)));
    if (statements.length === visited.statements.length) return visited;
    if (ts.isBlock(visited)) return factory.updateBlock(visited, statements);
    return ts.isCaseClause(visited)
      ? factory.updateCaseClause(visited, visited.expression, statements)
      : factory.updateDefaultClause(visited, statements);
  };
  return ts.visitEachChild(file, visit, context);
};

/**
 * What TypeScript makes wrong where it has to export a name that is assigned to. To be called before it makes CommonJS.
 *
 * Of each target in `[a.b, x] = [1, 2]` it asks whether it is a name that is exported, too, and fails with the properties that it has read itself: they become new
 * nodes. In `for (x of list)` it forgets to export what `x` becomes: that becomes `for (const y of list) { x = y; ... }`.
 */
export const exportedTargets = (context) => (file) => {
  const renew = (node) => {
    const visited = ts.visitEachChild(node, renew, context);
    if (ts.isPropertyAccessExpression(node) && !ts.isOptionalChain(node))
      return ts.setTextRange(factory.createPropertyAccessExpression(visited.expression, visited.name), node);
    if (ts.isElementAccessExpression(node) && !ts.isOptionalChain(node))
      return ts.setTextRange(
        factory.createElementAccessExpression(visited.expression, visited.argumentExpression),
        node,
      );
    return visited;
  };
  const visit = (node) => {
    const visited = ts.visitEachChild(ts.isForInOrOfStatement(node) ? assigning(node) : node, visit, context);
    return ts.isDestructuringAssignment(node)
      ? factory.updateBinaryExpression(visited, renew(visited.left), visited.operatorToken, visited.right)
      : visited;
  };
  return ts.visitEachChild(file, visit, context);
};

/** A loop whose variable is declared elsewhere, with an assignment in its body. */
function assigning(loop) {
  const { initializer, expression, statement } = loop;
  if (ts.isVariableDeclarationList(initializer)) return loop;
  const each = factory.createUniqueName("each");
  const assignment = ts.setTextRange(factory.createAssignment(initializer, each), initializer);
  const body = factory.createBlock([factory.createExpressionStatement(assignment), statement]);
  const list = factory.createVariableDeclarationList([factory.createVariableDeclaration(each)], NodeFlags.Const);
  return ts.isForOfStatement(loop)
    ? factory.updateForOfStatement(loop, loop.awaitModifier, list, expression, body)
    : factory.updateForInStatement(loop, list, expression, body);
}

/** The names that a statement declares for its block only. */
function innerNames(statement) {
  if (ts.isClassDeclaration(statement)) return [ts.idText(statement.name)];
  if (!ts.isVariableStatement(statement) || (statement.declarationList.flags & NodeFlags.BlockScoped) === 0) return [];
  const namesIn = ({ name }) =>
    ts.isIdentifier(name) ? [ts.idText(name)] : name.elements.filter(ts.isBindingElement).flatMap(namesIn);
  return statement.declarationList.declarations.flatMap(namesIn);
}

/** The name in `exports.name = name;`, where TypeScript has written that. */
function exportedBy(statement) {
  if (ts.getParseTreeNode(statement) !== undefined || !ts.isExpressionStatement(statement)) return undefined;
  const { left, right } = statement.expression;
  return left && ts.isPropertyAccessExpression(left) && ts.isIdentifier(right) ? ts.idText(right) : undefined;
}

/** An import of a local file by a name of tsconfig.json's `paths`, which only TypeScript knows, becomes one by its relative path. */
export const relativeImports = (program) => (context) => (file) => {
  const visit = (node) => {
    if (!ts.isStringLiteral(node) || node.text.startsWith(".")) return ts.visitEachChild(node, visit, context);
    const local = isSpecifier(node) ? localFile(program, file, node) : undefined;
    return local === undefined ? node : factory.createStringLiteral(local);
  };
  return program.getCompilerOptions().paths === undefined ? file : ts.visitEachChild(file, visit, context);
};

const isSpecifier = ({ parent }) =>
  parent !== undefined &&
  (ts.isImportDeclaration(parent) ||
    ts.isExportDeclaration(parent) ||
    (ts.isCallExpression(parent) && parent.expression.kind === ts.SyntaxKind.ImportKeyword));

function localFile(program, file, specifier) {
  const found = program.getResolvedModuleFromModuleSpecifier(specifier, file)?.resolvedModule;
  if (found === undefined || found.isExternalLibraryImport || found.extension === ".d.ts") return undefined;
  const path = relative(dirname(file.fileName), found.resolvedFileName).split(sep).join("/");
  return (path.startsWith(".") ? path : `./${path}`).replace(/\.[mc]?tsx?$/, ".js");
}
