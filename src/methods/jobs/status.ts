import { z } from "zod";
import { define } from "../../calls/context.ts";
import { isFinal } from "../../jobs/model.ts";
import { viewOf } from "../../jobs/view.ts";
import { tenantOfJobs } from "../../rpc/caller.ts";
import { story } from "./examples.ts";
import { statusRoutes } from "./routes.ts";
import { jobId, jobMembers } from "./schemas.ts";

export const jobStatus = define({
  name: "job.status",
  summary: "How far a job is.",
  description: "With `wait` it answers once the state has changed, or the time is over.",
  scopes: ["jobs", "admin"],
  params: z.object({
    job: jobId,
    wait: z.number().min(0).max(60).default(0).describe("seconds to wait for another state"),
  }),
  result: z.looseObject(jobMembers),
  errors: ["job_not_found", "overloaded"],
  examples: [
    { name: "a job that has ended", params: { job: story.id, wait: 10 }, result: story.succeeded, isStory: true },
  ],
  routes: statusRoutes,
  async handle({ job: id, wait }, { jobs }, call) {
    const job = await jobs.status(tenantOfJobs(call), id, wait * 1000, wait > 0 ? call.signal : undefined);
    call.note({ job: job.id });
    if (!isFinal(job.state)) call.respond?.({ status: 200, headers: { "retry-after": "1" } });
    return viewOf(job);
  },
});
