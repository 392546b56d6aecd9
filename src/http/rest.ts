import type { Outcome } from "../rpc/dispatch.ts";
import { after } from "../rpc/eventually.ts";
import { parseJson } from "../rpc/parse.ts";
import type { Face } from "./calls.ts";
import type { Faces } from "./rpc.ts";
import type { Visit } from "./visit.ts";

/** The face of `POST /v1/<method>`: the bare result; errors are thrown, to become problem documents. */
export function createRestFace(name: string, { dispatcher, depthMax }: Faces): Face {
  return (bytes, visit) => {
    visit.method = name;
    const params = bytes === undefined ? {} : parseJson(bytes, depthMax);
    return after(dispatcher.run(name, params, visit), (outcome) => textOf(outcome, visit));
  };
}

function textOf(outcome: Outcome, visit: Visit): string {
  if (outcome.ok) {
    visit.outcome = "ok";
    return outcome.text;
  }
  visit.outcome = outcome.cancelled ? "cancelled" : outcome.error.type;
  throw outcome.error;
}
