import type { Config, Limits } from "../config.ts";
import { graphNotFound, limitExceeded, overloaded } from "../errors.ts";
import type { Budget } from "../graph/budget.ts";
import { type Canonical, canonicalize } from "../graph/canonical.ts";
import { copyGraph } from "../graph/copy.ts";
import { bytesPerElement } from "../graph/dtype.ts";
import { type Graph, nodesOf, operationsOf } from "../graph/graph.ts";
import { Builder } from "../graph/node.ts";
import { elementCount } from "../graph/shape.ts";
import { simplifyingBuilder } from "../simplify/simplify.ts";
import { type ManualDerivative, parseDerivatives } from "../syntax/derivatives.ts";
import { parseGraph } from "../syntax/json.ts";
import { batch } from "../transforms/batch.ts";
import { gradient, hvp, jvp, type Selection, selectionKey, vjp } from "../transforms/derive.ts";
import { expand } from "../transforms/expand.ts";
import { unroll } from "../transforms/unroll.ts";
import { Cache, type Sized } from "./cache.ts";
import { compileProgram } from "./compiled.ts";
import { interpret } from "./interpret.ts";
import { planStorage } from "./plan.ts";
import type { Program } from "./program.ts";
import { type Strip, stripKey } from "./strip.ts";
import { type NoStructure, type Structure, structureOf, structureWithin } from "./structure.ts";

/** A graph as it was sent, with its identity. */
export interface LoadedGraph {
  readonly id: string;
  readonly graph: Graph;
  readonly canonical: Canonical;
  readonly bytes: number;
}

/** What a program computes beside the outputs. */
export type Kind = keyof typeof kinds;

/** A derivative as a graph for one point and one seed, ready to be batched and compiled. */
export interface Derived {
  readonly kind: Kind;
  readonly key: string;
  readonly graph: Graph;
  /** Operations of one run for one point and one seed. */
  readonly operations: number;
  readonly nodes: number;
  /** The most bytes that such a run holds. */
  readonly unitBytes: number;
  /** The first of the graph's inputs that is a seed, and the first of its outputs that depends on seeds. */
  readonly firstSeed: number;
  readonly firstSeeded: number;
  readonly bytes: number;
}

type Derive = (graph: Graph, selection: Selection, forward: () => Graph) => Graph;

// Reverse mode starts from the forward graph, which a call may have made already.
const kinds = {
  evaluate: (graph) => graph,
  jvp,
  vjp: (graph, selection, forward) => vjp(graph, selection, forward()),
  gradient: (graph, selection, forward) => gradient(graph, selection, forward()),
  hvp: (graph, selection, forward) => hvp(graph, selection, forward()),
} as const satisfies Record<string, Derive>;

const bytesPerNode = 300;
const bytesPerNumber = 100;
const retryAfterMs = 1000;
const unrolledElementsMax = 20_000;
const unlimited = { rank: Number.POSITIVE_INFINITY, elements: Number.POSITIVE_INFINITY };
const notUnrolled = { bytes: bytesPerNumber };

/** What interpreting each derivative has taken so far. */
const spentNs = new WeakMap<Derived, number>();

/** A derivative on scalars; `unitBytes` is what inputs and outputs of one point take. */
interface Unrolled extends Sized {
  readonly graph: Graph;
  readonly unitBytes: number;
}

/** Keeps graphs and programs, makes those that are missing, and admits runs by the memory that they plan to take. */
export class Engine {
  readonly limits: Limits;
  private readonly programs: Config["programs"];
  private readonly cache: Cache;
  private readonly derivationLimits: DerivationLimits;
  private liveBytes = 0;
  private running = 0;

  constructor({ limits, cacheBytesMax, programs }: Pick<Config, "limits" | "cacheBytesMax" | "programs">) {
    this.limits = limits;
    this.programs = programs;
    this.derivationLimits = { ...limits, rank: Number.POSITIVE_INFINITY };
    this.cache = new Cache(cacheBytesMax);
  }

  /**
   * The graph of a document or an id; `cached` tells whether it was known. A document's own derivatives are its call's:
   * they are not kept. Throws `graph_not_found`, `invalid_graph`.
   */
  load(
    source: unknown,
    budget: Budget,
  ): { loaded: LoadedGraph; cached: boolean; derivatives: readonly ManualDerivative[] } {
    if (typeof source === "string") {
      const loaded = this.cache.get<LoadedGraph>(source);
      if (!loaded) throw graphNotFound(source);
      return { loaded, cached: true, derivatives: [] };
    }
    const builder = new Builder(this.limits, budget);
    const sent = parseGraph(source, builder, this.limits);
    const derivatives = parseDerivatives(source, sent, this.limits, budget);
    const { id, order } = canonicalize(sent);
    const known = this.cache.get<LoadedGraph>(id);
    if (known) return { loaded: known, cached: true, derivatives };
    // A node holds its builder, and that all it made: what no output needs must not be kept uncounted.
    const isWhole = builder.size === order.length + sent.inputs.length;
    const graph = isWhole ? sent : copyGraph(sent, new Builder(this.limits, budget));
    const canonical = isWhole ? { id, order } : canonicalize(graph);
    const loaded = this.cache.set(id, { id, graph, canonical, bytes: bytesOfGraph(graph) });
    return { loaded, cached: false, derivatives };
  }

  /** Opens a graph for derivatives; what several of them share is made once. */
  open(loaded: LoadedGraph, budget: Budget): Derivation {
    return new Derivation(loaded, this.cache, this.derivationLimits, budget, this.programs);
  }

  /** Reserves memory for a run and gives the function that returns it. Throws `limit_exceeded`, `overloaded`. */
  admit(bytes: number): () => void {
    const { liveBytes, liveBytesTotal } = this.limits;
    if (bytes > liveBytes) throw limitExceeded("liveBytes", liveBytes, bytes);
    if (this.liveBytes + bytes > liveBytesTotal) throw overloaded(retryAfterMs);
    this.liveBytes += bytes;
    this.running++;
    return () => {
      this.liveBytes -= bytes;
      this.running--;
    };
  }

  /** Forgets a graph and all that was made for it; false when it was unknown. */
  forget(id: string): boolean {
    return this.cache.delete(id);
  }

  /** Kept graphs in the order of their ids, at most `limit` of those after `after`. */
  list(limit: number, after = ""): readonly LoadedGraph[] {
    return this.cache
      .list<LoadedGraph>((key) => !key.includes("|") && key > after)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .slice(0, limit)
      .map(([, loaded]) => loaded);
  }

  /** Numbers for `/metrics`. */
  stats() {
    return { ...this.cache.stats(), liveBytes: this.liveBytes, running: this.running };
  }
}

type DerivationLimits = Pick<Limits, "rank" | "elements" | "patternEntries">;

/** One graph's derivatives during one call. */
export class Derivation {
  readonly loaded: LoadedGraph;
  private readonly cache: Cache;
  private readonly limits: DerivationLimits;
  private readonly budget: Budget;
  private readonly programs: Config["programs"];
  private base: Graph | undefined;
  private readonly graphs = new Map<string, Graph>();

  constructor(
    loaded: LoadedGraph,
    cache: Cache,
    limits: DerivationLimits,
    budget: Budget,
    programs: Config["programs"],
  ) {
    this.programs = programs;
    this.loaded = loaded;
    this.cache = cache;
    this.limits = limits;
    this.budget = budget;
  }

  /** Operations of a derivative for one point and one seed; to count them it need not be kept. */
  operations(kind: Kind, selection: Selection): number {
    const key = `${this.key(kind, selection)}|operations`;
    const count = () => ({ operations: operationsOf(nodesOf(this.graph(kind, selection))), bytes: bytesPerNumber });
    return this.cache.getOrMake(key, count).operations;
  }

  /** The graph of a derivative, simplified. */
  derive(kind: Kind, selection: Selection): Derived {
    const key = this.key(kind, selection);
    return this.cache.getOrMake(key, () => {
      // A copy: what simplification and transposition left behind stays behind.
      const graph = copyGraph(this.graph(kind, selection), new Builder(this.limits, this.budget));
      const nodes = nodesOf(graph);
      const { liveBytes } = planStorage(
        nodes,
        graph.outputs.map((output) => output.node),
      );
      const { inputs, outputs } = this.loaded.graph;
      return {
        kind,
        key,
        graph,
        operations: operationsOf(nodes),
        nodes: nodes.length,
        unitBytes: liveBytes,
        firstSeed: inputs.length,
        // The gradient that an hvp gives beside its products depends on no seed.
        firstSeeded: outputs.length + (kind === "hvp" ? selection.wrt.length : 0),
        bytes: bytesOfGraph(graph),
      };
    });
  }

  /** The sparsity and the colours of the matrix that a program gives products with. Throws `limit_exceeded`. */
  structure(derived: Derived, selection: Selection): Structure {
    const { patternEntries } = this.limits;
    return this.kept(patternKey(derived), selection, () => structureOf(derived, patternEntries, this.budget));
  }

  /** As {@link structure}, where that has no more than `entriesMax` entries. */
  structureWithin(derived: Derived, selection: Selection, entriesMax: number): Structure | undefined {
    const allowed = Math.min(entriesMax, this.limits.patternEntries);
    const found = this.kept<Structure | NoStructure>(`${patternKey(derived)}|within`, selection, () =>
      structureWithin(derived, allowed, this.budget),
    );
    return found.pattern ? found : undefined;
  }

  /** What is kept for this graph and selection under a name, made where it is missing. */
  kept<T extends Sized>(name: string, selection: Selection, make: () => T): T {
    return this.cache.getOrMake(`${this.loaded.id}|${name}|${selectionKey(selection)}`, make);
  }

  /** As {@link kept}, for small things that follow from the graph alone. */
  noted<T extends Sized>(name: string, selection: Selection, make: () => T): T {
    return this.cache.getOrNote(`${this.loaded.id}|${name}|${selectionKey(selection)}`, make);
  }

  /** The program of a derivative for a strip of points and seeds. */
  compile(derived: Derived, strip: Strip): Program {
    return this.cache.getOrMake(programKey(derived, strip), () => {
      const { points, seeds, isBatched, form, hasUnits } = strip;
      let graph = form === "unrolled" ? this.unrolled(derived, hasUnits ? seeds : undefined)!.graph : derived.graph;
      if (seeds !== undefined && !hasUnits) {
        const isSeed = (i: number) => i >= derived.firstSeed;
        graph = batch(graph, this.batchBuilder(), seeds, isSeed, (i) => i >= derived.firstSeeded);
      }
      if (points !== undefined) {
        const hasPoints = (i: number) => isBatched[i]!;
        graph = batch(graph, this.batchBuilder(), points, hasPoints, () => true);
      }
      return form === "interpreted" ? interpret(graph) : compileProgram(graph);
    });
  }

  /** A derivative taken apart into scalars, with all unit seeds written in where there are `units`; if it can be. */
  unrolled(derived: Derived, units: number | undefined): Unrolled | undefined {
    const kept = this.cache.getOrMake(`${derived.key}|unrolled|${units ?? ""}`, (): Unrolled | typeof notUnrolled => {
      const { firstSeed, firstSeeded } = derived;
      const seeds = units === undefined ? undefined : { firstSeed, firstSeeded, count: units };
      const whole = unroll(derived.graph, this.batchBuilder(), unrolledElementsMax, seeds);
      if (!whole) return notUnrolled;
      const graph = copyGraph(whole, new Builder(unlimited, this.budget));
      const shapes = [...graph.inputs, ...graph.outputs.map((output) => output.node)].map(({ shape }) => shape);
      const numbers = shapes.reduce((total, shape) => total + elementCount(shape), 0);
      return { graph, unitBytes: numbers * bytesPerElement.float64, bytes: bytesOfGraph(graph) };
    });
    return "graph" in kept ? kept : undefined;
  }

  /** Accounts for a run of a derivative; gives the nanoseconds that interpreting it has taken, or would have, in all. */
  spendNs(derived: Derived, ns: number): number {
    if (this.programs === "interpreted") return 0;
    if (this.programs === "compiled") return Number.POSITIVE_INFINITY;
    const spent = (spentNs.get(derived) ?? 0) + ns;
    spentNs.set(derived, spent);
    return spent;
  }

  /** Whether the program of a strip is kept already. */
  isCompiled(derived: Derived, strip: Strip): boolean {
    return this.cache.has(programKey(derived, strip));
  }

  private key(kind: Kind, selection: Selection): string {
    return `${this.loaded.id}|${kind}|${kind === "evaluate" ? "" : selectionKey(selection)}`;
  }

  private graph(kind: Kind, selection: Selection): Graph {
    this.base ??= expand(this.loaded.graph, simplifyingBuilder(this.limits, this.budget));
    const base = this.base;
    const key = this.key(kind, selection);
    const graph = this.graphs.get(key) ?? kinds[kind](base, selection, () => this.graph("jvp", selection));
    this.graphs.set(key, graph);
    return graph;
  }

  /** Strips are chosen by the bytes that they take, not by the elements of views. */
  private batchBuilder(): Builder {
    return simplifyingBuilder(unlimited, this.budget);
  }
}

function programKey({ key }: Derived, strip: Strip): string {
  return `${key}|${stripKey(strip)}`;
}

function patternKey({ kind }: Derived): string {
  return kind === "hvp" ? "curvature" : "pattern";
}

function bytesOfGraph(graph: Graph): number {
  let bytes = 0;
  for (const node of nodesOf(graph)) {
    bytes += bytesPerNode + 8 * node.args.length;
    const value = node.attrs.value as { data?: { byteLength?: number } } | undefined;
    bytes += value?.data?.byteLength ?? 0;
  }
  return bytes;
}
