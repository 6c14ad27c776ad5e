/** Data: frameworks that do something else with the promise of a callback than their types say. A project names those it uses. */
import type { Callee } from "../language/callee.ts";

/** What a framework does with the result of the callbacks given to some of its functions, or to some attributes. */
export interface Framework {
  /** `keeps`: it waits, or handles a rejection; `drops`: it does not look, although a type may accept a promise. */
  readonly result: "keeps" | "drops";
  readonly origins: readonly string[];
  /** Names of functions and methods. */
  readonly callees?: RegExp;
  /** Names of attributes. */
  readonly attributes?: RegExp;
}

const express = ["package:express", "package:express-serve-static-core", "package:router"];
const routes = /^(?:all|use|param|get|head|post|put|patch|delete|options|query)$/u;

/** The values of the option `frameworks`. */
export const frameworks = {
  // Express 4 calls a handler and goes on; types written for 5 accept a promise all the same.
  express4: { result: "drops", origins: express, callees: routes },
  // Express 5 hands a rejection to the error handler; types written for 4 say `void`.
  express5: { result: "keeps", origins: express, callees: routes },
  // A browser reports a rejection of an event handler and goes on; a component has nobody else who could wait.
  react: { result: "keeps", origins: [], attributes: /^on[A-Z]/u },
  // A listener of an editor's event may return anything, and nobody looks at it; commands are awaited.
  vscode: { result: "drops", origins: ["package:vscode"], callees: /^on(?:Did|Will)[A-Z]/u },
} as const satisfies Readonly<Record<string, Framework>>;

export type FrameworkName = keyof typeof frameworks;

/** Which of the frameworks in use a call belongs to. */
export function frameworkOf(callee: Callee, names: readonly FrameworkName[]): Framework | undefined {
  return names.map((name): Framework => frameworks[name]).find(({ origins, callees }) => callees?.test(callee.name) === true && callee.origin !== undefined && origins.includes(callee.origin));
}
