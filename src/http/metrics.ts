import type { FastifyInstance } from "fastify";
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { PoolStats } from "../pool/pool.ts";
import type { CallReport } from "../rpc/dispatch.ts";

/** What the engine tells of itself, read when the metrics are. */
export interface EngineStats {
  readonly hits: number;
  readonly misses: number;
  readonly evictions: number;
  readonly bytes: number;
  readonly entries: number;
  readonly liveBytes: number;
  readonly running: number;
}

/** Where the numbers come from that nobody reports. */
export interface MetricSources {
  readonly requestsInFlight: () => number;
  readonly bodyBytesInFlight: () => number;
  readonly stats?: (() => EngineStats) | undefined;
  readonly pool?: (() => PoolStats) | undefined;
}

/** The service's metrics, apart from those of any other instance in this process. */
export interface Metrics {
  observe(report: CallReport): void;
  register(app: FastifyInstance): void;
}

/** Makes the metrics and the route that shows them. */
export function createMetrics(sources: MetricSources): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const requests = new Counter({
    name: "cotangent_requests_total",
    help: "Calls that ended, by method and outcome: ok, an error type, or cancelled.",
    labelNames: ["method", "outcome"],
    registers,
  });
  const durations = new Histogram({
    name: "cotangent_request_duration_seconds",
    help: "How long calls took, by method.",
    labelNames: ["method"],
    buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers,
  });
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  const counter = (name: string, help: string, read: () => number) =>
    new Counter({
      name,
      help,
      registers,
      collect() {
        this.reset();
        this.inc(read());
      },
    });

  gauge("cotangent_requests_in_flight", "HTTP requests being read or served.", sources.requestsInFlight);
  gauge("cotangent_body_bytes_in_flight", "Bytes of the bodies being read or served.", sources.bodyBytesInFlight);
  const { stats, pool } = sources;
  if (stats) {
    counter("cotangent_cache_hits_total", "Graphs and programs found in the cache.", () => stats().hits);
    counter("cotangent_cache_misses_total", "Graphs and programs not found in the cache.", () => stats().misses);
    counter("cotangent_cache_evictions_total", "Graphs and programs dropped from the cache.", () => stats().evictions);
    gauge("cotangent_cache_bytes", "Bytes of cached graphs and programs.", () => stats().bytes);
    gauge("cotangent_cache_entries", "Cached graphs and programs.", () => stats().entries);
    gauge("cotangent_live_bytes", "Planned bytes of the running calls.", () => stats().liveBytes);
    gauge("cotangent_running_calls", "Calls being computed.", () => stats().running);
  }

  if (pool) {
    gauge("cotangent_workers", "Worker threads that run.", () => pool().workers);
    gauge("cotangent_workers_busy", "Worker threads that have something to do.", () => pool().busy);
    gauge("cotangent_queued_calls", "Calls and bodies that wait for a worker thread.", () => pool().queued);
    counter("cotangent_workers_terminated_total", "Worker threads that ended or were ended.", () => pool().terminated);
  }

  return {
    observe({ method, outcome, durationMs }) {
      requests.inc({ method, outcome });
      durations.observe({ method }, durationMs / 1000);
    },
    register(app) {
      app.get("/metrics", async (_, reply) => reply.type(registry.contentType).send(await registry.metrics()));
    },
  };
}
