/** What a rule is: a detector that yields findings and fixes as plain data, and knows nothing of who reports them. */
import type ts from "typescript";
import type { FileView } from "./analysis/index.ts";
import type { Fix } from "./fixes/index.ts";

/** A place in the file under analysis: a node, or a half-open range of UTF-16 offsets. */
export type Place = ts.Node | { readonly start: number; readonly end: number };

/** A second place that explains a finding; it may stand in another file. */
export interface Related {
  readonly node: ts.Node;
  /** Ends the sentence "… because …", e.g. "`track` stores its argument in `this.#running`". */
  readonly text: string;
}

/** One report of a rule. */
export interface Finding<MessageId extends string = string> {
  readonly at: Place;
  readonly message: MessageId;
  /** Values for the `{{placeholders}}` of the message. */
  readonly data?: Readonly<Record<string, string>>;
  readonly related?: readonly Related[];
  /** Best first. */
  readonly fixes?: readonly Fix[];
}

/** The first preset that has a rule: `strict` contains `recommended`, and `discipline` contains `strict`. */
export type Preset = "recommended" | "strict";

/** The JSON Schema of a rule's single options object. */
export type OptionsSchema = Readonly<Record<string, unknown>> & { readonly type: "object"; readonly additionalProperties: false };

/** A rule, as written in `rules/<name>.ts`. */
export interface Rule<MessageId extends string = string, Options extends object = object> {
  readonly name: string;
  /** One sentence, no final period: the head of the rule's page and its row in the README. */
  readonly description: string;
  readonly preset: Preset;
  /** Severity in its preset; an error unless said otherwise. */
  readonly severity?: "error" | "warn";
  /** What is wrong, what happens at run time because of it, what to do; `{{name}}` is filled from `Finding.data`. */
  readonly messages: Readonly<Record<MessageId, string>>;
  /** Which kinds of fix a finding may carry: `safe` makes the rule fixable, `unsafe` gives it suggestions. */
  readonly fixable: readonly ("safe" | "unsafe")[];
  readonly schema: OptionsSchema;
  readonly defaults: Options;
  /** Options that the `discipline` preset switches on: readings that correct, idiomatic code fails. Everywhere else the defaults hold. */
  readonly discipline?: Partial<Options>;
  /** Yields the findings of one file, in any order. Must not throw on code that parses. */
  detect(view: FileView, options: Options): Iterable<Finding<MessageId>>;
}

/** Identity with inference: message ids are checked against `messages`, options against `defaults`. */
export function defineRule<const MessageId extends string, Options extends object>(rule: Rule<MessageId, Options>): Rule<MessageId, Options> {
  return rule;
}
