import type { TensorMap, Wire } from "../api/wire.ts";
import type { Session } from "../state/session.ts";
import type { Json } from "./json.ts";
import type { SnippetCall } from "./snippet-call.ts";

/** The methods that the panel writes calls of, with the member of the answer that is wanted. */
export const callable = {
  jacobian: "jacobian",
  jvp: "tangents",
  vjp: "cotangents",
  gradient: "gradient",
  hessian: "hessian",
  evaluate: "outputs",
  trace: "nodes",
  compare: "rows",
  symbolic: "derivatives",
} as const;

/** One of them. */
export type Callable = keyof typeof callable;

/** What is on the page, as a call of a method. */
export function snippetCall(
  origin: string,
  method: Callable,
  call: { readonly graph: Wire["Graph"]; readonly inputs: TensorMap },
  { seeds, cotangents }: Pick<Session, "seeds" | "cotangents">,
  outputs: readonly string[],
): SnippetCall {
  const { graph, inputs } = call;
  const sent =
    Object.keys(cotangents).length > 0 ? cotangents : Object.fromEntries(outputs.slice(0, 1).map((y) => [y, 1]));
  const more: Readonly<Record<string, unknown>> = {
    ...(method === "jvp" && { seeds }),
    ...(method === "vjp" && { seeds: sent }),
    ...(method === "trace" && { seed: seeds }),
  };
  const body = method === "symbolic" ? { graph } : { graph, inputs, ...more };
  return { origin, method, body: body as Readonly<Record<string, Json>>, member: callable[method] };
}
