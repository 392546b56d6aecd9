/** What a caller may be allowed to do: call methods, run jobs, administrate, or read the metrics. */
export const scopes = ["call", "jobs", "admin", "metrics"] as const;

/** The name of something that a caller may be allowed to do. */
export type Scope = (typeof scopes)[number];

/** Who calls, as far as it is told. */
export interface Caller {
  /** What belongs together, and is kept apart from what belongs to others. */
  readonly tenant: string;
  readonly scopes: ReadonlySet<Scope>;
}

/** Whoever calls where nobody is told apart: they may do everything. */
export const localCaller: Caller = Object.freeze({ tenant: "local", scopes: new Set(scopes) });
