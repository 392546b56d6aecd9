import type { Limits } from "../config.ts";
import { Elsewhere, graphNotFound, limitExceeded } from "../errors.ts";
import type { Budget } from "../graph/budget.ts";
import { GraphBuilder } from "../graph/builder.ts";
import { type Canonical, canonicalize } from "../graph/canonical.ts";
import { copyGraph } from "../graph/copy.ts";
import type { Graph } from "../graph/graph.ts";
import type { Builder } from "../graph/operator.ts";
import { type ManualDerivative, parseDerivatives } from "../syntax/derivatives.ts";
import { printGraph } from "../syntax/print.ts";
import type { SentTypes } from "../syntax/source.ts";
import { readDocument, type SentTensors, sentTypes } from "../syntax/sources.ts";
import { checkRules } from "../transforms/check-rules.ts";
import { Aliases, type AliasLimits } from "./aliases.ts";
import type { Cache, Sized } from "./cache.ts";
import {
  documentKey,
  isDocumentKey,
  type KnownDocument,
  knownDocument,
  type Spelling,
  spellingOf,
} from "./documents.ts";
import { bytesOfGraph, countOperators } from "./graph-size.ts";
import { checkDocument, type InlineLimits } from "./inline.ts";
import {
  type Alias,
  type GraphEntry,
  graphKey,
  isGraphId,
  type Library,
  type ListedGraph,
  type PackedDocument,
  packDocument,
  type SharedGraph,
  unpackDocument,
} from "./library.ts";

/** A graph as it was sent, with its identity. */
export interface LoadedGraph extends GraphEntry {
  /** What it is kept by. */
  readonly key: string;
  /** What the keys of its programs begin with. */
  readonly programs: string;
  readonly graph: Graph;
  readonly canonical: Canonical;
}

/** What loading a graph gives; `cached` tells whether it was known. */
export interface Loading {
  readonly loaded: LoadedGraph;
  readonly cached: boolean;
  /** The document's own derivatives. */
  readonly derivatives: readonly ManualDerivative[];
  /** What the document names and nothing uses. */
  readonly unused: readonly string[];
  /** How the document tells the graph; undefined for an id. */
  spelling(): Spelling | undefined;
}

/** Where graphs are read and kept. */
export interface GraphsOptions {
  readonly limits: Limits;
  readonly cache: Cache;
  /** The graphs that the service keeps, where another thread holds them. */
  readonly library?: Library | undefined;
  /** What may be read on this thread; absent means anything. */
  readonly inline?: InlineLimits | undefined;
  /** Whether tenants share the programs of equal graphs. */
  readonly sharePrograms?: boolean | undefined;
}

/** A graph in the cache of the thread that keeps it for the others: what it takes there is its document. */
interface Kept extends Sized {
  readonly shared: SharedGraph;
}

const nothingSent: SentTensors = { inputs: {}, points: undefined };
const withoutDocument = { derivatives: [], unused: [], spelling: () => undefined };

/** Reads graphs, and keeps those that were read here or, told by another thread, there. */
export class Graphs implements Library {
  private readonly limits: Limits;
  private readonly cache: Cache;
  private readonly library: Library | undefined;
  private readonly inline: InlineLimits | undefined;
  private readonly aliases: Aliases;
  private readonly sharePrograms: boolean;

  constructor({ limits, cache, library, inline, sharePrograms = false }: GraphsOptions) {
    this.sharePrograms = sharePrograms;
    this.limits = limits;
    this.cache = cache;
    // What names hold may never leave the cache without room.
    const aliasLimits: AliasLimits = { aliases: limits.aliases, aliasBytes: Math.floor(cache.bytesMin / 2) };
    this.aliases = new Aliases(aliasLimits, (bytes) => cache.hold(bytes));
    this.library = library;
    this.inline = inline;
  }

  /**
   * The graph of a document, of an id that the tenant has sent or of a name that it gave. What a document does not tell of
   * its inputs, the tensors that are `sent` with it do. A document's own derivatives are its call's: they are not
   * kept. A small document that was read before is found by its text. Throws `graph_not_found`, `invalid_graph`.
   */
  load(source: unknown, budget: Budget, tenant: string, sent: SentTensors = nothingSent): Loading {
    if (typeof source === "string") {
      return { ...withoutDocument, loaded: this.byId(this.idOf(source, tenant), budget, tenant), cached: true };
    }
    const types = sentTypes(source, sent, this.limits);
    const key = documentKey(source, types, tenant);
    const known = key === undefined ? undefined : this.cache.look<KnownDocument>(key);
    const loaded = known && this.cache.look<LoadedGraph | Kept>(known.graph);
    if (loaded && "graph" in loaded) {
      this.cache.countHit();
      const { spelling, unused } = known!;
      const cached = this.tell(loaded, source, types, true);
      return { loaded, cached, derivatives: [], unused, spelling: () => spelling };
    }
    if (this.inline) checkDocument(source, this.inline);
    return this.readSource(source, types, key, budget, tenant);
  }

  /**
   * What {@link load} gives for an id, a name or a small document whose graph this thread has read and keeps for all, where it
   * has nothing to warn of; not counted.
   */
  recall(source: unknown, tenant: string, sent: SentTensors = nothingSent): LoadedGraph | undefined {
    if (this.library) return undefined;
    let graph: string | undefined;
    if (typeof source === "string") {
      const id = isGraphId(source) ? source : this.aliases.get(tenant, source)?.id;
      graph = id && graphKey(id, tenant);
    } else {
      const key = documentKey(source, sentTypes(source, sent, this.limits), tenant);
      const known = key === undefined ? undefined : this.cache.look<KnownDocument>(key);
      graph = known?.unused.length === 0 ? known.graph : undefined;
    }
    const loaded = graph === undefined ? undefined : this.cache.look<LoadedGraph | Kept>(graph);
    return loaded && "graph" in loaded ? loaded : undefined;
  }

  /** The id of a graph that is given by its id or by a name of the tenant's. Throws `graph_not_found`. */
  idOf(source: string, tenant: string): string {
    if (isGraphId(source)) return source;
    const named = this.named(tenant, source);
    if (!named) throw graphNotFound(source);
    return named.id;
  }

  /** Gives a graph a name of the tenant's, or moves the name to it. Throws `limit_exceeded`. */
  name(tenant: string, alias: Omit<Alias, "id">, loaded: LoadedGraph): void {
    const passed = this.keepNamed(tenant, alias, sharedGraph(loaded, packedGraph(loaded)));
    if (passed) throw limitExceeded(passed.limit, passed.allowed, passed.received);
  }

  keepNamed(tenant: string, alias: Omit<Alias, "id">, shared: SharedGraph): ReturnType<Library["keepNamed"]> {
    if (this.library) return this.library.keepNamed(tenant, alias, shared);
    const result = this.aliases.put(tenant, alias, shared);
    if (!result || "limit" in result) return result;
    // Nameless from now on, it may be evicted as any other.
    this.keep(result);
    return undefined;
  }

  named(tenant: string, alias: string): Alias | undefined {
    return this.library ? this.library.named(tenant, alias) : this.aliases.get(tenant, alias);
  }

  names(tenant: string): readonly Alias[] {
    return this.library ? this.library.names(tenant) : this.aliases.of(tenant);
  }

  has(key: string): boolean {
    return this.cache.get(key) !== undefined || this.aliases.held(key) !== undefined;
  }

  find(key: string): PackedDocument | undefined {
    const known = this.cache.get<LoadedGraph | Kept>(key);
    if (known && "graph" in known) return packedGraph(known);
    return (known?.shared ?? this.aliases.held(key))?.document;
  }

  keep(graph: SharedGraph): boolean {
    if (this.cache.has(graph.key) || this.aliases.held(graph.key)) return true;
    this.cache.set(graph.key, { shared: graph, bytes: graph.document.length });
    return false;
  }

  /** Forgets what an id or a name of the tenant's stands for; the id, where there is one, and whether it was known. */
  remove(source: string, tenant: string): { readonly graph: string; readonly deleted: boolean } {
    const graph = isGraphId(source) ? source : this.named(tenant, source)?.id;
    return graph === undefined ? { graph: source, deleted: false } : { graph, deleted: this.forget(graph) };
  }

  forget(id: string): boolean {
    const isCached = this.cache.delete(id);
    const isKnown = this.aliases.forget(id) || isCached;
    this.cache.deleteEach((key, value) => isDocumentKey(key) && (value as KnownDocument).graph.startsWith(id));
    return this.library ? this.library.forget(id) : isKnown;
  }

  list(tenant: string, limit: number, after = ""): readonly ListedGraph[] {
    if (this.library) return this.library.list(tenant, limit, after);
    const names = Map.groupBy(this.aliases.of(tenant), ({ id }) => id);
    const held = this.aliases.all().map((shared) => [shared.id, shared] as const);
    const cached = this.cache
      .list<LoadedGraph | Kept>((key) => !key.includes("|"))
      .map(([, kept]) => ("shared" in kept ? kept.shared : kept))
      .map((kept) => [kept.id, kept] as const);
    const all: ReadonlyMap<string, GraphEntry> = new Map([...held, ...cached]);
    return [...all.values()]
      .filter(({ id }) => id > after)
      .sort((a, b) => (a.id < b.id ? -1 : 1))
      .slice(0, limit)
      .map(({ id, nodes, bytes }) => ({ id, nodes, bytes, aliases: names.get(id)?.map(({ alias }) => alias) ?? [] }));
  }

  private byId(id: string, budget: Budget, tenant: string): LoadedGraph {
    const key = graphKey(id, tenant);
    const known = this.cache.get<LoadedGraph | Kept>(key);
    if (this.library && known && !this.library.has(key)) {
      this.cache.delete(key);
      throw graphNotFound(id);
    }
    if (known && "graph" in known) return known;
    const shared = known?.shared ?? this.aliases.held(key);
    const document = shared?.document ?? this.library?.find(key);
    if (!document) throw graphNotFound(id);
    const { inline } = this;
    if (inline && (document.length > inline.bytes || shared!.nodes > inline.nodes)) throw new Elsewhere();
    const builder = new GraphBuilder(this.limits, budget);
    const { graph } = readDocument(unpackDocument(document), builder, this.limits);
    return this.add(builder, graph, canonicalize(graph), budget, tenant);
  }

  private readSource(
    source: unknown,
    types: SentTypes,
    key: string | undefined,
    budget: Budget,
    tenant: string,
  ): Loading {
    const builder = new GraphBuilder(this.limits, budget);
    const read = readDocument(source, builder, this.limits, types);
    const derivatives = parseDerivatives(source, read.graph, this.limits, budget);
    checkRules(read.graph, () => new GraphBuilder(this.limits, budget));
    const canonical = canonicalize(read.graph);
    const graph = graphKey(canonical.id, tenant);
    const known = this.cache.get<LoadedGraph | Kept>(graph);
    const isKnown = known !== undefined || this.aliases.held(graph) !== undefined;
    const loaded = known && "graph" in known ? known : this.add(builder, read.graph, canonical, budget, tenant);
    if (key !== undefined) this.cache.set(key, knownDocument(graph, read, canonical.order));
    const cached = this.tell(loaded, source, types, isKnown);
    const { unused } = read;
    return { loaded, cached, derivatives, unused, spelling: () => spellingOf(read, canonical.order) };
  }

  /** Tells whoever keeps graphs for all of one; whether it was known. This thread may hold what that has forgotten. */
  private tell(loaded: LoadedGraph, source: unknown, types: SentTypes, isKnownHere: boolean): boolean {
    if (!this.library) return isKnownHere;
    if (this.library.has(loaded.key)) return true;
    // Without the tensors that came with it the document would be another graph.
    if (types.size > 0) return this.library.keep(sharedGraph(loaded, packedGraph(loaded)));
    const { derivatives: _, ...document } = source as Readonly<Record<string, unknown>>;
    return this.library.keep(sharedGraph(loaded, packDocument(document)));
  }

  private add(builder: Builder, sent: Graph, { id, order }: Canonical, budget: Budget, tenant: string): LoadedGraph {
    // A node holds its builder, and that all it made: what no output needs must not be kept uncounted.
    const isWhole = builder.size === order.length + sent.inputs.length;
    const graph = isWhole ? sent : copyGraph(sent, new GraphBuilder(this.limits, budget));
    const canonical = isWhole ? { id, order } : canonicalize(graph);
    const key = graphKey(id, tenant);
    const programs = this.sharePrograms ? id : key;
    return this.cache.set(key, {
      id,
      key,
      programs,
      graph,
      canonical,
      nodes: countOperators(canonical),
      bytes: bytesOfGraph(graph),
    });
  }
}

function sharedGraph({ id, key, nodes, bytes }: LoadedGraph, document: PackedDocument): SharedGraph {
  return { id, key, nodes, bytes, document };
}

function packedGraph({ graph, canonical }: LoadedGraph): PackedDocument {
  return packDocument(printGraph(graph, canonical, -0));
}
