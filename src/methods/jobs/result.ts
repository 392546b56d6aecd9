import { z } from "zod";
import { arrayOf, resultOf } from "../../batches/results.ts";
import { define } from "../../calls/context.ts";
import { invalidParams, ServiceError } from "../../errors.ts";
import { elementCount } from "../../graph/shape.ts";
import { tenantOfJobs } from "../../rpc/caller.ts";
import { type Answer, KeptAnswer, type TensorLeaf } from "../../wire/answer.ts";
import { encodings } from "../../wire/json/tensor-value.ts";
import { story } from "./examples.ts";
import { resultRoutes } from "./routes.ts";
import { jobId } from "./schemas.ts";

export const jobResult = define({
  name: "job.result",
  summary: "The answer of a job, or that of some of its points.",
  description:
    "What the method itself answers for all points, or `results` of calls: `[{key?, result | error}]`. Points of chunks that failed are NaN. What is too long for one answer is had from `GET /v1/jobs/{job}/result`, which `data.href` of the error names.",
  scopes: ["jobs", "admin"],
  params: z.object({
    job: jobId,
    encoding: z.enum(encodings).optional().describe("how the answer writes tensors; absent, as submitted"),
    from: z.int().min(0).default(0).describe("the first point, or call"),
    to: z.int().min(1).optional().describe("the point after the last; absent, all"),
  }),
  result: z.looseObject({}),
  errors: [
    "job_not_found",
    "job_not_ready",
    "response_too_large",
    "worker_lost",
    "limit_exceeded",
    "deadline_exceeded",
    "invalid_graph",
    "input_mismatch",
    "not_differentiable",
    "overloaded",
  ],
  examples: [
    {
      name: "the second of all points",
      params: { job: story.id, from: 1, to: 2 },
      result: story.result,
      isStory: true,
    },
  ],
  routes: resultRoutes,
  async handle({ job: id, encoding, from, to: end }, { jobs, engine, config }, call) {
    const job = await jobs.status(tenantOfJobs(call), id);
    call.note({ job: id });
    const to = end ?? job.points.total;
    if (from >= to)
      throw invalidParams({
        path: "/from",
        message: `must be before \`to\`: ${from} is not before ${to}, and the job has ${job.points.total} points`,
      });
    if (to > job.points.total) {
      const message = `must be at most ${job.points.total}, as the job has no more points, received ${to}`;
      throw invalidParams({ path: "/to", message });
    }
    const { leaves, tree } = await resultOf(jobs, job, from, to);
    const { responseBytes } = config.limits;
    const encodedMin = leaves.reduce((sum, leaf) => {
      const isBytes = (encoding ?? leaf.encoding) === "base64";
      return sum + (isBytes ? (leaf.bytes * 4) / 3 : 2 * elementCount(leaf.shape));
    }, 0);
    if (encodedMin > responseBytes) {
      throw new ServiceError("response_too_large", "the answer would pass the response limit", {
        limit: "responseBytes",
        allowed: responseBytes,
        received: Math.ceil(encodedMin),
        href: `/v1/jobs/${id}/result`,
      });
    }
    const bytes = leaves.reduce((sum, leaf) => sum + leaf.bytes, 0);
    const release = engine.admit(bytes);
    try {
      const arrays = new Map<unknown, TensorLeaf>();
      for (const leaf of leaves) arrays.set(leaf, await arrayOf(leaf, encoding));
      return new KeptAnswer(tree((leaf): Answer => arrays.get(leaf)));
    } finally {
      release();
    }
  },
});
