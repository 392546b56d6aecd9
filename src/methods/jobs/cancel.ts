import { z } from "zod";
import { define } from "../../calls/context.ts";
import { viewOf } from "../../jobs/view.ts";
import { tenantOfJobs } from "../../rpc/caller.ts";
import { story } from "./examples.ts";
import { jobId, jobMembers } from "./schemas.ts";

export const jobCancel = define({
  name: "job.cancel",
  summary: "Ends a job early.",
  description:
    "Its state is `cancelling` until its running chunks have stopped. What has been computed stays. A job that has ended is answered as it is.",
  scopes: ["jobs", "admin"],
  params: z.object({ job: jobId }),
  result: z.looseObject(jobMembers),
  errors: ["job_not_found", "overloaded"],
  examples: [
    { name: "a job that has ended already", params: { job: story.id }, result: story.succeeded, isStory: true },
  ],
  async handle({ job: id }, { jobs }, call) {
    const job = await jobs.cancel(tenantOfJobs(call), id);
    call.note({ job: job.id });
    return viewOf(job);
  },
});
