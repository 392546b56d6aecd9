import { destination, type Logger, symbols } from "pino";
import type { Visit } from "./visit.ts";

/** Writes one line when a request is over. */
export type RequestLog = (visit: Visit) => void;

/**
 * Lines tell of a request its route, outcome and duration, and what the handler noted. Never its body, query string or
 * headers. They are written as pino writes lines, in one go: of most members the text is known, and a small call takes no
 * longer than a line that is put together by looking at each.
 */
export function createRequestLog(logger: Logger): RequestLog {
  const stream: { write(line: string): unknown } = Reflect.get(logger, symbols.streamSym);
  const time: () => string = Reflect.get(logger, symbols.timeSym);
  const bindings: string = Reflect.get(logger, symbols.chindingsSym);
  const heads: Readonly<Record<number, string>> = Reflect.get(logger, symbols.lsCacheSym);
  const headOf = (level: string) =>
    logger.isLevelEnabled(level) ? (heads[logger.levels.values[level]!] ?? "") : undefined;
  const [debug, info] = [headOf("debug"), headOf("info")];

  return (visit) => {
    const { request, reply, startedAtMs } = visit;
    const route = request.routeOptions.url ?? "_other";
    const head = probes.has(route) ? debug : info;
    if (head === undefined) return;
    const { writableEnded, statusCode } = reply.raw;
    // Unended, the answer went nowhere, as its client was gone.
    const outcome = writableEnded ? visit.outcome : "cancelled";
    const durationMs = Math.round((performance.now() - startedAtMs) * 1000) / 1000;
    stream.write(
      `${head}${time()}${bindings}${notedText(visit)}${callerText(visit)},"requestId":"${visit.requestId}","verb":"${request.method}"` +
        `,"route":"${route}"${member("method", visit.method)}` +
        `${visit.calls === undefined ? "" : `,"calls":${visit.calls}`}${member("outcome", outcome)}` +
        `${writableEnded ? `,"status":${statusCode}` : ""},"durationMs":${durationMs},"msg":"request"}\n`,
    );
  };
}

function callerText({ caller: { tenant, key } }: Visit): string {
  if (key === undefined) return "";
  return `,"tenant":${JSON.stringify(tenant)},"key":${JSON.stringify(key)}`;
}

/** Names, which need no quoting: of methods and outcomes. */
function member(name: string, value: string | undefined): string {
  return value === undefined ? "" : `,"${name}":"${value}"`;
}

// A plan that is run again and again notes the same object.
let lastNoted: object | undefined;
let lastText = "";

function notedText({ noted }: Visit): string {
  if (noted === undefined) return "";
  if (noted !== lastNoted) {
    const members = JSON.stringify(noted).slice(1, -1);
    lastText = members === "" ? "" : `,${members}`;
    lastNoted = noted;
  }
  return lastText;
}

// What machines ask every few seconds would drown the rest.
const probes: ReadonlySet<string> = new Set(["/livez", "/readyz", "/metrics"]);

/**
 * Where the lines of a process go: to its standard output, by another thread, many at once, at the latest soon after they
 * were written and at the exit. Waking that thread for each line takes longer than to make it.
 */
export function bufferedLines(): { write(line: string): void } {
  let lines = "";
  let isPlanned = false;
  const flush = () => {
    if (lines === "") return;
    output.write(lines);
    lines = "";
  };
  // Before the output's own listener, which writes what it has been given.
  process.once("exit", flush);
  const output = destination({ sync: false });
  return {
    write(line) {
      lines += line;
      if (lines.length >= lengthPerWrite) flush();
      else if (!isPlanned) {
        isPlanned = true;
        setTimeout(() => {
          isPlanned = false;
          flush();
        }, flushMs).unref();
      }
    },
  };
}

const lengthPerWrite = 32 * 1024;
const flushMs = 20;
