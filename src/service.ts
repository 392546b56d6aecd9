import { existsSync, readFileSync } from "node:fs";
import { computeChunks, type RunOrder } from "./batches/compute.ts";
import { runChunk } from "./batches/run.ts";
import { type Context, createContext } from "./calls/context.ts";
import { about, type Config } from "./config.ts";
import { inlineLimits } from "./engine/inline.ts";
import { Ledger } from "./engine/ledger.ts";
import { facadeMethods, facadesOf } from "./facades/index.ts";
import { type HostOptions, JobHost } from "./jobs/host.ts";
import { methods } from "./methods/index.ts";
import { jobMethods } from "./methods/jobs/runnable.ts";
import { chunkSlots, threadsMax } from "./pool/bounds.ts";
import { cacheBytesMins } from "./pool/cache-bytes.ts";
import type { PoolOptions } from "./pool/options.ts";
import { Pool } from "./pool/pool.ts";
import { localCaller } from "./rpc/caller.ts";
import { createDispatcher, type Dispatch } from "./rpc/dispatch.ts";
import { createExchange } from "./rpc/exchange.ts";
import type { FacadeOf } from "./rpc/facade.ts";
import { isFused } from "./wasm/fused.ts";
import { codecs } from "./wire/codecs.ts";

/** The parts of a service that compute. */
export interface Service {
  readonly context: Context;
  readonly dispatch: Dispatch;
  /** The other protocols that are served. */
  readonly facades: readonly FacadeOf[];
  /** Absent where there are no worker threads. */
  readonly pool: Pool | undefined;
  /** Begun and stopped by whoever has the service. */
  readonly jobs: JobHost;
  /** Counts the bytes that running calls plan, and those of answers. */
  readonly ledger: Ledger;
  readonly stats: () => ReturnType<Context["engine"]["stats"]>;
}

/** Makes the engine of the thread that serves and, unless `config.workers` is 0, the pool of the others. */
export function assemble(config: Config, onFault: PoolOptions["onFault"], onJob?: HostOptions["onChange"]): Service {
  const facades = facadesOf(config);
  if (config.workers === 0) {
    const run: RunOrder = (order, signal) => {
      const caller = { ...localCaller, tenant: order.tenant };
      const { call } = createExchange({ codec: codecs[0], signal, caller });
      return runChunk(order, jobMethods, context, call);
    };
    const jobs = jobHost(config, run, onFault, onJob);
    const context = createContext(config, {}, jobs.desk);
    const { engine } = context;
    const dispatch = dispatchOf(config, context, undefined);
    return { context, dispatch, facades, pool: undefined, jobs, ledger: engine.ledger, stats: () => engine.stats() };
  }
  // Threads that are being ended keep their slots for a moment while others have taken their places.
  const ledger = Ledger.open(4 * (threadsMax(config) + 1));
  const { server: cacheBytesMin } = cacheBytesMins(config);
  const jobs = jobHost(config, (order, signal) => pool.chunk(order, signal), onFault, onJob);
  const context = createContext(config, { inline: inlineLimits, ledger, cacheBytesMin }, jobs.desk);
  const { engine } = context;
  const pool = new Pool({ config, library: engine.graphs, ledger, desk: jobs.desk, onFault });
  const stats = () => {
    const own = engine.stats();
    const others = pool.cacheStats();
    return {
      ...own,
      hits: own.hits + others.hits,
      misses: own.misses + others.misses,
      evictions: own.evictions + others.evictions,
      bytes: own.bytes + others.bytes,
      entries: own.entries + others.entries,
    };
  };
  const dispatch = dispatchOf(config, context, pool);
  return { context, dispatch, facades, pool, jobs, ledger, stats };
}

function jobHost(
  config: Config,
  run: RunOrder,
  onFault: PoolOptions["onFault"],
  onChange: HostOptions["onChange"],
): JobHost {
  const { dataDir: dir, limits, diskFreeBytes, drainMs, databaseUrl: url, databasePasswordFile } = config;
  const slots = config.jobSlots ?? (config.workers === 0 ? 1 : chunkSlots(config));
  const open = async () => {
    const arithmetic = arithmeticName();
    // Most services never see a job.
    if (url !== undefined) {
      const { PostgresStore } = await import("./jobs/postgres/store.ts");
      const password = databasePasswordFile && readFileSync(databasePasswordFile, "utf8").trim();
      const onFaultThere = (error: unknown) => onFault(error, { where: "database" });
      return PostgresStore.open({ url, password, arithmetic, isWorker: slots > 0, limits, onFault: onFaultThere });
    }
    const { EmbeddedStore } = await import("./jobs/embedded/store.ts");
    return new EmbeddedStore({ dir, arithmetic, limits: { ...limits, diskFreeBytes } });
  };
  return new JobHost({
    open,
    isExpected: () => url !== undefined || existsSync(dir),
    compute: slots > 0 ? (store) => computeChunks(store, run, chunkTimeoutMs) : undefined,
    slots,
    drainMs,
    onFault,
    ...(onChange ? { onChange } : {}),
  });
}

/** In what results of jobs agree to the bit. */
function arithmeticName(): string {
  return `cotangent/${about.version};${isFused() ? "fma" : "nofma"}`;
}

const chunkTimeoutMs = 300_000;

function dispatchOf({ limits }: Config, context: Context, pool: Pool | undefined): Dispatch {
  const elsewhere = pool && ((...moved: Parameters<Pool["call"]>) => pool.call(...moved));
  const all = [...methods, ...facadeMethods];
  return (observers) => createDispatcher({ methods: all, context, limits, elsewhere, ...observers });
}
