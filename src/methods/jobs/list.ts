import { z } from "zod";
import { define } from "../../calls/context.ts";
import { jobStates } from "../../jobs/model.ts";
import { viewOf } from "../../jobs/view.ts";
import { tenantOfJobs } from "../../rpc/caller.ts";
import { job, labels } from "./schemas.ts";

export const jobList = define({
  name: "job.list",
  summary: "The caller's jobs, newest first.",
  description:
    "Page by page. Who may administrate is shown those of all tenants. Jobs that are added meanwhile change no page that follows.",
  scopes: ["jobs", "admin"],
  params: z.object({
    state: z.enum(jobStates).optional().describe("only those in this state"),
    labels: labels.optional().describe("only those that have all of these labels"),
    limit: z.int().min(1).max(1000).default(100).describe("how many at most"),
    after: z.string().min(1).max(128).optional().describe("`next` of the page before"),
  }),
  result: z.looseObject({
    jobs: z.array(job).describe("a page of jobs"),
    next: z.string().optional().describe("present when there are more"),
  }),
  errors: ["overloaded"],
  examples: [{ name: "a caller who has none", params: {}, result: { jobs: [] } }],
  async handle(filter, { jobs }, call) {
    const { jobs: page, next } = await jobs.list(tenantOfJobs(call), filter);
    return { jobs: page.map((job) => viewOf(job)), ...(next === undefined ? {} : { next }) };
  },
});
