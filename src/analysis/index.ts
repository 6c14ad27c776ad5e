/** The door of the analysis: one `Analysis` per Program, one `FileView` per source file. */
import type ts from "typescript";
import { Callees } from "./language/callee.ts";
import { Chains } from "./facts/chains.ts";
import { Compiler, type TypeScript } from "./language/compiler.ts";
import { indexOf, type NodeIndex } from "./language/nodes.ts";
import { Keepers } from "./tasks/keepers.ts";
import { Outcomes } from "./facts/outcomes.ts";
import { Ownership } from "./tasks/ownership.ts";
import { Paths } from "./paths/paths.ts";
import { Reports } from "./facts/reports.ts";
import { Resources } from "./resources/resources.ts";
import { defaultSettings, type Settings } from "./settings.ts";
import { Signals } from "./signals/signals.ts";
import { Slots } from "./callbacks/slots.ts";
import { Summaries } from "./facts/summaries.ts";
import { enclosingFunction, type FunctionNode } from "./language/syntax.ts";
import { Types } from "./language/types.ts";

/** Who runs the analysis: the compiler module and program of ESLint's parser or of ts-morph, and what the project has set. */
export interface Host {
  readonly ts: TypeScript;
  readonly program: ts.Program;
  /** Validated `settings.asr`; the object's identity is part of the cache key. */
  readonly settings?: Settings;
  /** Whether the module level of a file is the root of the program. */
  readonly isEntryPoint?: (fileName: string) => boolean;
  /** The oldest release of Node that a file has to run on, if its package says so. */
  readonly oldestNode?: (fileName: string) => NodeVersion | undefined;
}

/** A release of Node, without its patch. */
export type NodeVersion = readonly [major: number, minor: number];

/** Everything that is known of one Program; shared by all rules and files. */
export class Analysis {
  readonly ts: TypeScript;
  readonly program: ts.Program;
  readonly settings: Settings;
  readonly compiler: Compiler;
  readonly types: Types;
  readonly callees: Callees;
  readonly outcomes: Outcomes;
  readonly summaries: Summaries;
  readonly keepers: Keepers;
  readonly ownership: Ownership;
  readonly slots: Slots;
  readonly signals: Signals;
  readonly paths: Paths;
  readonly chains: Chains;
  readonly resources: Resources;
  readonly #isEntryPoint: ((fileName: string) => boolean) | undefined;
  readonly #oldestNode: ((fileName: string) => NodeVersion | undefined) | undefined;
  readonly #views = new WeakMap<ts.SourceFile, FileView>();

  constructor(host: Host) {
    this.ts = host.ts;
    this.program = host.program;
    this.settings = host.settings ?? defaultSettings;
    this.#isEntryPoint = host.isEntryPoint;
    this.#oldestNode = host.oldestNode;
    this.compiler = new Compiler(host.ts, host.program);
    this.types = new Types(this.compiler, this.settings);
    this.callees = new Callees(this.compiler);
    const reports = new Reports(this.compiler, this.types, this.callees);
    this.outcomes = new Outcomes(this.compiler, this.types, this.callees, reports);
    this.summaries = new Summaries(this.compiler, this.types, this.callees, this.outcomes, (call, index) => this.slots.ofArgument(call, index)?.kind);
    this.keepers = new Keepers(this);
    this.ownership = new Ownership(this);
    this.slots = new Slots(this);
    this.signals = new Signals(this.compiler, this.types);
    this.paths = new Paths(this.compiler, this.callees);
    this.chains = new Chains(this.compiler, this.callees, this.signals);
    this.resources = new Resources(this.compiler, this.types, this.callees, this.settings);
  }

  /** The view of one file of the program. */
  view(file: ts.SourceFile): FileView {
    let view = this.#views.get(file);
    if (view === undefined) {
      view = new FileView(this, file);
      this.#views.set(file, view);
    }
    return view;
  }

  /** Whether the module level of a file is the root of the program: named in `settings.asr.entryPoints`, or started by a shebang. */
  isEntryPoint(file: ts.SourceFile): boolean {
    return file.text.startsWith("#!") || (this.#isEntryPoint?.(file.fileName) ?? false);
  }

  /** The oldest release of Node that a file has to run on, if its package says so. */
  oldestNodeOf(file: ts.SourceFile): NodeVersion | undefined {
    return this.#oldestNode?.(file.fileName);
  }
}

/** What a rule sees of the file it looks at. */
export class FileView {
  readonly analysis: Analysis;
  readonly file: ts.SourceFile;
  readonly #index: NodeIndex;

  constructor(analysis: Analysis, file: ts.SourceFile) {
    this.analysis = analysis;
    this.file = file;
    this.#index = indexOf(analysis.ts, file);
  }

  get ts(): TypeScript {
    return this.analysis.ts;
  }

  get program(): ts.Program {
    return this.analysis.program;
  }

  get settings(): Settings {
    return this.analysis.settings;
  }

  get compiler(): Compiler {
    return this.analysis.compiler;
  }

  /** The oldest release of Node that the file has to run on, if its package says so. */
  get oldestNode(): NodeVersion | undefined {
    return this.analysis.oldestNodeOf(this.file);
  }

  get types(): Types {
    return this.analysis.types;
  }

  get callees(): Callees {
    return this.analysis.callees;
  }

  get outcomes(): Outcomes {
    return this.analysis.outcomes;
  }

  get summaries(): Summaries {
    return this.analysis.summaries;
  }

  get keepers(): Keepers {
    return this.analysis.keepers;
  }

  get ownership(): Ownership {
    return this.analysis.ownership;
  }

  get slots(): Slots {
    return this.analysis.slots;
  }

  get signals(): Signals {
    return this.analysis.signals;
  }

  get paths(): Paths {
    return this.analysis.paths;
  }

  get resources(): Resources {
    return this.analysis.resources;
  }

  /** Whether a node stands at the module level of a file that is the root of the program: what it starts lives as long as the process. */
  isProgramRoot(node: ts.Node): boolean {
    if (!this.analysis.isEntryPoint(this.file) || this.functionOf(node) !== undefined) return false;
    for (let up = node.parent; !this.ts.isSourceFile(up); up = up.parent) if (this.ts.isClassLike(up)) return false;
    return true;
  }

  /** Nodes of a kind in source order. */
  nodes(kind: ts.SyntaxKind): readonly ts.Node[] {
    return this.#index.ofKind(kind);
  }

  /** Identifiers with this text (`#x` for a private name): bindings, references and property names alike. */
  named(text: string): readonly (ts.Identifier | ts.PrivateIdentifier)[] {
    return this.#index.named(text);
  }

  /** Nodes of a kind inside a subtree, in source order. */
  within(root: ts.Node, kind: ts.SyntaxKind): readonly ts.Node[] {
    return this.#index.within(root, kind);
  }

  /** Whether one of these identifiers occurs in the file: the probe before any question of type. */
  mentions(...names: readonly string[]): boolean {
    return this.#index.mentions(...names);
  }

  /** Nearest function around a node. */
  functionOf(node: ts.Node): FunctionNode | undefined {
    return enclosingFunction(this.ts, node);
  }

  /** Source text of a node on one line, shortened to `max` characters. */
  print(node: ts.Node, max = 60): string {
    const text = node.getText(this.file).replaceAll(/\s+/g, " ");
    return text.length <= max ? text : `${text.slice(0, max - 1).trimEnd()}…`;
  }

  /** Line of a node of this file, counting from 1, for messages. */
  lineOf(node: ts.Node): string {
    return String(this.file.getLineAndCharacterOfPosition(node.getStart(this.file)).line + 1);
  }

  /** `jobs.ts:12` of a node in any file, for messages. */
  where(node: ts.Node): string {
    const file = node.getSourceFile();
    const { line } = file.getLineAndCharacterOfPosition(node.getStart(file));
    return `${file === this.file ? "line " : `${file.fileName.slice(file.fileName.lastIndexOf("/") + 1)}:`}${String(line + 1)}`;
  }
}

const analyses = new WeakMap<ts.Program, Map<Settings, Analysis>>();

/** The analysis of a Program; made once for each pair of Program and settings object. */
export function analysisOf(host: Host): Analysis {
  const settings = host.settings ?? defaultSettings;
  let bySettings = analyses.get(host.program);
  if (bySettings === undefined) {
    bySettings = new Map();
    analyses.set(host.program, bySettings);
  }
  let analysis = bySettings.get(settings);
  if (analysis === undefined) {
    analysis = new Analysis(host);
    bySettings.set(settings, analysis);
  }
  return analysis;
}

export { abandonedScopes, type Abandoned, type AbandonTerms } from "./lifetimes/abandoned.ts";
export { abortsAfter, abortsOnFailure, controllerToEnd } from "./signals/abort.ts";
export { promiseValues, type PromiseValue, type PromiseValueKind } from "./tasks/values.ts";
export { annotationOf } from "./language/annotations.ts";
export { borrowedBy } from "./tasks/borrowed.ts";
export { droppedArguments, droppedMembers, droppedValuesOfFunctions, isAwaitedMember, isExecutor, type DroppedCallback, type SlotPlace } from "./callbacks/callbacks.ts";
export { frameworks, type FrameworkName } from "./catalog/frameworks.ts";
export { droppedByFrameworks, isKeptByFramework } from "./callbacks/frameworks.ts";
export { emissionsToAsync } from "./callbacks/emits.ts";
export { isCleanup } from "./cleanup/cleanup.ts";
export { combinatorsOf, type Combinator, type CombinatorMethod, type Started } from "./tasks/combinators.ts";
export { functionsOf } from "./language/functions.ts";
export { droppedValues } from "./tasks/dropped.ts";
export { groupFaults, type GroupFault } from "./tasks/groups.ts";
export { misusedPromises, type Misreading } from "./tasks/misuse.ts";
export { drainedCollections } from "./tasks/drained.ts";
export { uncaughtReturns } from "./tasks/returned-from-try.ts";
export { unheardPromises, type Unheard } from "./tasks/unheard.ts";
export { lateJoins, type JoinDemands, type LateJoin } from "./tasks/joins.ts";
export { fateOf, readsOfVariable } from "./language/flow.ts";
export { droppedBags, erasedReturns, hiddenTasks, unreadTasks } from "./tasks/stored.ts";
export { isForeign, isInCleanup, nestedRoots, spawnsOf, type ForeignScopes } from "./tasks/spawns.ts";
export { isLostByPlace, startsAtModuleLevel, startsInConstruction, startsInRender } from "./tasks/unwaited.ts";
export { lostTimers, type LostTimer } from "./tasks/timers.ts";
export { heldAcrossAwaits, type HeldType } from "./tasks/held.ts";
export { ceremonialCombinators, ceremonialScopes, type Ceremony } from "./tasks/ceremony.ts";
export { racesOf } from "./tasks/races.ts";
export { leakyGuards } from "./tasks/reentry.ts";
export { defaultViews } from "./lifetimes/carried.ts";
export { scopeEscapes, type EscapeKind, type EscapeTerms, type ScopeEscape } from "./lifetimes/escapes.ts";
export { reusedAborts } from "./signals/aborted.ts";
export { closeSafe } from "./catalog/closed.ts";
export { closedUses, type ClosedTerms, type ClosedUse } from "./lifetimes/closed.ts";
export { closedFieldUses } from "./lifetimes/closed-fields.ts";
export { spentUses } from "./lifetimes/spent.ts";
export { joinedLate } from "./lifetimes/joined-late.ts";
export { closedInUse } from "./lifetimes/replaced.ts";
export { cutShort, type CutShort } from "./lifetimes/closings.ts";
export { outlivingPromises, type OutlivingPromise } from "./lifetimes/outliving-promises.ts";
export { outlivingTasks, type OutlivingTask } from "./lifetimes/outliving-tasks.ts";
export { mentionsOfRegion, type Region } from "./lifetimes/regions.ts";
export { unjoinedReads } from "./tasks/unjoined-reads.ts";
export { unsoundCleanups, type CleanupFault, type CleanupTerms } from "./cleanup/unsound-cleanup.ts";
export { registrars } from "./catalog/lifecycles.ts";
export { ownerFaults, type OwnerFault, type OwnerTerms } from "./resources/owners.ts";
export { bodiesLeft } from "./resources/bodies.ts";
export { leaksOf } from "./resources/disposal.ts";
export type { DisposalTerms, Leak } from "./resources/leak.ts";
export { opaqueReturns, wrongUsings } from "./resources/disposal-style.ts";
export { listenersLeft, type LeftListener } from "./resources/listeners.ts";
export { forgottenTimers } from "./resources/executor-timers.ts";
export { nulledTimers } from "./resources/nulled-timers.ts";
export { timersLeft, type LeftTimer } from "./resources/timers-left.ts";
export { stuckMarks } from "./cleanup/marks.ts";
export { unnamedResources } from "./resources/unnamed.ts";
export type { Release } from "./resources/releases.ts";
export type { FunctionNode } from "./language/syntax.ts";
export { printFacts } from "./facts/facts.ts";
export { defaultSettings } from "./settings.ts";
export type { ResourceSetting, Settings, Specifier } from "./settings.ts";
export type { Loss } from "./tasks/ownership.ts";
