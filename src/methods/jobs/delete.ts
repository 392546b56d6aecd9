import { z } from "zod";
import { define } from "../../calls/context.ts";
import { jobNotReady } from "../../jobs/faults.ts";
import { tenantOfJobs } from "../../rpc/caller.ts";
import { story } from "./examples.ts";
import { jobId } from "./schemas.ts";

export const jobDelete = define({
  name: "job.delete",
  summary: "Forgets a job that has ended, and all that was kept for it.",
  description: "A job that has not ended is to be cancelled first.",
  scopes: ["jobs", "admin"],
  params: z.object({ job: jobId }),
  result: z.looseObject({ job: jobId, deleted: z.boolean().describe("true") }),
  errors: ["job_not_found", "job_not_ready", "overloaded"],
  examples: [
    {
      name: "a job that has ended",
      params: { job: story.id },
      result: { job: story.id, deleted: true },
      isStory: true,
    },
  ],
  async handle({ job }, { jobs }, call) {
    call.note({ job });
    if (!(await jobs.remove(tenantOfJobs(call), job))) throw jobNotReady(job, "the job has not ended: cancel it first");
    return { job, deleted: true };
  },
});
