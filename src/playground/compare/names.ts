import type { Wire } from "../api/wire.ts";

/** What a way is called. */
export function nameOf({ method, scheme }: Wire["ComparedRow"]): string {
  return scheme ? `${scheme} differences` : method === "forward" || method === "reverse" ? `${method} mode` : method;
}
