import type { Config } from "../config.ts";

/** The time that a call has, in milliseconds, as its parameters ask for it; what is no time is left to whoever reads them. */
export function timeoutOf(params: unknown, { timeoutDefaultMs, limits }: Pick<Config, "timeoutDefaultMs" | "limits">) {
  const { timeoutMs } = (params ?? {}) as { readonly timeoutMs?: unknown };
  const asked = Number.isSafeInteger(timeoutMs) && (timeoutMs as number) > 0 ? (timeoutMs as number) : timeoutDefaultMs;
  return Math.min(asked, limits.timeoutMs);
}
