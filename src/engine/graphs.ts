import type { Limits } from "../config.ts";
import { Elsewhere, graphNotFound, limitExceeded } from "../errors.ts";
import type { Budget } from "../graph/budget.ts";
import { GraphBuilder } from "../graph/builder.ts";
import { type Canonical, canonicalize } from "../graph/canonical.ts";
import { copyGraph } from "../graph/copy.ts";
import { type Graph, nodesOf } from "../graph/graph.ts";
import { type Builder, constantValue, type Node } from "../graph/operator.ts";
import { resultIndex } from "../operators/results.ts";
import { type ManualDerivative, parseDerivatives } from "../syntax/derivatives.ts";
import { printGraph } from "../syntax/print.ts";
import type { SentTypes } from "../syntax/source.ts";
import { readDocument, type SentTensors, sentTypes } from "../syntax/sources.ts";
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
import { checkDocument, type InlineLimits } from "./inline.ts";
import {
  type Alias,
  type GraphEntry,
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
}

/** A graph in the cache of the thread that keeps it for the others: what it takes there is its document. */
interface Kept extends Sized {
  readonly shared: SharedGraph;
}

const bytesPerNode = 300;
const nothingSent: SentTensors = { inputs: {}, points: undefined };
const withoutDocument = { derivatives: [], unused: [], spelling: () => undefined };

/** Reads graphs, and keeps those that were read here or, told by another thread, there. */
export class Graphs implements Library {
  private readonly limits: Limits;
  private readonly cache: Cache;
  private readonly library: Library | undefined;
  private readonly inline: InlineLimits | undefined;
  private readonly aliases: Aliases;

  constructor({ limits, cache, library, inline }: GraphsOptions) {
    this.limits = limits;
    this.cache = cache;
    // What names hold may never leave the cache without room.
    const aliasLimits: AliasLimits = { aliases: limits.aliases, aliasBytes: Math.floor(cache.bytesMin / 2) };
    this.aliases = new Aliases(aliasLimits, (bytes) => cache.hold(bytes));
    this.library = library;
    this.inline = inline;
  }

  /**
   * The graph of a document, an id or a name that the tenant gave. What a document does not tell of its inputs, the tensors
   * that are `sent` with it do. A document's own derivatives are its call's: they are not
   * kept. A small document that was read before is found by its text. Throws `graph_not_found`, `invalid_graph`.
   */
  load(source: unknown, budget: Budget, tenant: string, sent: SentTensors = nothingSent): Loading {
    if (typeof source === "string") {
      return { ...withoutDocument, loaded: this.byId(this.idOf(source, tenant), budget), cached: true };
    }
    const types = sentTypes(source, sent, this.limits);
    const key = documentKey(source, types);
    const known = key === undefined ? undefined : this.cache.look<KnownDocument>(key);
    const loaded = known && this.cache.look<LoadedGraph | Kept>(known.id);
    if (loaded && "graph" in loaded) {
      this.cache.countHit();
      const { spelling, unused } = known!;
      const cached = this.tell(loaded, source, types, true);
      return { loaded, cached, derivatives: [], unused, spelling: () => spelling };
    }
    if (this.inline) checkDocument(source, this.inline);
    return this.readSource(source, types, key, budget);
  }

  /**
   * What {@link load} gives for an id, a name or a small document whose graph this thread has read and keeps for all, where it
   * has nothing to warn of; not counted.
   */
  recall(source: unknown, tenant: string, sent: SentTensors = nothingSent): LoadedGraph | undefined {
    if (this.library) return undefined;
    let id = source;
    if (typeof source === "string") id = isGraphId(source) ? source : this.aliases.get(tenant, source)?.id;
    else {
      const key = documentKey(source, sentTypes(source, sent, this.limits));
      const known = key === undefined ? undefined : this.cache.look<KnownDocument>(key);
      id = known?.unused.length === 0 ? known.id : undefined;
    }
    const loaded = typeof id === "string" ? this.cache.look<LoadedGraph | Kept>(id) : undefined;
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

  has(id: string): boolean {
    return this.cache.get(id) !== undefined || this.aliases.held(id) !== undefined;
  }

  find(id: string): PackedDocument | undefined {
    const known = this.cache.get<LoadedGraph | Kept>(id);
    if (known && "graph" in known) return packedGraph(known);
    return (known?.shared ?? this.aliases.held(id))?.document;
  }

  keep(graph: SharedGraph): boolean {
    if (this.cache.has(graph.id) || this.aliases.held(graph.id)) return true;
    this.cache.set(graph.id, { shared: graph, bytes: graph.document.length });
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
    this.cache.deleteEach((key, value) => isDocumentKey(key) && (value as KnownDocument).id === id);
    return this.library ? this.library.forget(id) : isKnown;
  }

  list(tenant: string, limit: number, after = ""): readonly ListedGraph[] {
    if (this.library) return this.library.list(tenant, limit, after);
    const names = Map.groupBy(this.aliases.of(tenant), ({ id }) => id);
    const held = this.aliases.all().map((shared) => [shared.id, shared] as const);
    const cached = this.cache
      .list<LoadedGraph | Kept>((key) => !key.includes("|"))
      .map(([id, kept]) => [id, "shared" in kept ? kept.shared : kept] as const);
    const all: ReadonlyMap<string, GraphEntry> = new Map([...held, ...cached]);
    return [...all.values()]
      .filter(({ id }) => id > after)
      .sort((a, b) => (a.id < b.id ? -1 : 1))
      .slice(0, limit)
      .map(({ id, nodes, bytes }) => ({ id, nodes, bytes, aliases: names.get(id)?.map(({ alias }) => alias) ?? [] }));
  }

  private byId(id: string, budget: Budget): LoadedGraph {
    const known = this.cache.get<LoadedGraph | Kept>(id);
    if (this.library && known && !this.library.has(id)) {
      this.cache.delete(id);
      throw graphNotFound(id);
    }
    if (known && "graph" in known) return known;
    const shared = known?.shared ?? this.aliases.held(id);
    const document = shared?.document ?? this.library?.find(id);
    if (!document) throw graphNotFound(id);
    const { inline } = this;
    if (inline && (document.length > inline.bytes || shared!.nodes > inline.nodes)) throw new Elsewhere();
    const builder = new GraphBuilder(this.limits, budget);
    const { graph } = readDocument(unpackDocument(document), builder, this.limits);
    return this.add(builder, graph, canonicalize(graph), budget);
  }

  private readSource(source: unknown, types: SentTypes, key: string | undefined, budget: Budget): Loading {
    const builder = new GraphBuilder(this.limits, budget);
    const read = readDocument(source, builder, this.limits, types);
    const derivatives = parseDerivatives(source, read.graph, this.limits, budget);
    const canonical = canonicalize(read.graph);
    const known = this.cache.get<LoadedGraph | Kept>(canonical.id);
    const isKnown = known !== undefined || this.aliases.held(canonical.id) !== undefined;
    const loaded = known && "graph" in known ? known : this.add(builder, read.graph, canonical, budget);
    if (key !== undefined) this.cache.set(key, knownDocument(canonical.id, read, canonical.order));
    const cached = this.tell(loaded, source, types, isKnown);
    const { unused } = read;
    return { loaded, cached, derivatives, unused, spelling: () => spellingOf(read, canonical.order) };
  }

  /** Tells whoever keeps graphs for all of one; whether it was known. This thread may hold what that has forgotten. */
  private tell(loaded: LoadedGraph, source: unknown, types: SentTypes, isKnownHere: boolean): boolean {
    if (!this.library) return isKnownHere;
    if (this.library.has(loaded.id)) return true;
    // Without the tensors that came with it the document would be another graph.
    if (types.size > 0) return this.library.keep(sharedGraph(loaded, packedGraph(loaded)));
    const { derivatives: _, ...document } = source as Readonly<Record<string, unknown>>;
    return this.library.keep(sharedGraph(loaded, packDocument(document)));
  }

  private add(builder: Builder, sent: Graph, { id, order }: Canonical, budget: Budget): LoadedGraph {
    // A node holds its builder, and that all it made: what no output needs must not be kept uncounted.
    const isWhole = builder.size === order.length + sent.inputs.length;
    const graph = isWhole ? sent : copyGraph(sent, new GraphBuilder(this.limits, budget));
    const canonical = isWhole ? { id, order } : canonicalize(graph);
    return this.cache.set(id, { id, graph, canonical, nodes: countOperators(canonical), bytes: bytesOfGraph(graph) });
  }
}

/** Bytes that a graph takes. */
export function bytesOfGraph(graph: Graph): number {
  let bytes = 0;
  for (const node of nodesOf(graph)) {
    bytes += bytesPerNode + 8 * node.args.length;
    const value = node.attrs.value as { data?: { byteLength?: number } } | undefined;
    bytes += value?.data?.byteLength ?? 0;
  }
  return bytes;
}

function countOperators({ order }: Canonical): number {
  const isCounted = (node: Node) => !constantValue(node) && resultIndex(node) === undefined;
  return order.reduce((count, node) => count + (isCounted(node) ? 1 : 0), 0);
}

function sharedGraph({ id, nodes, bytes }: LoadedGraph, document: PackedDocument): SharedGraph {
  return { id, nodes, bytes, document };
}

function packedGraph({ graph, canonical }: LoadedGraph): PackedDocument {
  return packDocument(printGraph(graph, canonical, -0));
}
