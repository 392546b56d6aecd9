import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Config } from "../../config.ts";
import { invalidParams, quotaExceeded, quote } from "../../errors.ts";
import type { JobHost } from "../../jobs/host.ts";
import { tenantOfJobs } from "../../rpc/caller.ts";
import { type Dispatcher, outcomeName } from "../../rpc/dispatch.ts";
import { codecs } from "../../wire/codecs.ts";
import { type Encoding, encodings } from "../../wire/json/tensor-value.ts";
import { wholeText } from "../../wire/text.ts";
import type { Audit } from "../audit.ts";
import type { Needs } from "../guards/keys.ts";
import type { Pace } from "../pace.ts";
import type { Visit } from "../visit.ts";
import { preferred } from "./accept.ts";
import { receiveBlob } from "./blobs.ts";
import { ndjsonType, sendJson, sendLines } from "./download.ts";
import { sendEvents } from "./events.ts";
import { notAcceptable, TensorDownloads, tensorTypes } from "./tensor.ts";

/** What the routes of jobs are served with. */
export interface JobRoutesOptions {
  readonly jobs: JobHost;
  readonly dispatcher: Dispatcher;
  readonly config: Config;
  readonly pace: Pace;
  readonly audit: Audit;
  /** Counts a request that ends soon. */
  readonly enter: (request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void) => void;
  /** Refuses what comes too late. */
  readonly open: (request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void) => void;
}

/** The verbs of the routes, for who asks with another. */
export function jobVerbs(path: string): string | undefined {
  if (/^\/v1\/jobs\/[^/]+(\/(result|events))?$/.test(path)) return "GET, HEAD";
  return /^\/v1\/blobs\/[^/]+$/.test(path) ? "PUT" : undefined;
}

const needs: { readonly needs: Needs } = { needs: ["jobs"] };
const needsToLook: { readonly needs: Needs } = { needs: ["jobs", "admin"] };
const streamsPerTenant = 100;
const retryAfterMs = 1000;

interface JobRoute {
  Params: { job: string };
  Querystring: Readonly<Record<string, string | undefined>>;
}

/**
 * Serves what of jobs is more than calls: their state, answers, events, and blobs. Gives the function that ends all streams,
 * so that they do not hold up the end of the service.
 */
export function registerJobs(app: FastifyInstance, options: JobRoutesOptions): () => void {
  const { jobs, dispatcher, config, pace, audit, enter, open } = options;
  const { desk } = jobs;
  const { answerStallMs: stallMs, limits } = config;
  const tensors = new TensorDownloads(desk, stallMs);
  const streams = new Map<string, number>();
  const stop = new AbortController();
  app.addHook("preHandler", ({ query }, _, done) => {
    const twice = Object.entries(query as object).find(([, value]) => typeof value !== "string");
    if (twice) throw invalidParams({ path: `/${twice[0]}`, message: "is given more than once" });
    done();
  });
  app.addHook("onResponse", ({ visit, routeOptions }, reply, done) => {
    // Calls of methods are told of where they are made.
    if (visit.method === undefined && routeOptions.config.needs?.includes("admin") && isKeyOfAdmin(visit)) {
      const { requestId, tenant, key } = visit;
      audit("admin call", { requestId, tenant, key, route: routeOptions.url, status: reply.statusCode });
    }
    done();
  });
  app.get<JobRoute>("/v1/jobs/:job", { config: needsToLook, onRequest: [enter] }, async (request, reply) => {
    const { visit, params, query } = request;
    const { wait } = query;
    visit.method = "job.status";
    const outcome = await dispatcher.run(
      "job.status",
      { job: params.job, ...(wait === undefined ? {} : { wait: wait.trim() === "" ? wait : Number(wait) }) },
      visit,
    );
    visit.outcome = outcomeName(outcome);
    if (!outcome.ok) throw outcome.error;
    return reply
      .headers(visit.ownHead?.headers ?? {})
      .type(visit.codec.contentType)
      .send(wholeText(outcome.text));
  });

  app.get<JobRoute>("/v1/jobs/:job/result", { config: needsToLook, onRequest: [enter] }, async (request, reply) => {
    const { visit, params, query, headers } = request;
    const job = await desk.status(tenantOfJobs(visit), params.job);
    visit.note({ job: job.id });
    const encoding = encodingOf(query.encoding);
    if (query.tensor !== undefined) {
      const type = preferred(headers.accept, tensorTypes);
      if (!type) throw notAcceptable(tensorTypes);
      await tensors.send(job, query.tensor, type, visit);
      return reply;
    }
    const others = codecs
      .filter(({ name, isBare }) => name !== "json" && !isBare)
      .map(({ contentType }) => contentType.split(";", 1)[0]!);
    const offered = [ndjsonType, "application/json", ...others];
    const type = preferred(headers.accept, offered);
    if (!type) throw notAcceptable(offered);
    const sending = { desk, stallMs, encoding, stop: stop.signal };
    if (type === ndjsonType) await sendLines(job, isSet(query, "follow"), sending, visit);
    else if (type === "application/json") await sendJson(job, sending, visit);
    else {
      visit.method = "job.result";
      const outcome = await dispatcher.run("job.result", { job: job.id, encoding }, visit);
      visit.outcome = outcomeName(outcome);
      if (!outcome.ok) throw outcome.error;
      return reply.type(visit.codec.contentType).send(wholeText(outcome.text));
    }
    return reply;
  });

  app.get<JobRoute>("/v1/jobs/:job/events", { config: needsToLook, onRequest: [open] }, async (request, reply) => {
    const { visit, params, query, headers } = request;
    const { tenant } = visit;
    const job = await desk.status(tenantOfJobs(visit), params.job);
    visit.note({ job: job.id });
    const count = streams.get(tenant) ?? 0;
    if (count >= streamsPerTenant) throw quotaExceeded("streams", retryAfterMs);
    streams.set(tenant, count + 1);
    try {
      const hasChunks = isSet(query, "chunks");
      const after = afterOf(query.after ?? (headers["last-event-id"] as string | undefined));
      await sendEvents(job, { desk, stallMs, after, hasChunks, stop: stop.signal }, visit);
      return reply;
    } finally {
      const left = streams.get(tenant)! - 1;
      if (left === 0) streams.delete(tenant);
      else streams.set(tenant, left);
    }
  });

  app.register(async (blobs) => {
    // The body is read as it comes, and never held.
    blobs.removeAllContentTypeParsers();
    blobs.addContentTypeParser("*", (_request, _payload, done) => done(null));
    blobs.put<{ Params: { sha: string } }>(
      "/v1/blobs/:sha",
      { config: needs, onRequest: [enter] },
      async (request, reply) => {
        const { isKnown, told } = await receiveBlob(request.params.sha, request.visit, desk, limits, pace);
        return reply
          .code(isKnown ? 200 : 201)
          .type("application/json; charset=utf-8")
          .send(JSON.stringify(told));
      },
    );
  });

  return () => stop.abort();
}

/** Whether who asks is let in to look at jobs of all tenants, and not because nobody is told apart. */
function isKeyOfAdmin({ key, scopes }: Visit): boolean {
  return key !== undefined && scopes.has("admin");
}

function isSet(query: JobRoute["Querystring"], name: string): boolean {
  const flag = query[name];
  if (flag === undefined || flag === "0" || flag === "false") return false;
  if (flag === "1" || flag === "true") return true;
  throw invalidParams({ path: `/${name}`, message: `must be 0 or 1, received ${quote(flag)}` });
}

function encodingOf(text: string | undefined): Encoding | undefined {
  if (text === undefined || encodings.includes(text as Encoding)) return text as Encoding | undefined;
  throw invalidParams({
    path: "/encoding",
    message: `must be one of ${encodings.join(", ")}, received ${quote(text!)}`,
  });
}

function afterOf(text: string | undefined): number {
  if (text === undefined || text === "") return 0;
  const after = Number(text);
  if (Number.isSafeInteger(after) && after >= 0) return after;
  throw invalidParams({ path: "/after", message: `must be the id of an event, received ${quote(text)}` });
}
