import { after } from "../eventually.ts";
import type { Outcome } from "../rpc/dispatch.ts";
import { parseJson } from "../wire/json/read.ts";
import type { Text } from "../wire/text.ts";
import type { Face } from "./calls.ts";
import { type Faces, serveLarge } from "./rpc.ts";
import type { Visit } from "./visit.ts";

/** The face of `POST /v1/<method>`: the bare result; errors are thrown, to become problem documents. */
export function createRestFace(name: string, faces: Faces): Face {
  const { dispatcher, depthMax } = faces;
  return (body, visit) => {
    visit.method = name;
    const large = serveLarge(faces, body, (pool, large) => pool.rest(name, large, visit));
    const outcome = large ?? dispatcher.run(name, body === undefined ? {} : parseJson(body.bytes, depthMax), visit);
    return after(outcome, (outcome) => textOf(outcome, visit));
  };
}

function textOf(outcome: Outcome, visit: Visit): Text {
  if (outcome.ok) {
    visit.outcome = "ok";
    return outcome.text;
  }
  visit.outcome = outcome.cancelled ? "cancelled" : outcome.error.type;
  throw outcome.error;
}
