/** Adds the runtime to the package.json of the files that import it, keeping how that file is written. */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import type ts from "typescript";
import { applyEdits } from "../../../src/fixes/index.ts";
import { readDiskFile } from "./files.ts";
import type { FileChange } from "./model.ts";
import { compiler } from "./workspace.ts";

/** The nearest package.json above a file. */
export function manifestFor(fileName: string): string | undefined {
  for (let dir = dirname(fileName); ; dir = dirname(dir)) {
    const file = join(dir, "package.json");
    if (existsSync(file)) return file;
    if (dirname(dir) === dir) return undefined;
  }
}

/**
 * The change that makes a package depend on `name`.
 * @returns `undefined` when it does already, or when the file is not an object of JSON.
 */
export function withDependency(manifest: string, name: string, range: string): FileChange | undefined {
  const disk = readDiskFile(manifest);
  if (disk === undefined) return undefined;
  const { text, bom, hash } = disk;
  const file = compiler.parseJsonText(manifest, text);
  const root = file.statements[0]?.expression;
  if (root === undefined || !compiler.isObjectLiteralExpression(root)) return undefined;
  const sections = ["dependencies", "devDependencies", "peerDependencies", "optionalDependencies"];
  const known = sections.some((section) => objectAt(root, section)?.properties.some((property) => nameOf(property) === name));
  if (known) return undefined;
  const entry = `${JSON.stringify(name)}: ${JSON.stringify(range)}`;
  const section = root.properties.find((property) => nameOf(property) === "dependencies");
  const dependencies = objectAt(root, "dependencies");
  const edit = section === undefined || dependencies === undefined ? sectionEdit(file, root, entry) : entryEdit(file, section, dependencies, name, entry);
  return { fileName: manifest, before: text, after: applyEdits(text, [{ fileName: manifest, ...edit }]), bom, hash };
}

interface TextEdit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

function nameOf(property: ts.ObjectLiteralElementLike | undefined): string | undefined {
  return property?.name !== undefined && compiler.isStringLiteral(property.name) ? property.name.text : undefined;
}

function objectAt(root: ts.ObjectLiteralExpression, key: string): ts.ObjectLiteralExpression | undefined {
  const property = root.properties.find((one) => nameOf(one) === key);
  return property !== undefined && compiler.isPropertyAssignment(property) && compiler.isObjectLiteralExpression(property.initializer) ? property.initializer : undefined;
}

/** What stands before a property: its line end and indentation, or a blank. */
function leadOf(file: ts.SourceFile, property: ts.Node): string {
  return file.text.slice(property.pos, property.getStart(file));
}

/** Inserts where the alphabet wants it, as package managers do. */
function entryEdit(file: ts.SourceFile, section: ts.Node, dependencies: ts.ObjectLiteralExpression, name: string, entry: string): TextEdit {
  const { properties } = dependencies;
  const next = properties.find((one) => (nameOf(one) ?? "") > name);
  const first = properties[0];
  if (first === undefined) {
    const lead = leadOf(file, section);
    const unit = /[ \t]+$/u.exec(lead)?.[0] ?? "";
    const breaks = lead.includes("\n");
    return { start: dependencies.getStart(file), end: dependencies.end, text: breaks ? `{${lead}${unit}${entry}${lead}}` : `{ ${entry} }` };
  }
  if (next !== undefined) return { start: next.getStart(file), end: next.getStart(file), text: `${entry},${leadOf(file, next) || " "}` };
  const last = properties.at(-1) as ts.Node;
  return { start: last.end, end: last.end, text: `,${leadOf(file, last)}${entry}` };
}

/** Adds a section after the last one. */
function sectionEdit(file: ts.SourceFile, root: ts.ObjectLiteralExpression, entry: string): TextEdit {
  const last = root.properties.at(-1);
  if (last === undefined) return { start: root.getStart(file), end: root.end, text: `{ "dependencies": { ${entry} } }` };
  const lead = leadOf(file, last);
  const unit = /[ \t]+$/u.exec(lead)?.[0] ?? "";
  const body = lead.includes("\n") ? `{${lead}${unit}${entry}${lead}}` : `{ ${entry} }`;
  return { start: last.end, end: last.end, text: `,${lead}"dependencies": ${body}` };
}

/** The command that installs what a package.json asks for, by the lock file that stands at or above it. */
export function installCommand(manifest: string): string {
  const commands: readonly (readonly [string, string])[] = [["pnpm-lock.yaml", "pnpm install"], ["yarn.lock", "yarn install"], ["bun.lock", "bun install"], ["bun.lockb", "bun install"], ["package-lock.json", "npm install"]];
  for (let dir = dirname(manifest); ; dir = dirname(dir)) {
    const found = commands.find(([lock]) => existsSync(join(dir, lock)));
    if (found !== undefined) return found[1];
    if (dirname(dir) === dir) return "npm install";
  }
}
