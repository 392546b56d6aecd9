import type { Config, Limits } from "../config.ts";
import { Elsewhere, limitExceeded, overloaded } from "../errors.ts";
import { Budget } from "../graph/budget.ts";
import { copyGraph } from "../graph/copy.ts";
import { bytesPerElement } from "../graph/dtype.ts";
import { type Graph, nodesOf, operationsOf } from "../graph/graph.ts";
import { Builder } from "../graph/node.ts";
import { elementCount } from "../graph/shape.ts";
import { simplifyingBuilder } from "../simplify/simplify.ts";
import { batch } from "../transforms/batch.ts";
import { gradient, hvp, jvp, type Selection, selectionKey, vjp } from "../transforms/derive.ts";
import { expand } from "../transforms/expand.ts";
import { withUnitSeeds } from "../transforms/unit-seeds.ts";
import { unroll } from "../transforms/unroll.ts";
import { Cache, type Sized } from "./cache.ts";
import { compileProgram } from "./compiled.ts";
import { bytesOfGraph, Graphs, type LoadedGraph, type Loading } from "./graphs.ts";
import { InlineBudget, type InlineLimits } from "./inline.ts";
import { interpret } from "./interpret.ts";
import { Ledger } from "./ledger.ts";
import type { Library } from "./library.ts";
import { type Planned, planOf } from "./plan.ts";
import type { Program } from "./program.ts";
import type { Layout } from "./seeds.ts";
import { type Strip, stripKey } from "./strip.ts";
import { type NoStructure, type Structure, structureOf, structureWithin } from "./structure.ts";

export type { LoadedGraph };

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
  /** Operands of all nodes. */
  readonly operands: number;
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

const bytesPerNumber = 100;
// Some 15 microseconds each: what small calls may spend allows for a hundred.
const operationsPerCompiledNode = 1000;
const retryAfterMs = 1000;
const compiledInlineMax = 100;
const nsPerMs = 1e6;
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

/** What an engine has to know where there are several threads, each with its own engine. */
export interface EngineThreads {
  /** What is small enough to be run here; absent means anything. */
  readonly inline?: InlineLimits;
  readonly ledger?: Ledger;
  /** The graphs that the service keeps, where another thread holds them. */
  readonly library?: Library;
  /** Bytes of the cache that no other thread may take. */
  readonly cacheBytesMin?: number;
}

/** Keeps graphs and programs, makes those that are missing, and admits runs by the memory that they plan to take. */
export class Engine {
  readonly limits: Limits;
  /** The graphs that are kept. */
  readonly graphs: Graphs;
  /** The planned bytes of all running calls. */
  readonly ledger: Ledger;
  private readonly programs: Config["programs"];
  private readonly cache: Cache;
  private readonly inline: InlineLimits | undefined;
  private readonly derivationLimits: DerivationLimits;

  constructor(config: Pick<Config, "limits" | "cacheBytesMax" | "programs">, threads: EngineThreads = {}) {
    const { limits, cacheBytesMax, programs } = config;
    this.limits = limits;
    this.programs = programs;
    this.inline = threads.inline;
    this.ledger = threads.ledger ?? Ledger.open();
    this.derivationLimits = { ...limits, rank: Number.POSITIVE_INFINITY };
    this.cache = new Cache(cacheBytesMax, { bytesMin: threads.cacheBytesMin, ledger: threads.ledger });
    this.graphs = new Graphs({ limits, cache: this.cache, ...threads });
  }

  /** The budget of a call: `deadlineMs` is on the clock of `performance.now()`. */
  budget(...times: ConstructorParameters<typeof Budget>): Budget {
    return this.inline ? new InlineBudget(this.inline.operations, ...times) : new Budget(...times);
  }

  /** The graph of a document or an id. Throws `graph_not_found`, `invalid_graph`. */
  load(source: unknown, budget: Budget): Loading {
    return this.graphs.load(source, budget);
  }

  /** The graph of an id where that takes no more than to look it up. */
  again(source: unknown): LoadedGraph | undefined {
    return typeof source === "string" ? this.graphs.again(source) : undefined;
  }

  /** How often something kept had to make room: what was found in the cache before may be there no more. */
  get evictions(): number {
    return this.cache.evictions;
  }

  /**
   * As {@link admit}, for a run that is over before this thread does anything else, of a program found by
   * {@link again}.
   */
  checkRoom(bytes: number): void {
    this.cache.countHit();
    const { ledger, limits } = this;
    if (!ledger.isIdle && ledger.bytes + bytes > limits.liveBytesTotal) throw overloaded(retryAfterMs);
  }

  /** Throws `Elsewhere` where so many operations or planned bytes are too much for this thread. */
  checkInline(size: { readonly operations: number } | { readonly bytes: number }): void {
    if (!this.inline) return;
    const isSmall = "bytes" in size ? size.bytes <= this.inline.bytes : size.operations <= this.inline.operations;
    if (!isSmall) throw new Elsewhere();
  }

  /** Opens a graph for derivatives; what several of them share is made once. */
  open(loaded: LoadedGraph, budget: Budget): Derivation {
    const { cache, derivationLimits, programs } = this;
    return new Derivation(loaded, cache, derivationLimits, budget, programs, this.inline !== undefined);
  }

  /** Reserves memory for a run and gives the function that returns it. Throws `limit_exceeded`, `overloaded`. */
  admit(bytes: number): () => void {
    const { liveBytes, liveBytesTotal } = this.limits;
    if (bytes > liveBytes) throw limitExceeded("liveBytes", liveBytes, bytes);
    this.checkInline({ bytes });
    if (!this.ledger.take(bytes, liveBytesTotal)) throw overloaded(retryAfterMs);
    return () => this.ledger.give(bytes);
  }

  /** Numbers for `/metrics`. */
  stats() {
    return { ...this.cache.stats(), liveBytes: this.ledger.bytes, running: this.ledger.running };
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
  /** Whether this is the thread that serves, which may only do what is small. */
  private readonly isInline: boolean;
  private base: Graph | undefined;
  private readonly graphs = new Map<string, Graph>();
  /** The plans of derivatives made in this call, which the interpreter needs again. */
  private readonly planned = new Map<Graph, Planned>();

  constructor(
    loaded: LoadedGraph,
    cache: Cache,
    limits: DerivationLimits,
    budget: Budget,
    programs: Config["programs"],
    isInline: boolean,
  ) {
    this.programs = programs;
    this.loaded = loaded;
    this.cache = cache;
    this.limits = limits;
    this.budget = budget;
    this.isInline = isInline;
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
      const planned = planOf(graph);
      this.planned.set(graph, planned);
      const { nodes, plan } = planned;
      const { inputs, outputs } = this.loaded.graph;
      return {
        kind,
        key,
        graph,
        operations: operationsOf(nodes),
        nodes: nodes.length,
        operands: nodes.reduce((count, node) => count + node.args.length, 0),
        unitBytes: plan.liveBytes,
        firstSeed: inputs.length,
        // The gradient that an hvp gives beside its products depends on no seed.
        firstSeeded: outputs.length + (kind === "hvp" ? selection.wrt.length : 0),
        bytes: bytesOfGraph(graph),
      };
    });
  }

  /** The sparsity and the colours of the matrix that a program gives products with. Throws `limit_exceeded`. */
  structure(derived: Derived, selection: Selection): Structure {
    if (this.isInline) throw new Elsewhere();
    const { patternEntries } = this.limits;
    return this.kept(patternKey(derived), selection, () => structureOf(derived, patternEntries, this.budget));
  }

  /** As {@link structure}, where that has no more than `entriesMax` entries. */
  structureWithin(derived: Derived, selection: Selection, entriesMax: number): Structure | undefined {
    if (this.isInline) throw new Elsewhere();
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
      const { points, seeds, isBatched, form, units } = strip;
      let graph = form === "unrolled" ? this.unrolled(derived, units)!.graph : derived.graph;
      if (seeds !== undefined && !(units && form === "unrolled")) {
        const isSeed = (i: number) => i >= derived.firstSeed;
        graph = batch(graph, this.batchBuilder(), seeds, isSeed, (i) => i >= derived.firstSeeded);
        if (units) graph = withUnitSeeds(graph, derived, this.batchBuilder());
      }
      if (points !== undefined) {
        const hasPoints = (i: number) => isBatched[i]!;
        graph = batch(graph, this.batchBuilder(), points, hasPoints, () => true);
      }
      if (form === "interpreted") return interpret(graph, this.planned.get(graph));
      this.budget.spend(nodesOf(graph).length * operationsPerCompiledNode);
      return compileProgram(graph, this.budget);
    });
  }

  /** A derivative taken apart into scalars, with all unit seeds written in where a `layout` is asked for; if it can be. */
  unrolled(derived: Derived, layout: Layout | undefined): Unrolled | undefined {
    const key = `${derived.key}|unrolled|${layout ?? ""}`;
    const kept = this.cache.getOrMake(key, (): Unrolled | typeof notUnrolled => {
      const { firstSeed, firstSeeded, kind } = derived;
      const units = layout && { firstSeed, firstSeeded, layout, isReverse: kind === "vjp" };
      const make = () => unroll(derived.graph, this.batchBuilder(), unrolledElementsMax, units);
      const whole = this.tried(key, make);
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
    // Compiling it would move each call to another thread, though running it need not.
    if (this.isInline && derived.nodes > compiledInlineMax) return 0;
    const spent = (spentNs.get(derived) ?? 0) + ns;
    spentNs.set(derived, spent);
    return spent;
  }

  /** Whether there is time for something that takes so long, and as long again for what comes after it. */
  hasTimeFor(ns: number): boolean {
    return this.programs === "compiled" || performance.now() + (2 * ns) / nsPerMs < this.budget.deadlineMs;
  }

  /** Whether the program of a strip is kept already. */
  isCompiled(derived: Derived, strip: Strip): boolean {
    return this.cache.has(programKey(derived, strip));
  }

  private key(kind: Kind, selection: Selection): string {
    return `${this.loaded.id}|${kind}|${kind === "evaluate" ? "" : selectionKey(selection)}`;
  }

  private graph(kind: Kind, selection: Selection): Graph {
    const key = this.key(kind, selection);
    return this.tried(key, () => {
      this.base ??= expand(this.loaded.graph, simplifyingBuilder(this.limits, this.budget));
      const base = this.base;
      const graph = this.graphs.get(key) ?? kinds[kind](base, selection, () => this.graph("jvp", selection));
      this.graphs.set(key, graph);
      return graph;
    });
  }

  /** What `make` makes; where that was too much for this thread once, it need not find out again. */
  private tried<T>(key: string, make: () => T): T {
    const tooMuchKey = `${key}|elsewhere`;
    if (this.isInline && this.cache.has(tooMuchKey)) throw new Elsewhere();
    try {
      return make();
    } catch (error) {
      if (error instanceof Elsewhere) this.cache.set(tooMuchKey, { bytes: bytesPerNumber });
      throw error;
    }
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
