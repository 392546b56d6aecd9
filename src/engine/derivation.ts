import type { Config, Limits } from "../config.ts";
import { Elsewhere } from "../errors.ts";
import type { Budget } from "../graph/budget.ts";
import { GraphBuilder } from "../graph/builder.ts";
import { copyGraph } from "../graph/copy.ts";
import { bytesPerElement } from "../graph/dtype.ts";
import { type Graph, nodesOf, operationsOf } from "../graph/graph.ts";
import type { Builder } from "../graph/operator.ts";
import { interpret } from "../graph/running/interpret.ts";
import type { Program } from "../graph/running/program.ts";
import { type Planned, planOf } from "../graph/running/storage-plan.ts";
import { elementCount } from "../graph/shape.ts";
import { simplifyingBuilder } from "../simplify/simplify.ts";
import { batch } from "../transforms/batch.ts";
import { type Selection, selectionKey } from "../transforms/derive.ts";
import { expand } from "../transforms/expand.ts";
import { expectRunnable, settle } from "../transforms/settle.ts";
import { withUnitSeeds } from "../transforms/unit-seeds.ts";
import { unroll } from "../transforms/unroll.ts";
import type { Cache, Sized } from "./cache.ts";
import type { StripPolicy } from "./choose-strip.ts";
import { countsOf, type DerivativeKind, type Derived, type Kind, kinds } from "./derived.ts";
import { bytesOfGraph } from "./graph-size.ts";
import type { LoadedGraph } from "./graphs.ts";
import { inPlace, type Place, placesUnseen } from "./in-place.ts";
import { hasSites, type ProbeName, probeOf, probes } from "./kinks.ts";
import { compileProgram } from "./programs/compiled.ts";
import { followPaths } from "./programs/paths.ts";
import { type NoStructure, type Structure, structureOf, structureWithin } from "./sparsity.ts";
import { type Layout, type Strip, stripKey } from "./strip.ts";

const bytesPerNumber = 100;
// Some 15 microseconds each: what small calls may spend allows for a hundred.
const operationsPerCompiledNode = 1000;
const compiledInlineMax = 100;
const nsPerMs = 1e6;
const unrolledElementsMax = 20_000;
const unlimited = { rank: Number.POSITIVE_INFINITY, elements: Number.POSITIVE_INFINITY };
const notUnrolled = { bytes: bytesPerNumber };

/** What interpreting each derivative has taken so far. */
const spentNs = new WeakMap<Derived, number>();

/** A program that counts, for each of some nodes, the elements whose values a test is of. */
interface Probing {
  readonly derived: Derived;
  readonly places: readonly Place[];
  /** Nodes that hold functions with more of them, which nobody looks into. */
  readonly unseen: readonly Place[];
}

/** A derivative on scalars; `unitBytes` is what inputs and outputs of one point take. */
interface Unrolled extends Sized {
  readonly graph: Graph;
  readonly unitBytes: number;
}

/** What a derivation may make. */
export type DerivationLimits = Pick<Limits, "rank" | "elements" | "patternEntries">;

/** One graph's derivatives during one call. */
export class Derivation implements StripPolicy {
  readonly loaded: LoadedGraph;
  readonly isSteady: boolean;
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
    isSteady = false,
  ) {
    // What was interpreted once and compiled later would not give the same bits twice.
    this.programs = isSteady ? "compiled" : programs;
    this.isSteady = isSteady;
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
    return this.cache.getOrMake(key, () =>
      this.derivedOf(kinds[kind], key, this.graph(kind, selection), firstSeeded(this.loaded, kind, selection)),
    );
  }

  /**
   * A derivative whose programs follow paths: it is made of the graph as it was sent, for a simplified one may lack
   * factors.
   */
  derivePaths(kind: "jvp" | "vjp" | "hvp", selection: Selection): Derived {
    const key = `${this.key(kind, selection)}|paths`;
    return this.cache.getOrMake(key, () => {
      const base = expand(this.loaded.graph, new GraphBuilder(this.limits, this.budget));
      const made = kinds[kind].derive(base, selection, () => kinds.jvp.derive(base, selection, () => base));
      const derived = this.derivedOf(kinds[kind], key, made, firstSeeded(this.loaded, kind, selection));
      return { ...derived, unitBytes: followPaths(derived.graph, derived).liveBytes };
    });
  }

  /** What tells where values are at kinks, or to be doubted, as a program for them; undefined where that is nowhere. */
  probing(name: ProbeName, selection: Selection): Probing | undefined {
    return this.noted(name, selection, () => {
      const { sitesOf, testOf } = probes[name];
      const builder = () => simplifyingBuilder(this.limits, this.budget);
      const within = inPlace(this.loaded.graph, this.limits, this.budget);
      const { nodes, closed } = sitesOf(within, selection);
      const made = probeOf(within, nodes, testOf, builder());
      const unseen = closed.flatMap((node) => placesUnseen(within, node, (held) => hasSites(held, name, builder)));
      if (made.nodes.length + unseen.length === 0) return { probe: undefined, bytes: bytesPerNumber };
      const key = `${this.loaded.programs}|${name}|${selectionKey(selection)}|derived`;
      const derived = this.derivedOf(kinds.evaluate, key, made.graph, made.graph.outputs.length);
      return { probe: { derived, places: made.nodes.map(within.placeOf), unseen }, bytes: derived.bytes };
    }).probe;
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
    return this.cache.getOrMake(`${this.loaded.programs}|${name}|${selectionKey(selection)}`, make);
  }

  /** As {@link kept}, for small things that follow from the graph alone. */
  noted<T extends Sized>(name: string, selection: Selection, make: () => T): T {
    return this.cache.getOrNote(`${this.loaded.programs}|${name}|${selectionKey(selection)}`, make);
  }

  /** The program of a derivative for a strip of points and seeds. */
  compile(derived: Derived, strip: Strip): Program {
    return this.cache.getOrMake(programKey(derived, strip), () => {
      const { points, seeds, isBatched, form, unitLayout } = strip;
      let graph = form === "unrolled" ? this.unrolled(derived, unitLayout)!.graph : derived.graph;
      const builder = () => (form === "paths" ? new GraphBuilder(unlimited, this.budget) : this.batchBuilder());
      if (seeds !== undefined && !(unitLayout && form === "unrolled")) {
        const isSeed = (i: number) => i >= derived.firstSeed;
        graph = batch(graph, builder(), seeds, isSeed, (i) => i >= derived.firstSeeded);
        if (unitLayout) graph = withUnitSeeds(graph, { ...derived, isReverse: derived.kind.isReverse }, builder());
      }
      if (points !== undefined) {
        const hasPoints = (i: number) => isBatched[i]!;
        graph = batch(graph, builder(), points, hasPoints, () => true);
      }
      if (form === "paths") return followPaths(graph, derived);
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
      const units = layout && { firstSeed, firstSeeded, layout, isReverse: kind.isReverse };
      const make = () => unroll(derived.graph, this.batchBuilder(), unrolledElementsMax, units);
      const whole = this.tried(key, make);
      if (!whole) return notUnrolled;
      const graph = copyGraph(whole, new GraphBuilder(unlimited, this.budget));
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

  /** Takes a graph as that of a derivative. */
  private derivedOf(kind: DerivativeKind, key: string, made: Graph, firstSeeded: number): Derived {
    // A copy: what simplification and transposition left behind stays behind.
    const graph = copyGraph(made, new GraphBuilder(this.limits, this.budget));
    const planned = planOf(graph);
    this.planned.set(graph, planned);
    const { nodes, plan } = planned;
    return {
      kind,
      key,
      graph,
      ...countsOf(nodes),
      unitBytes: plan.liveBytes,
      firstSeed: this.loaded.graph.inputs.length,
      firstSeeded,
      bytes: bytesOfGraph(graph),
    };
  }

  private key(kind: Kind, selection: Selection): string {
    return `${this.loaded.programs}|${kind}|${kind === "evaluate" ? "" : selectionKey(selection)}`;
  }

  private graph(kind: Kind, selection: Selection): Graph {
    const key = this.key(kind, selection);
    return this.tried(key, () => {
      this.base ??= expand(this.loaded.graph, simplifyingBuilder(this.limits, this.budget));
      const base = this.base;
      const made = this.graphs.get(key) ?? kinds[kind].derive(base, selection, () => this.tangents(base, selection));
      const graph = settle(made);
      expectRunnable(graph);
      this.graphs.set(key, graph);
      return graph;
    });
  }

  /** The jvp before it is settled, as reverse mode takes it. */
  private tangents(base: Graph, selection: Selection): Graph {
    const key = `${this.key("jvp", selection)}|tangents`;
    const made = this.graphs.get(key) ?? kinds.jvp.derive(base, selection, () => base);
    this.graphs.set(key, made);
    return made;
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
  return kind.isSymmetric ? "curvature" : "pattern";
}

/** The first output of a derivative that depends on seeds: the gradient that an hvp gives beside its products does not. */
function firstSeeded({ graph }: LoadedGraph, kind: Kind, { wrt }: Selection): number {
  return graph.outputs.length + (kinds[kind].hasGradient ? wrt.length : 0);
}
