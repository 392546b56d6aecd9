import { clip, ServiceError } from "../../errors.ts";
import type { Told } from "../../rpc/facade.ts";

/** The kinds of faults that the SDK is told, in Pydantic's and upstream's words. */
export type FaultType =
  | "json_invalid"
  | "model_attributes_type"
  | "missing"
  | "extra_forbidden"
  | "list_type"
  | "literal_error"
  | "too_short"
  | "value_error"
  | "array_dimensionality_mismatch"
  | "array_shape_mismatch"
  | "array_dtype_mismatch"
  | "array_expected_integer"
  | "array_non_numeric"
  | "array_decode_error";

/** Where something stands in a request: names of members, and `"body"` before them. */
export type Place = readonly (string | number)[];

/** Something that is wrong with a body; it echoes no array. */
export interface Fault {
  readonly type: FaultType;
  readonly loc: Place;
  readonly msg: string;
}

/** What is wrong with a body: all of it is told at once. */
export class Faults {
  private readonly list: Fault[] = [];
  private count = 0;

  add(type: FaultType, loc: Place, msg: string): void {
    this.count++;
    if (this.list.length < faultsMax) this.list.push({ type, loc, msg: clip(msg, messageBytesMax) });
  }

  get isEmpty(): boolean {
    return this.count === 0;
  }

  /** Throws if there are any. */
  check(): void {
    if (this.isEmpty) return;
    const [{ loc, msg }] = this.list as [Fault];
    const more = this.count > 1 ? ` (and ${this.count - 1} more)` : "";
    throw new ServiceError("input_mismatch", `${loc.join(".")}: ${msg}${more}`, { detail: this.list });
  }
}

const faultsMax = 100;
const messageBytesMax = 500;

/** One fault alone. */
export function oneFault(type: FaultType, loc: Place, msg: string): ServiceError {
  return new ServiceError("input_mismatch", `${loc.join(".")}: ${msg}`, { detail: [{ type, loc, msg }] });
}

/**
 * An error in the one form that the SDK reads besides any text: 422 with a list of faults. Whatever else there is stays a
 * problem document, which must never be a 422: its `detail` is a text.
 */
export function tellFaults(error: ServiceError): Told | undefined {
  const detail = faultsOf(error);
  return detail && { status: 422, contentType: "application/json", text: JSON.stringify({ detail }) };
}

function faultsOf({ type, message: msg, data }: ServiceError): readonly Fault[] | undefined {
  switch (type) {
    case "parse_error":
      return [{ type: "json_invalid", loc: ["body", 0], msg }];
    case "invalid_graph":
    case "not_differentiable":
      return [{ type: "value_error", loc: ["body"], msg }];
    case "input_mismatch": {
      const { detail, name } = data as { readonly detail?: readonly Fault[]; readonly name?: string };
      return detail ?? [{ type: "value_error", loc: name === undefined ? ["body"] : ["body", "inputs", name], msg }];
    }
    default:
      return undefined;
  }
}
