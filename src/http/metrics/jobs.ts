import { Counter, Gauge, type Registry } from "prom-client";
import type { JobStats } from "../../jobs/host.ts";
import { jobStates } from "../../jobs/model.ts";

/** Adds what operators see of jobs to the metrics; nothing is told while there is no store. */
export function registerJobMetrics(registry: Registry, read: () => Promise<JobStats | undefined>): void {
  const registers = [registry];
  const gauge = (name: string, help: string, value: (stats: JobStats) => number) =>
    new Gauge({
      name,
      help,
      registers,
      async collect() {
        const stats = await read();
        if (stats) this.set(value(stats));
      },
    });
  const counter = (name: string, help: string, value: (stats: JobStats) => number) =>
    new Counter({
      name,
      help,
      registers,
      async collect() {
        const stats = await read();
        this.reset();
        if (stats) this.inc(value(stats));
      },
    });
  new Gauge({
    name: "cotangent_jobs",
    help: "Jobs that are kept, by state.",
    labelNames: ["state"],
    registers,
    async collect() {
      const stats = await read();
      if (stats) for (const state of jobStates) this.set({ state }, stats.jobs[state]);
    },
  });
  gauge("cotangent_job_chunks_queued", "Chunks of jobs that wait.", ({ chunks }) => chunks.queued);
  gauge("cotangent_job_chunks_running", "Chunks of jobs that are computed.", ({ chunks }) => chunks.running);
  gauge(
    "cotangent_job_queue_age_seconds",
    "How long the oldest job has waited.",
    ({ queueAgeMs }) => queueAgeMs / 1000,
  );
  gauge("cotangent_job_bytes", "Bytes of inputs and answers that are kept.", ({ bytes }) => bytes);
  counter("cotangent_job_points_total", "Points of jobs computed here.", ({ runner }) => runner.points);
  counter("cotangent_job_chunks_total", "Chunks of jobs computed here.", ({ runner }) => runner.chunks);
  counter("cotangent_job_retries_total", "Chunks that were tried again.", ({ runner }) => runner.retried);
  counter(
    "cotangent_job_recovered_total",
    "Chunks that were computed by a process that has ended, and wait again.",
    ({ recovered }) => recovered,
  );
  counter(
    "cotangent_job_lost_total",
    "Chunks whose worker was lost, failed or took too long.",
    ({ runner }) => runner.lost,
  );
}
