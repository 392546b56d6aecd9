import { randomUUID } from "node:crypto";
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import type { Logger } from "pino";
import { about, type Config } from "../config.ts";
import { ServiceError } from "../errors.ts";
import type { JobHost } from "../jobs/host.ts";
import type { Pool } from "../pool/pool.ts";
import type { Caller } from "../rpc/caller.ts";
import { type Dispatch, type Dispatcher, type OnCall, otherMethod } from "../rpc/dispatch.ts";
import { anyService } from "../rpc/documents/security.ts";
import type { FacadeOf } from "../rpc/facade.ts";
import { createFaces } from "../rpc/faces.ts";
import type { Method } from "../rpc/method.ts";
import type { Tracing } from "../tracing/tracing.ts";
import { codecs, writerOf } from "../wire/codecs.ts";
import { boundConnections, tooManyConnections } from "./addresses.ts";
import { type AnswerLedger, createAnswers } from "./answers.ts";
import { createAudit } from "./audit.ts";
import { createBodyReader } from "./body.ts";
import { answerBadBytes } from "./bytes.ts";
import { serve } from "./calls.ts";
import { registerDocs, registerFront } from "./docs.ts";
import { registerFacades } from "./facades.ts";
import { answererOf, largeBytes } from "./faces.ts";
import { askAll, type Guard } from "./guards/guard.ts";
import { guardsOf } from "./guards/index.ts";
import { notNow, registerHealth, type Unready } from "./health.ts";
import { createInFlight } from "./in-flight.ts";
import { jobVerbs, registerJobs } from "./jobs/routes.ts";
import { createRequestLog } from "./log.ts";
import { createMetrics, type EngineStats } from "./metrics/metrics.ts";
import { residentBytesDefault, watchResident } from "./metrics/resident.ts";
import { serveMetrics } from "./metrics/server.ts";
import { createPace } from "./pace.ts";
import { registerPage } from "./page.ts";
import { pathOf, Refusal, refusalOf, refuse, securityHeaders, sendRefusal } from "./problem.ts";
import { singleSlashes } from "./slashes.ts";
import { proxiesOf } from "./sockets/proxies.ts";
import { serverFactory, serverTimes } from "./sockets/tls.ts";
import { Visit } from "./visit.ts";

/** What the service is made of. */
export interface AppOptions<Context> {
  readonly config: Config;
  readonly methods: readonly Method<Context>[];
  /** Makes what answers their calls. */
  readonly dispatch: Dispatch;
  /** What requests have to pass, in this order; absent, the service's own. */
  readonly guards?: readonly Guard[];
  /** Where to log; absent, nothing is. */
  readonly logger?: Logger;
  /** The version that the documents show; absent, the package's. */
  readonly version?: string;
  /** The engine's numbers, for `/metrics` and for readiness. */
  readonly stats?: () => EngineStats;
  /** Where the bytes of answers count beside those of running calls; absent, they count for themselves only. */
  readonly ledger?: AnswerLedger;
  /** Other protocols that are served too. */
  readonly facades?: readonly FacadeOf[];
  /** The folder of the page that `/` shows; absent, or where it has none, `/` is a list of links. */
  readonly page?: string | undefined;
  /** What follows requests; absent, nothing does. Closed with the service. */
  readonly tracing?: Tracing | undefined;
  /** Hears where the metrics are served, if on a port of their own. */
  readonly onMetrics?: (address: string) => void;
  /** Where jobs are, stopped with the service; absent, there are no routes for them. */
  readonly jobs?: JobHost | undefined;
  /** The threads that run what is not small; absent, all runs on this one. Closed with the service. */
  readonly pool?: Pool | undefined;
}

/**
 * Assembles the service; `listen` or `inject` starts it. `close` drains it: it is unready at once, takes no more calls,
 * gives those that run `config.drainMs` to finish, then aborts them.
 */
export function buildApp<Context>(options: AppOptions<Context>): FastifyInstance {
  const { config, methods, stats, pool, logger, facades = [], tracing } = options;
  const { limits } = config;
  const audit = createAudit(logger);
  const guards = options.guards ?? guardsOf(config, audit);
  const isProxy = proxiesOf(config.trustProxy);
  // Fastify gets no logger: it would make one of its own for each request, and our own lines say what may be said.
  const servers = serverFactory(config, serverTimes, audit);
  const shared = { ...serverOptions, serverFactory: servers.make, trustProxy: isProxy ?? false };
  const app = Fastify(shared);
  const logEnd = logger && createRequestLog(logger);
  const inFlight = createInFlight(config);
  const pace = createPace(config);
  const bodies = createBodyReader(limits, pace, pool && largeBytes);
  const answers = createAnswers({ ...config, ...limits }, options.ledger);
  const flow = { bodies, inFlight, answers };
  const isExcess = boundConnections(app.server, config.connectionsPerAddress, isProxy);
  const metrics = createMetrics({
    requestsInFlight: () => inFlight.served,
    requestsBeingRead: () => inFlight.count - inFlight.served,
    bodyBytesInFlight: () => bodies.bytesInFlight,
    answerBytesInFlight: () => answers.bytesInFlight,
    residentBytesMax: () => resident.bytesMax,
    hasTenants: config.metricsTenants,
    stats,
    pool: pool && (() => pool.stats()),
    jobs: options.jobs && (() => options.jobs!.stats()),
  });
  const adminScopes = new Map(methods.map(({ name, scopes = [] }) => [name, scopes.includes("admin") ? scopes : []]));
  /** Whether a call is of an administrator: by its method, or by a key that opens more of it than others do. */
  const isAdmin = (method: string, { key, scopes }: Caller) => {
    const needed = adminScopes.get(method)?.length ?? 0;
    return needed === 1 || (needed > 1 && key !== undefined && scopes.has("admin"));
  };
  const observe: OnCall = (report, { call, requestId }) => {
    metrics.observe(report, call.tenant);
    if (!isAdmin(report.method, call)) return;
    const { method, outcome } = report;
    audit("admin call", { requestId, tenant: call.tenant, key: call.key, method, outcome });
  };
  const dispatcher = options.dispatch({
    onCall: observe,
    onFault: (err, where) => logger?.error({ err, ...where }, "fault"),
  });

  const resident = watchResident(config.residentBytesMax ?? residentBytesDefault(), () => pool?.recycleIdle());
  let draining = false;
  const unready: Unready = () => {
    if (draining) return "draining";
    if (resident.isTooMuch) return "saturated";
    const isBusy = inFlight.isFull || bodies.isFull || answers.isFull || pool?.isFull;
    const full = isBusy || (stats?.().liveBytes ?? 0) >= limits.liveBytesTotal;
    return full ? "saturated" : undefined;
  };

  app.decorateRequest("visit");
  app.addHook("onRequest", (request, reply, done) => {
    const visit = new Visit(request, reply);
    request.visit = visit;
    if (tracing) visit.follow(tracing.begin(request.method, request.headers.traceparent as string | undefined));
    reply.raw.on("close", () => {
      visit.end();
      logEnd?.(visit);
    });
    reply.headers(securityHeaders);
    if (isExcess(request.raw.socket)) throw new Refusal(503, tooManyConnections(), { connection: "close" });
    done();
  });
  // What is not a call is answered at once: nothing but a client that does not read keeps it.
  app.addHook("onSend", (request, reply, payload, done) => {
    const { raw } = reply;
    raw.setTimeout(config.answerStallMs, () => raw.destroy());
    const { share, trace } = request.visit;
    if (share) reply.headers(share.told());
    if (trace) reply.header("traceparent", trace.traceparent);
    done(null, payload);
  });
  app.addHook("onRequest", ({ visit }, _, done) => askAll(guards, visit, done));
  app.addHook("onRequest", (request, _, done) => {
    if (request.is404) throw noRoute(request, dispatcher);
    done();
  });
  app.setErrorHandler((thrown, request, reply) => {
    const { refusal, isFault } = refusalOf(thrown, request.visit.requestId);
    if (isFault) logger?.error({ err: thrown, requestId: request.visit.requestId }, "fault");
    const { visit } = request;
    if (visit.outcome === undefined) {
      // What ended here never was a call, but whoever watches the calls wants to see it.
      visit.outcome = refusal.error.type;
      if (!isCall(request) && !visit.face) metrics.reject(visit.outcome);
      else observe({ method: visit.method ?? otherMethod, outcome: visit.outcome, durationMs: 0 }, visit);
    }
    // Who may not call is not read either: no more than what may be on its way already.
    const isWhole = bodies.discard(request.raw, isUnread(refusal, visit) ? unreadBytesMax : limits.bodyBytes);
    if (!isWhole) reply.header("connection", "close");
    return sendRefusal(request, reply, refusal);
  });

  const serveCall = serve(answererOf({ limits, observe, pool }), flow);
  const enter = (request: FastifyRequest, _: FastifyReply, done: () => void) => {
    if (draining) throw notNow("draining");
    if (resident.isTooMuch) throw notNow("saturated");
    inFlight.enter(request.visit, isProxy ? request.ip : request.raw.socket.remoteAddress);
    done();
  };
  const open = (_request: FastifyRequest, _reply: FastifyReply, done: () => void) => {
    if (draining) throw notNow("draining");
    done();
  };
  let endStreams = () => {};
  if (options.jobs) {
    const { jobs } = options;
    app.register(async (scoped) => {
      endStreams = registerJobs(scoped, { jobs, dispatcher, config, pace, audit, enter, open });
    });
  }
  app.register(async (calls) => {
    for (const face of createFaces(dispatcher, limits).all) {
      const accept = ({ visit, raw }: FastifyRequest, _: FastifyReply, done: () => void) => {
        visit.face = face;
        const writer = writerOf(raw.headers.accept);
        if (writer && !(writer.isBare && face.method === undefined)) return done();
        throw refuse(406, `answers are ${codecs.map(({ name }) => name).join(", ")}`);
      };
      calls.post(
        face.path,
        { config: { needs: face.scopes ?? ["call"] }, onRequest: [accept, enter, serveCall] },
        () => {
          throw new Error("calls are answered before fastify handles them");
        },
      );
    }
    const others = facades.map((facadeOf) => facadeOf(dispatcher));
    registerFacades(calls, others, enter, serveCall);
  });
  registerHealth(app, unready, options.jobs && (() => options.jobs!.unready()));
  if (config.metricsPort === undefined) metrics.register(app);
  else serveMetrics(app, config, shared, guards, metrics, options.onMetrics);
  const schemes = guards.flatMap(({ security }) => (security ? [security] : []));
  // Where anybody may call, a key does no harm: the documents are those that are committed.
  const security = schemes.length === 0 ? anyService : { security: Object.assign({}, ...schemes) };
  const info = { ...about, version: options.version ?? about.version, ...security };
  registerDocs(app, methods, info);
  if (!registerPage(app, options.page)) registerFront(app, info);

  app.addHook("preClose", async () => {
    draining = true;
    endStreams();
    const drained = options.jobs?.drain();
    await inFlight.idle(config.drainMs);
    inFlight.abortAll(notNow("draining"));
    await inFlight.idle(abortGraceMs);
    await drained;
    await options.jobs?.close();
    await pool?.close();
    for (const guard of guards) guard.close?.();
    servers.close();
    resident.close();
    await tracing?.close();
  });
  return app;
}

const unreadBytesMax = 64 * 1024;

function isUnread({ status }: Refusal, { place }: Visit): boolean {
  return place === undefined && (status === 401 || status === 403 || status === 429);
}

/** How long aborted calls get to answer that they were. */
const abortGraceMs = 1000;

const serverOptions = {
  rewriteUrl: singleSlashes,
  routerOptions: { maxParamLength: 256 },
  requestIdHeader: false,
  // Visits have ids of their own, made when somebody asks.
  genReqId: () => "",
  return503OnClosing: false,
  forceCloseConnections: true,
  clientErrorHandler: answerBadBytes,
  frameworkErrors: (thrown: Error, request: FastifyRequest, reply: FastifyReply) => {
    sendRefusal(request, reply, refusalOf(thrown, randomUUID()).refusal);
  },
} as const;

function isCall(request: FastifyRequest): boolean {
  const path = pathOf(request);
  return path === "/rpc" || path.startsWith("/v1/");
}

function noRoute(request: FastifyRequest, { names, missing }: Dispatcher): Refusal {
  const path = pathOf(request);
  const takesPost = path === "/rpc" || (path.startsWith("/v1/") && names.has(path.slice("/v1/".length)));
  if (takesPost) return refuse(405, "use POST", { allow: "POST" });
  const verbs = request.server.hasRoute({ method: "PUT", url: "/v1/blobs/:sha" }) ? jobVerbs(path) : undefined;
  if (verbs) return refuse(405, `use ${verbs.split(",", 1)[0]}`, { allow: verbs });
  if (request.server.hasRoute({ method: "GET", url: path })) return refuse(405, "use GET", { allow: "GET, HEAD" });
  const near = names.has(path.slice(1)) ? `: it is POST /v1${path}` : "; GET /docs lists them";
  const error = path.startsWith("/v1/")
    ? missing(path.slice("/v1/".length))
    : new ServiceError("method_not_found", `no such route${near}`);
  return new Refusal(404, error);
}
