import type { Config, Limits } from "../config.ts";
import { Elsewhere, limitExceeded, overloaded } from "../errors.ts";
import { Budget } from "../graph/budget.ts";
import type { SentTensors } from "../syntax/sources.ts";
import { Cache } from "./cache.ts";
import { Derivation, type DerivationLimits } from "./derivation.ts";
import { Graphs, type LoadedGraph, type Loading } from "./graphs.ts";
import { InlineBudget, type InlineLimits } from "./inline.ts";
import { Ledger } from "./ledger.ts";
import type { Library } from "./library.ts";

export type { LoadedGraph };

const retryAfterMs = 1000;

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

  constructor(
    config: Pick<Config, "limits" | "cacheBytesMax" | "programs"> & Partial<Pick<Config, "sharePrograms">>,
    threads: EngineThreads = {},
  ) {
    const { limits, cacheBytesMax, programs, sharePrograms } = config;
    this.limits = limits;
    this.programs = programs;
    this.inline = threads.inline;
    this.ledger = threads.ledger ?? Ledger.open();
    this.derivationLimits = { ...limits, rank: Number.POSITIVE_INFINITY };
    this.cache = new Cache(cacheBytesMax, { bytesMin: threads.cacheBytesMin, ledger: threads.ledger });
    this.graphs = new Graphs({ limits, cache: this.cache, sharePrograms, ...threads });
  }

  /** The budget of a call: `deadlineMs` is on the clock of `performance.now()`. */
  budget(...times: ConstructorParameters<typeof Budget>): Budget {
    return this.inline ? new InlineBudget(this.inline.operations, ...times) : new Budget(...times);
  }

  /** The graph of a document, an id or a name that the tenant gave. Throws `graph_not_found`, `invalid_graph`. */
  load(source: unknown, budget: Budget, tenant: string, sent?: SentTensors): Loading {
    return this.graphs.load(source, budget, tenant, sent);
  }

  /** The same where that takes no more than to look it up, and nothing is to be warned of. */
  recall(source: unknown, tenant: string, sent?: SentTensors): LoadedGraph | undefined {
    return this.graphs.recall(source, tenant, sent);
  }

  /** How often something kept had to make room: what was found in the cache before may be there no more. */
  get evictions(): number {
    return this.cache.evictions;
  }

  /**
   * As {@link admit}, for a run that is over before this thread does anything else, of a program found by
   * {@link recall}.
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
    if (!isSmall) throw new Elsewhere("operations" in size ? size.operations : undefined);
  }

  /**
   * Opens a graph for derivatives; what several of them share is made once. `isSteady`: programs are compiled, and each of
   * at least 8 points gives the same bits whatever points it is run with.
   */
  open(loaded: LoadedGraph, budget: Budget, isSteady = false): Derivation {
    const { cache, derivationLimits, programs } = this;
    return new Derivation(loaded, cache, derivationLimits, budget, programs, this.inline !== undefined, isSteady);
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
