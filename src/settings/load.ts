import { z } from "zod";
import { count, setting } from "./setting.ts";

const GiB = 2 ** 30;

/** What happens when everybody calls, and who looks on. */
export const loadSettings = {
  workerBytesMax: {
    env: "WORKER_BYTES",
    schema: setting(count, GiB, "bytes that a worker thread may still hold after a call; one with more is replaced"),
  },
  residentBytesMax: {
    env: "RESIDENT_BYTES",
    schema: count
      .optional()
      .describe(
        "bytes of resident memory above which calls are turned away (default: nine tenths of what the process may have)",
      ),
  },
  queueOperations: {
    env: "QUEUE_OPERATIONS",
    schema: setting(
      count,
      1e11,
      "counted operations of all that waits, as far as they are known or expected; more are turned away",
    ),
  },
  queueMs: {
    env: "QUEUE_MS",
    schema: setting(count, 10_000, "milliseconds that something may wait for a worker thread, or be expected to"),
  },
  otlpEndpoint: {
    env: "OTEL_EXPORTER_OTLP_ENDPOINT",
    schema: z
      .url({ protocol: /^https?$/, error: "must be a URL" })
      .optional()
      .describe("where OpenTelemetry traces are sent, by OTLP over HTTP (default: none are made)"),
  },
} as const;
