import { ServiceError } from "../errors.ts";
import { type Answer, type Dispatcher, otherMethod } from "../rpc/dispatch.ts";
import { errorText } from "../rpc/envelope.ts";
import { after } from "../rpc/eventually.ts";
import { parseJson } from "../rpc/parse.ts";
import type { Face } from "./calls.ts";
import type { Metrics } from "./metrics.ts";
import type { Visit } from "./visit.ts";

/** What both faces need to answer a request. */
export interface Faces {
  readonly dispatcher: Dispatcher;
  readonly metrics: Metrics;
  readonly depthMax: number;
}

/** The face of `POST /rpc`: text with every outcome of JSON-RPC, none when there is nothing to say. */
export function createRpcFace({ dispatcher, metrics, depthMax }: Faces): Face {
  return (bytes, visit) => {
    let value: unknown;
    try {
      value = parseJson(bytes ?? noBytes, depthMax);
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      visit.calls = 0;
      visit.outcome = error.type;
      metrics.observe({ method: otherMethod, outcome: error.type, durationMs: 0 });
      return errorText(null, error);
    }
    return after(dispatcher.answer(value, visit), (answer) => textOf(answer, visit));
  };
}

function textOf({ text, method, calls, outcome }: Answer, visit: Visit): string | undefined {
  visit.method = method;
  visit.calls = calls;
  visit.outcome = outcome;
  return text;
}

const noBytes = new Uint8Array();
