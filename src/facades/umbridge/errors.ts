import { type ErrorType, quote, ServiceError } from "../../errors.ts";
import type { Told } from "../../rpc/facade.ts";

/** What UM-Bridge calls an error. The first four are the protocol's; of the others clients print type and message. */
export type ModelErrorType = keyof typeof statuses;

const statuses = {
  ModelNotFound: 400,
  UnsupportedFeature: 400,
  InvalidInput: 400,
  InvalidOutput: 500,
  LimitExceeded: 413,
  DeadlineExceeded: 504,
  Overloaded: 503,
  QuotaExceeded: 429,
  Unauthorized: 401,
  Forbidden: 403,
  InternalError: 500,
} as const;

const names: Readonly<Record<ErrorType, ModelErrorType>> = {
  parse_error: "InvalidInput",
  invalid_request: "InvalidInput",
  method_not_found: "UnsupportedFeature",
  invalid_params: "InvalidInput",
  internal_error: "InternalError",
  invalid_graph: "InvalidInput",
  graph_not_found: "ModelNotFound",
  response_too_large: "LimitExceeded",
  limit_exceeded: "LimitExceeded",
  deadline_exceeded: "DeadlineExceeded",
  overloaded: "Overloaded",
  input_mismatch: "InvalidInput",
  not_differentiable: "InvalidInput",
  job_not_found: "InvalidInput",
  job_not_ready: "UnsupportedFeature",
  idempotency_conflict: "InvalidInput",
  quota_exceeded: "QuotaExceeded",
  blob_not_found: "InvalidInput",
  worker_lost: "InternalError",
  unauthorized: "Unauthorized",
  forbidden: "Forbidden",
};

/** An error of a model, by the protocol's name for it. */
export function modelError(type: "UnsupportedFeature" | "InvalidInput" | "InvalidOutput", message: string) {
  return new ServiceError("invalid_params", message, { model: type });
}

/** Something in a body that is not as it has to be. */
export function invalidInput(what: string, expected: string, received: unknown): ServiceError {
  return modelError("InvalidInput", `${what}: expected ${expected}, received ${describe(received)}`);
}

/** An error as the protocol has it; what HTTP itself refuses keeps its status. */
export function tellModelError(error: ServiceError, status: number): Told {
  const { model } = error.data as { readonly model?: ModelErrorType };
  const type = model ?? names[error.type];
  const isOfHttp = error.type === "invalid_request" || error.type === "method_not_found";
  return {
    status: isOfHttp ? status : statuses[type],
    contentType: "application/json",
    text: JSON.stringify({ error: { type, message: error.message } }),
  };
}

/** A value in a few words. */
export function describe(value: unknown): string {
  if (value === undefined) return "nothing";
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (ArrayBuffer.isView(value)) return "bytes";
  if (typeof value === "object" && value !== null) return "an object";
  if (typeof value === "number") return Number.isFinite(value) ? String(value) : "a number that overflows";
  return typeof value === "string" ? `the text ${quote(value)}` : String(value);
}
