/** Which identifiers mean the same local variable or the same field. */
import type ts from "typescript";
import type { Compiler } from "./compiler.ts";
import { indexOf } from "./nodes.ts";
import { enclosingClass, unwrapped } from "./syntax.ts";

/** Every mention of a variable in its scope except the binding itself; closures included. */
export function referencesOf(compiler: Compiler, binding: ts.Identifier): readonly ts.Identifier[] {
  const { ts } = compiler;
  const index = indexOf(ts, binding.getSourceFile());
  const scope = scopeOf(ts, binding);
  // Where the name is bound once, equal text is enough; otherwise shadowing is the checker's business.
  const unique = index.bindingsWithin(scope, binding.text) === 1;
  const symbol = unique ? undefined : compiler.symbolOf(binding);
  const found: ts.Identifier[] = [];
  for (const id of index.namedWithin(scope, binding.text)) {
    if (id === binding || !ts.isIdentifier(id) || isPropertyName(ts, id)) continue;
    if (unique || (symbol !== undefined && compiler.symbolOf(id) === symbol)) found.push(id);
  }
  return found;
}

/** The part of the file in which a binding can be mentioned. */
function scopeOf(ts: Compiler["ts"], binding: ts.Identifier): ts.Node {
  let declaration: ts.Node = binding.parent;
  while (ts.isBindingElement(declaration) || ts.isObjectBindingPattern(declaration) || ts.isArrayBindingPattern(declaration)) declaration = declaration.parent;
  if (ts.isParameter(declaration)) return declaration.parent;
  const blockScoped = ts.isVariableDeclaration(declaration) && (ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.BlockScoped) !== 0;
  let scope: ts.Node = declaration.parent;
  while (!ts.isSourceFile(scope) && !ts.isFunctionLike(scope) && !ts.isModuleBlock(scope) && !ts.isClassStaticBlockDeclaration(scope)) {
    if (blockScoped && (ts.isBlock(scope) || ts.isCaseBlock(scope) || ts.isIterationStatement(scope, false) || ts.isCatchClause(scope))) break;
    scope = scope.parent;
  }
  return scope;
}

/** Whether an identifier names a member (`a.x`, `{ x: 1 }`, `class { x }`) or a label rather than a variable. */
function isPropertyName(ts: Compiler["ts"], id: ts.Identifier): boolean {
  const parent = id.parent;
  if (ts.isPropertyAccessExpression(parent)) return parent.name === id;
  if (ts.isQualifiedName(parent)) return parent.right === id;
  if (ts.isBindingElement(parent)) return parent.propertyName === id;
  if (ts.isImportSpecifier(parent) || ts.isJsxAttribute(parent) || ts.isLabeledStatement(parent) || ts.isBreakOrContinueStatement(parent)) return true;
  if (ts.isExportSpecifier(parent)) return parent.propertyName !== undefined && parent.name === id;
  return (ts.isPropertyAssignment(parent) || ts.isPropertyDeclaration(parent) || ts.isPropertySignature(parent) || ts.isMethodDeclaration(parent) || ts.isMethodSignature(parent) || ts.isAccessor(parent) || ts.isEnumMember(parent)) && parent.name === id;
}

/** Accesses of a member by name inside one class (`this.x`, `#x`, `other.x`); the declaration itself is left out. */
export function memberAccesses(compiler: Compiler, owner: ts.ClassLikeDeclaration, name: string): readonly ts.PropertyAccessExpression[] {
  const { ts } = compiler;
  const found: ts.PropertyAccessExpression[] = [];
  for (const id of indexOf(ts, owner.getSourceFile()).namedWithin(owner, name)) {
    const access = id.parent;
    if (!ts.isPropertyAccessExpression(access) || access.name !== id) continue;
    if (access.expression.kind === ts.SyntaxKind.ThisKeyword && enclosingClass(ts, access) !== owner) continue;
    found.push(access);
  }
  return found;
}

/** Whether nothing outside its class can read a field: `#x` or `private x`. */
export function isPrivateMember(ts: Compiler["ts"], declaration: ts.Declaration): boolean {
  const name = (declaration as ts.NamedDeclaration).name;
  if (name !== undefined && ts.isPrivateIdentifier(name)) return true;
  return ts.canHaveModifiers(declaration) && (ts.getModifiers(declaration)?.some((modifier) => modifier.kind === ts.SyntaxKind.PrivateKeyword) ?? false);
}

/** Whether an expression is a parameter of a function around it, or a part of one. */
export function isFromParameter(compiler: Compiler, value: ts.Expression): boolean {
  const { ts } = compiler;
  let root = unwrapped(ts, value);
  while (ts.isPropertyAccessExpression(root)) root = unwrapped(ts, root.expression);
  let declaration: ts.Node | undefined = ts.isIdentifier(root) ? compiler.declarationOf(root) : undefined;
  while (declaration !== undefined && (ts.isBindingElement(declaration) || ts.isObjectBindingPattern(declaration) || ts.isArrayBindingPattern(declaration))) declaration = declaration.parent;
  if (declaration === undefined) return false;
  if (ts.isParameter(declaration)) return true;
  // `const { signal } = options;`
  return ts.isVariableDeclaration(declaration) && declaration.initializer !== undefined && !ts.isIdentifier(declaration.name) && isFromParameter(compiler, unwrapped(ts, declaration.initializer));
}
