import { type Context, createContext } from "./calls/context.ts";
import type { Config } from "./config.ts";
import { inlineLimits } from "./engine/inline.ts";
import { Ledger } from "./engine/ledger.ts";
import { facadeMethods, facadesOf } from "./facades/index.ts";
import { methods } from "./methods/index.ts";
import { cacheBytesMins } from "./pool/cache-bytes.ts";
import { Pool, type PoolOptions } from "./pool/pool.ts";
import { createDispatcher, type Dispatch } from "./rpc/dispatch.ts";
import type { FacadeOf } from "./rpc/facade.ts";

/** The parts of a service that compute. */
export interface Service {
  readonly context: Context;
  readonly dispatch: Dispatch;
  /** The other protocols that are served. */
  readonly facades: readonly FacadeOf[];
  /** Absent where there are no worker threads. */
  readonly pool: Pool | undefined;
  /** Counts the bytes that running calls plan, and those of answers. */
  readonly ledger: Ledger;
  readonly stats: () => ReturnType<Context["engine"]["stats"]>;
}

/** Makes the engine of the thread that serves and, unless `config.workers` is 0, the pool of the others. */
export function assemble(config: Config, onFault: PoolOptions["onFault"]): Service {
  if (config.workers === 0) {
    const context = createContext(config);
    const { engine } = context;
    const dispatch = dispatchOf(config, context, undefined);
    return {
      context,
      dispatch,
      facades: facadesOf(config),
      pool: undefined,
      ledger: engine.ledger,
      stats: () => engine.stats(),
    };
  }
  // Threads that are being ended keep their slots for a moment while others have taken their places.
  const ledger = Ledger.open(4 * (config.workers + 1));
  const { server: cacheBytesMin } = cacheBytesMins(config);
  const context = createContext(config, { inline: inlineLimits, ledger, cacheBytesMin });
  const { engine } = context;
  const pool = new Pool({ config, library: engine.graphs, ledger, onFault });
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
  return { context, dispatch, facades: facadesOf(config), pool, ledger, stats };
}

function dispatchOf({ limits }: Config, context: Context, pool: Pool | undefined): Dispatch {
  const elsewhere = pool && ((...moved: Parameters<Pool["call"]>) => pool.call(...moved));
  const all = [...methods, ...facadeMethods];
  return (observers) => createDispatcher({ methods: all, context, limits, elsewhere, ...observers });
}
