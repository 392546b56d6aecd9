import type { FastifyInstance } from "fastify";
import { Counter, collectDefaultMetrics, Gauge, type Metric, Registry } from "prom-client";
import type { JobStats } from "../../jobs/host.ts";
import type { PoolStats } from "../../pool/options.ts";
import type { CallReport } from "../../rpc/dispatch.ts";
import { registerJobMetrics } from "./jobs.ts";

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
  readonly requestsBeingRead: () => number;
  readonly bodyBytesInFlight: () => number;
  readonly answerBytesInFlight: () => number;
  readonly residentBytesMax: () => number;
  /** Whether calls are counted by tenant too. */
  readonly hasTenants?: boolean;
  readonly stats?: (() => EngineStats) | undefined;
  readonly pool?: (() => PoolStats) | undefined;
  readonly jobs?: (() => Promise<JobStats | undefined>) | undefined;
}

/** The service's metrics, apart from those of any other instance in this process. */
export interface Metrics {
  /** Counts a request that was turned away before it was a call, by the type of its error. */
  reject(reason: string): void;
  /** Counts a call of a tenant. */
  observe(report: CallReport, tenant: string): void;
  register(app: FastifyInstance): void;
}

/** Makes the metrics and the route that shows them. */
export function createMetrics(sources: MetricSources): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const calls = new Map<string, CallCounts>();
  new Counter({
    name: "cotangent_requests_total",
    help: "Calls that ended, by method and outcome: ok, an error type, or cancelled.",
    labelNames: ["method", "outcome"],
    registers,
    collect() {
      this.reset();
      for (const [method, { outcomes }] of calls) {
        for (const [outcome, count] of outcomes) this.inc({ method, outcome }, count);
      }
    },
  });
  registry.registerMetric(durations(calls));
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

  gauge("cotangent_requests_in_flight", "HTTP requests being served.", sources.requestsInFlight);
  gauge("cotangent_requests_being_read", "HTTP requests whose bodies are still to come.", sources.requestsBeingRead);
  gauge("cotangent_body_bytes_in_flight", "Bytes of the bodies being read or served.", sources.bodyBytesInFlight);
  gauge("cotangent_answer_bytes_in_flight", "Bytes of long answers being sent.", sources.answerBytesInFlight);
  const { stats, pool, jobs } = sources;
  if (jobs) registerJobMetrics(registry, jobs);
  if (stats) {
    counter("cotangent_cache_hits_total", "Graphs and programs found in the cache.", () => stats().hits);
    counter("cotangent_cache_misses_total", "Graphs and programs not found in the cache.", () => stats().misses);
    counter("cotangent_cache_evictions_total", "Graphs and programs dropped from the cache.", () => stats().evictions);
    gauge("cotangent_cache_bytes", "Bytes of cached graphs and programs.", () => stats().bytes);
    gauge("cotangent_cache_entries", "Cached graphs and programs.", () => stats().entries);
    gauge("cotangent_live_bytes", "Planned bytes of the running calls.", () => stats().liveBytes);
    gauge("cotangent_running_calls", "Calls being computed.", () => stats().running);
  }

  gauge("cotangent_resident_bytes_max", "Resident memory above which calls are turned away.", sources.residentBytesMax);
  const rejected = new Counter({
    name: "cotangent_rejected_total",
    help: "Requests and calls that were turned away, by reason.",
    labelNames: ["reason"],
    registers,
  });
  for (const reason of rejections) rejected.inc({ reason }, 0);
  const tenants = sources.hasTenants
    ? new Counter({
        name: "cotangent_tenant_requests_total",
        help: "Calls that ended, by tenant and outcome.",
        labelNames: ["tenant", "outcome"],
        registers,
      })
    : undefined;
  if (pool) {
    gauge("cotangent_workers", "Worker threads that run.", () => pool().workers);
    gauge("cotangent_workers_busy", "Worker threads that have something to do.", () => pool().busy);
    gauge("cotangent_queued_calls", "Calls and bodies that wait for a worker thread.", () => pool().queued);
    counter(
      "cotangent_workers_recycled_total",
      "Worker threads replaced as they held too much.",
      () => pool().recycled,
    );
    gauge("cotangent_queued_operations", "Counted operations of what waits.", () => pool().queuedOperations);
    gauge("cotangent_queued_seconds", "What waits, in seconds of one worker thread.", () => pool().queuedMs / 1000);
    gauge("cotangent_queued_tenants", "Tenants that have something waiting.", () => pool().queuedTenants);
    counter("cotangent_workers_terminated_total", "Worker threads that ended or were ended.", () => pool().terminated);
  }

  return {
    reject(reason) {
      if (rejections.has(reason)) rejected.inc({ reason });
    },
    observe({ method, outcome, durationMs }, tenant) {
      tenants?.inc({ tenant, outcome });
      if (outcome !== "ok" && rejections.has(outcome)) rejected.inc({ reason: outcome });
      let counts = calls.get(method);
      if (!counts) {
        counts = { outcomes: new Map(), buckets: new Array(buckets.length + 1).fill(0), seconds: 0 };
        calls.set(method, counts);
      }
      counts.outcomes.set(outcome, (counts.outcomes.get(outcome) ?? 0) + 1);
      const seconds = durationMs / 1000;
      let bucket = 0;
      while (bucket < buckets.length && seconds > buckets[bucket]!) bucket++;
      counts.buckets[bucket]!++;
      counts.seconds += seconds;
    },
    register(app) {
      app.get("/metrics", { config: { needs: ["metrics"] } }, async (_, reply) =>
        reply.type(registry.contentType).send(await registry.metrics()),
      );
    },
  };
}

/** The errors by which what may be right is turned away. */
const rejections: ReadonlySet<string> = new Set(["unauthorized", "forbidden", "quota_exceeded", "overloaded"]);

const buckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** The calls of one method, in plain numbers: labels are made of them when somebody asks. */
interface CallCounts {
  readonly outcomes: Map<string, number>;
  /** How many took no longer than each bucket's bound, but longer than the one before; the last have no bound. */
  readonly buckets: number[];
  seconds: number;
}

/** The histogram of what was counted. The registry asks no more of a metric than its name and its values. */
function durations(calls: ReadonlyMap<string, CallCounts>): Metric {
  const name = "cotangent_request_duration_seconds";
  const get = async () => ({
    name,
    help: "How long calls took, by method.",
    type: "histogram",
    aggregator: "sum",
    values: [...calls].flatMap(([method, counts]) => {
      let count = 0;
      const bounded = counts.buckets.map((more, i) => {
        count += more;
        return { metricName: `${name}_bucket`, labels: { method, le: buckets[i] ?? "+Inf" }, value: count };
      });
      return [
        ...bounded,
        { metricName: `${name}_sum`, labels: { method }, value: counts.seconds },
        { metricName: `${name}_count`, labels: { method }, value: count },
      ];
    }),
  });
  return { name, get } as unknown as Metric;
}
