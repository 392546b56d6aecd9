import { standard } from "../schemas/examples.ts";

const points = 20;
const id = "job_0123456789abcdefghijklmnop";
const x1 = Array.from({ length: points }, (_, i) => i + 1);

/** One job from its submission to its end, as each method tells it. */
export const story = {
  id,
  submission: {
    method: "jacobian",
    params: { graph: standard.graph, inputs: { x1, x2: 5 }, batch: points },
    chunkPoints: 8,
    idempotencyKey: "my-first-job",
    labels: ["example"],
  },
  queued: {
    job: id,
    state: "queued",
    method: "jacobian",
    graph: standard.id,
    labels: ["example"],
    priority: "normal",
    createdAt: "2026-11-28T09:00:00.000Z",
    progress: {
      points: { total: points, done: 0, failed: 0 },
      chunks: { total: 2, done: 0, running: 0, failed: 0, retried: 0 },
    },
    arithmetic: "cotangent/0.1.0;fma",
  },
  succeeded: {
    job: id,
    state: "succeeded",
    method: "jacobian",
    graph: standard.id,
    labels: ["example"],
    priority: "normal",
    createdAt: "2026-11-28T09:00:00.000Z",
    startedAt: "2026-11-28T09:00:00.002Z",
    endedAt: "2026-11-28T09:00:00.012Z",
    expiresAt: "2026-11-29T09:00:00.012Z",
    progress: {
      points: { total: points, done: points, failed: 0 },
      chunks: { total: 2, done: 2, running: 0, failed: 0, retried: 0 },
    },
    result: { href: `/v1/jobs/${id}/result`, bytes: 3 * 8 * points },
    arithmetic: "cotangent/0.1.0;fma",
  },
  result: {
    graph: standard.id,
    outputs: { y: [standard.y] },
    jacobian: { y: { x1: [standard.dx1], x2: [standard.dx2] } },
    plan: standard.plan,
  },
} as const;
