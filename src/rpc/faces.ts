import { ServiceError } from "../errors.ts";
import { after, type Eventually } from "../eventually.ts";
import type { Codec, ReadLimits } from "../wire/codec.ts";
import type { Text } from "../wire/text.ts";
import type { Scope } from "./caller.ts";
import { type Dispatcher, type Failure, type OnCall, type Outcome, otherMethod, outcomeName } from "./dispatch.ts";
import { batchText, errorText, type Id, idAgain, idOf } from "./envelope.ts";
import type { Exchange } from "./exchange.ts";

/** One way in which bodies are calls: JSON-RPC's envelopes, or the bare parameters of one method. */
export interface Face {
  /** Where it is served, by which another thread finds the same face. */
  readonly path: string;
  /** The method of all its calls; undefined where each names its own. */
  readonly method: string | undefined;
  /** What its callers have to be allowed, any one of them; absent, `call`. */
  readonly scopes?: readonly Scope[];
  /** What is read where nothing was sent; absent, that is no body. */
  readonly empty?: unknown;
  /** Whether nothing that comes as a body is looked at. */
  readonly ignoresBody?: boolean;
  /** Answers a body. */
  run(body: unknown, exchange: Exchange): Eventually<Reply>;
  /** What a body holds, for whoever has to stop or refuse it from outside. */
  glance(body: unknown): Glance;
  /** The reply to a body that could not be answered; `glance` is absent where it was not even read. */
  refuse(failure: Failure, glance: Glance | undefined, exchange: Exchange): Reply;
}

/** What to send back for a body, and what to log: for a batch the first outcome that is not `ok`. */
export interface Reply {
  /** Absent when there is nothing to say, or only a failure. */
  readonly text: Text | undefined;
  /** How the one call failed of a face that leaves it to its host to say so. */
  readonly failure?: Failure | undefined;
  /** How it is sent where not as any result: with 200, as what its codec writes. */
  readonly head?: ReplyHead | undefined;
  /** Undefined where no method was named. */
  readonly method: string | undefined;
  readonly calls: number | undefined;
  readonly outcome: string;
}

/** What stands before a reply that is not like others. */
export interface ReplyHead {
  readonly status: number;
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a body holds at a glance. */
export interface Glance {
  /** A registered name, `_other` or `batch`. */
  readonly method: string;
  readonly isBatch: boolean;
  /** The ids of the calls; undefined for notifications. */
  readonly ids: readonly (Id | undefined)[];
  /** The parameters of each call. */
  readonly params: readonly unknown[];
}

/** The faces of a dispatcher. */
export interface Faces {
  readonly all: readonly Face[];
  at(path: string): Face;
}

/** Makes the faces of a dispatcher; `calls` bounds the ids that a glance tells, `others` find the faces that are not ours. */
export function createFaces(
  dispatcher: Dispatcher,
  { calls }: { readonly calls: number },
  others: readonly { at(path: string): Face | undefined }[] = [],
): Faces {
  const all = [rpcFace(dispatcher, calls), ...[...dispatcher.names].map((name) => restFace(name, dispatcher))];
  const byPath = new Map(all.map((face) => [face.path, face]));
  return {
    all,
    at(path) {
      let face = byPath.get(path);
      for (const other of others) face ??= other.at(path);
      if (!face) throw new Error(`no face at ${path}`);
      return face;
    },
  };
}

/** How a body is read. */
export interface Reading {
  readonly codec: Codec;
  readonly limits: ReadLimits;
  /** Hears of a body that cannot be read. */
  readonly onCall?: OnCall | undefined;
  /** Hears of a body that was. */
  readonly onRead?: (body: unknown) => void;
}

/** Reads a body and answers it; `bytes` are absent where nothing was sent. */
export function readAndRun(
  face: Face,
  bytes: Uint8Array | undefined,
  { codec, limits, onCall, onRead }: Reading,
  exchange: Exchange,
): Eventually<Reply> {
  if (face.ignoresBody) return face.run(face.empty, exchange);
  let body: unknown;
  try {
    body = bytes === undefined && face.empty !== undefined ? face.empty : codec.read(bytes ?? noBytes, limits);
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    onCall?.({ method: face.method ?? otherMethod, outcome: error.type, durationMs: 0 }, exchange);
    return face.refuse({ ok: false, error, cancelled: false }, undefined, exchange);
  }
  onRead?.(body);
  return face.run(body, exchange);
}

const noBytes = new Uint8Array();

/** `POST /rpc`: text with every outcome, none when there is nothing to say. */
function rpcFace(dispatcher: Dispatcher, callsMax: number): Face {
  const { names } = dispatcher;
  const label = (method: unknown) => (names.has(method as string) ? (method as string) : otherMethod);
  return {
    path: "/rpc",
    method: undefined,
    // Each call says what it needs.
    scopes: ["call", "jobs", "admin"],
    run: (body, exchange) => dispatcher.answer(body, exchange),
    glance(body) {
      const isBatch = Array.isArray(body);
      const requests = (isBatch ? body : [body]).map(
        (request): { id?: unknown; method?: unknown; params?: unknown } => request ?? {},
      );
      return {
        method: isBatch ? "batch" : label(requests[0]!.method),
        isBatch,
        ids: requests.slice(0, callsMax).map((request) => (request.id === undefined ? undefined : idOf(request))),
        params: requests.map(({ params }) => params),
      };
    },
    refuse(failure, glance, { codec }) {
      const ids = glance ? glance.ids.filter((id) => id !== undefined) : [null];
      const texts = ids.map((id) => errorText(idAgain(id), failure.error, codec));
      const text = texts.length === 0 ? undefined : glance?.isBatch ? batchText(texts, codec) : texts[0];
      return { text, method: glance?.method, calls: glance?.ids.length ?? 0, outcome: outcomeName(failure) };
    },
  };
}

/** `POST /v1/<method>`: the bare result; how failures are told is HTTP's concern. */
function restFace(name: string, dispatcher: Dispatcher): Face {
  const replyOf = (outcome: Outcome): Reply => ({
    text: outcome.ok ? outcome.text : undefined,
    failure: outcome.ok ? undefined : outcome,
    method: name,
    calls: undefined,
    outcome: outcomeName(outcome),
  });
  return {
    path: `/v1/${name}`,
    method: name,
    scopes: dispatcher.scopesOf(name),
    empty: {},
    run: (body, exchange) => after(dispatcher.run(name, body, exchange), replyOf),
    glance: (params) => ({ method: name, isBatch: false, ids: [], params: [params] }),
    refuse: replyOf,
  };
}
