/** What a caller may be allowed to do: call methods, run jobs, administrate, or read the metrics. */
export const scopes = ["call", "jobs", "admin", "metrics"] as const;

/** The name of something that a caller may be allowed to do. */
export type Scope = (typeof scopes)[number];

/** What a method needs that does not say otherwise. */
export const onlyCall: readonly Scope[] = ["call"];

/** Who calls, as far as it is told. */
export interface Caller {
  /** What belongs together, and is kept apart from what belongs to others. */
  readonly tenant: string;
  readonly scopes: ReadonlySet<Scope>;
  /** The id of the key that it showed, which is not the key; absent where it needed none. */
  readonly key?: string | undefined;
  /** What its tenant may use, where that is not what all may. */
  readonly limits?: TenantLimits | undefined;
}

/** What one tenant may use; what is absent is as the settings have it. */
export interface TenantLimits {
  readonly requestsPerSecond?: number | undefined;
  /** Requests at once after a pause. */
  readonly burst?: number | undefined;
  /** Counted operations. */
  readonly operationsPerSecond?: number | undefined;
  readonly bytesInFlight?: number | undefined;
  readonly concurrentCalls?: number | undefined;
  readonly jobsQueued?: number | undefined;
  readonly jobPoints?: number | undefined;
  readonly jobInputBytes?: number | undefined;
  readonly jobResultBytes?: number | undefined;
  readonly jobsBytes?: number | undefined;
  readonly jobCalls?: number | undefined;
}

/** Whoever calls where nobody is told apart: they may do everything. */
export const localCaller: Caller = Object.freeze({ tenant: "local", scopes: new Set(scopes) });

/** Whose jobs a caller may ask for: its tenant's, or everybody's, which is no tenant. */
export function tenantOfJobs({ tenant, scopes }: Pick<Caller, "tenant" | "scopes">): string | undefined {
  return scopes.has("admin") ? undefined : tenant;
}

/** The caller of a call, without the call. */
export function callerOf({ tenant, scopes, key, limits }: Caller): Caller {
  return { tenant, scopes, ...(key === undefined ? {} : { key }), ...(limits === undefined ? {} : { limits }) };
}
