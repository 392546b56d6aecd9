import type { Span } from "@opentelemetry/api";
import { about } from "../config.ts";
import type { Mark } from "../rpc/phases.ts";

/** Traces requests, and sends what it has to where traces are collected. */
export interface Tracing {
  /** Begins the trace of a request, or goes on with that which its client began. */
  begin(verb: string, traceparent: string | undefined): RequestTrace;
  /** Sends what is left. */
  close(): Promise<void>;
}

/** One request as it is traced. */
export interface RequestTrace {
  /** The header by which others go on with it (W3C Trace Context). */
  readonly traceparent: string;
  end(facts: TracedFacts): void;
}

/** What is told of a request that is over; never anything of its body. */
export interface TracedFacts {
  readonly route: string;
  readonly status: number;
  readonly method: string | undefined;
  readonly outcome: string | undefined;
  readonly marks: readonly Mark[];
}

/** Loads OpenTelemetry's SDK and starts it; spans are sent to an OTLP endpoint, over HTTP. */
export async function startTracing(endpoint: string): Promise<Tracing> {
  const [
    api,
    { NodeTracerProvider, BatchSpanProcessor },
    { OTLPTraceExporter },
    { defaultResource, resourceFromAttributes },
  ] = await Promise.all([
    import("@opentelemetry/api"),
    import("@opentelemetry/sdk-trace-node"),
    import("@opentelemetry/exporter-trace-otlp-proto"),
    import("@opentelemetry/resources"),
  ]);
  const { ROOT_CONTEXT, SpanKind, SpanStatusCode, isSpanContextValid, trace } = api;
  const own = {
    "service.name": process.env.OTEL_SERVICE_NAME || about.title.toLowerCase(),
    "service.version": about.version,
  };
  const exporter = new OTLPTraceExporter({ url: `${endpoint.replace(/\/$/, "")}/v1/traces` });
  const provider = new NodeTracerProvider({
    resource: defaultResource().merge(resourceFromAttributes(own)),
    spanProcessors: [new BatchSpanProcessor(exporter)],
  });
  const tracer = provider.getTracer(about.title.toLowerCase(), about.version);

  function child(parent: Span, { phase, atMs }: Mark, endMs: number): void {
    tracer.startSpan(phase, { startTime: atMs }, trace.setSpan(ROOT_CONTEXT, parent)).end(endMs);
  }

  return {
    begin(verb, traceparent) {
      const remote = remoteOf(traceparent);
      const context = remote && isSpanContextValid(remote) ? trace.setSpanContext(ROOT_CONTEXT, remote) : ROOT_CONTEXT;
      const attributes = { "http.request.method": verb };
      const span = tracer.startSpan(verb, { kind: SpanKind.SERVER, attributes, startTime: nowMs() }, context);
      const { traceId, spanId, traceFlags } = span.spanContext();
      return {
        traceparent: `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, "0")}`,
        end({ route, status, method, outcome, marks }) {
          const endMs = nowMs();
          span.updateName(`${verb} ${route}`);
          span.setAttributes({ "http.route": route, "http.response.status_code": status });
          if (method !== undefined) span.setAttribute("cotangent.method", method);
          if (outcome !== undefined) span.setAttribute("cotangent.outcome", outcome);
          if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
          marks.forEach((mark, i) => {
            child(span, mark, marks[i + 1]?.atMs ?? endMs);
          });
          span.end(endMs);
        },
      };
    },
    close: () => provider.shutdown(),
  };
}

/** The span of a client, as its header tells it; undefined where it is not well-formed. */
function remoteOf(traceparent = "") {
  const [, traceId, spanId, flags] =
    /^[\da-f]{2}-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(?:-|$)/.exec(traceparent) ?? [];
  if (traceId === undefined || spanId === undefined || traceparent.startsWith("ff")) return undefined;
  return { traceId, spanId, traceFlags: Number.parseInt(flags!, 16) & 1, isRemote: true };
}

function nowMs(): number {
  return performance.timeOrigin + performance.now();
}
