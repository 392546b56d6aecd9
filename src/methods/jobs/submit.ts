import { z } from "zod";
import { draftOf } from "../../batches/submission.ts";
import { define } from "../../calls/context.ts";
import { invalidParams, quote } from "../../errors.ts";
import { isFinal } from "../../jobs/model.ts";
import { viewOf } from "../../jobs/view.ts";
import { derivativeErrors } from "../schemas/wire.ts";
import { story } from "./examples.ts";
import { blobRoutes, submitHeaders } from "./routes.ts";
import { jobMethods } from "./runnable.ts";
import { jobMembers, jobMethod, jobParams, optionParams } from "./schemas.ts";

export const jobSubmit = define({
  name: "job.submit",
  summary: "Accepts a call at many points, or many calls, to be computed apart from any connection.",
  description:
    "Either `method` and its `params`, or `calls`. All that the method itself would refuse is refused here, before anything is kept; once a job is answered, it ends, whatever is killed. On `/v1` the answer is 202, or 200 where the idempotency key is known.",
  scopes: ["jobs"],
  params: z.object({
    method: jobMethod.optional().describe("the method of the one call"),
    params: jobParams.optional().describe("its parameters; `batch` is the number of points"),
    calls: z
      .array(
        z
          .strictObject({
            method: jobMethod.describe("its method"),
            params: jobParams.optional().describe("its parameters"),
            key: z.string().max(255).optional().describe("what its result is to be called"),
          })
          .meta({ id: "JobCall", description: "A call of a job." }),
      )
      .min(1)
      .optional()
      .describe("calls, of which each counts as one point; at most 10,000"),
    ...optionParams,
  }),
  result: z.looseObject(jobMembers),
  errors: [...derivativeErrors, "response_too_large", "idempotency_conflict", "quota_exceeded", "blob_not_found"],
  examples: [{ name: "many points", params: story.submission, result: story.queued, isStory: true }],
  statuses: { 202: { description: "The job, which was accepted.", headers: submitHeaders.accepted } },
  headers: submitHeaders.sent,
  routes: blobRoutes,
  async handle({ method, params, calls, chunkPoints, idempotencyKey = undefined, ...rest }, context, call) {
    const ofHeader = keyOf(call.idempotencyKey);
    const key = idempotencyKey ?? ofHeader;
    const options = { ...rest, idempotencyKey: key };
    const submission = { method, params, calls, chunkPoints };
    const draft = await draftOf(submission, options, jobMethods, context, call, context.jobs);
    const { job, isReplay } = await context.jobs.submit(call.tenant, draft, options);
    call.note({ job: job.id });
    const headers = { location: `/v1/jobs/${job.id}`, ...(isFinal(job.state) ? {} : { "retry-after": "1" }) };
    call.respond?.(
      isReplay ? { status: 200, headers: { ...headers, "idempotent-replayed": "true" } } : { status: 202, headers },
    );
    return viewOf(job);
  },
});

/** The key of the header, read as the parameter is. */
function keyOf(header: string | undefined): string | undefined {
  if (header === undefined || /^[\x20-\x7e]{1,255}$/.test(header)) return header;
  const message = `must be 1 to 255 printable characters, received ${header.length}: ${quote(header)}`;
  throw invalidParams({ path: "/idempotencyKey", message });
}
