/** What a leak is, what a project says of leaks, and what a call acquires under these terms. */
import type ts from "typescript";
import type { Step, Transfer } from "./custody.ts";
import type { FileView } from "../index.ts";
import type { Acquisition } from "./resources.ts";
import type { ResourceSetting } from "../settings.ts";
import { isBrief } from "./timers-left.ts";

/** What counts as a way out, and as a new owner. */
export interface DisposalTerms {
  /** Whether a failing `await` is a way out too. */
  readonly paths: "normal" | "all";
  /** What may fail between the acquisition and the `try` that gives back: an `await`, or any call that is not known to succeed. */
  readonly gap: "await" | "call";
  /** Which ways of handing a value on end the duty of the function. */
  readonly transfer: readonly Transfer[];
  /** Further types nobody has to give back, by name. */
  readonly cheap: readonly string[];
  /** Further acquisitions, besides those of the settings. */
  readonly resources: readonly ResourceSetting[];
  /** Whether a release that is written out is reported where a declaration could do it; by name, for some types only. */
  readonly preferUsing: boolean;
  readonly requireUsing: readonly string[];
}

/** A resource that leaks. */
export interface Leak {
  readonly kind: "dropped" | "droppedByFailure" | "notDisposed" | "notDisposedOnThrow" | "gapBeforeTry" | "preferUsing";
  readonly acquisition: Acquisition;
  /** The variable that holds it. */
  readonly name: ts.Identifier | undefined;
  /** What holds it, as it is written, where that is no variable of the function. */
  readonly label?: string;
  /** The way out that misses the release, or what may fail before it; `undefined` when nothing releases it at all. */
  readonly at: ts.Node | undefined;
  /** What happens to the value, in the order of the source. */
  readonly steps: readonly Step[];
}

/** What a call acquires, unless the project calls it cheap. */
export function acquired(view: FileView, call: ts.CallExpression | ts.NewExpression, terms: DisposalTerms): Acquisition | undefined {
  const acquisition = view.resources.acquisitionOf(call) ?? (terms.resources.length === 0 ? undefined : view.resources.bySetting(call, terms.resources));
  if (acquisition === undefined || terms.cheap.includes(nameOf(acquisition))) return undefined;
  // A timer this short holds up nobody.
  return acquisition.entry?.what === "timer" && isBrief(view, call.arguments?.[1]) ? undefined : acquisition;
}

/** The name by which options speak of what is acquired. */
export function nameOf({ what }: Acquisition): string {
  return what.replaceAll("`", "");
}
