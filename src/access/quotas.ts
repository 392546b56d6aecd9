import { quotaExceeded, type ServiceError } from "../errors.ts";
import type { Caller, TenantLimits } from "../rpc/caller.ts";
import { MeteredAccount } from "./account.ts";
import { Meter } from "./meter.ts";

/** What each tenant may use unless its key says otherwise, and how many processes share that. */
export interface QuotaSettings extends Pick<TenantLimits, QuotaName> {
  readonly apiProcesses: number;
}

type QuotaName = "requestsPerSecond" | "burst" | "operationsPerSecond" | "bytesInFlight" | "concurrentCalls";

/** What tenants use, and how much more they may. */
export interface Quotas {
  /** The share of a caller; undefined where nothing bounds it. */
  shareOf(caller: Caller): Share | undefined;
}

/** How long to wait for what frees itself when others are done. */
const retryAfterMs = 1000;
const tenantsMax = 10_000;

/** Starts with nobody having used anything. */
export function createQuotas(settings: QuotaSettings): Quotas {
  const tenants = new Map<string, Use>();
  // Of keys that are no more nothing is kept.
  let shares = new WeakMap<Caller, { readonly share: Share | undefined }>();

  function useOf(tenant: string): Use {
    let use = tenants.get(tenant);
    if (use) return use;
    if (tenants.size >= tenantsMax) {
      for (const [name, idle] of tenants) if (isIdle(idle)) tenants.delete(name);
      shares = new WeakMap();
    }
    use = { requests: newCell(), operations: newCell(), calls: 0, bytes: 0 };
    tenants.set(tenant, use);
    return use;
  }

  return {
    shareOf(caller) {
      let known = shares.get(caller);
      if (!known) {
        const limits = partOf({ ...settings, ...caller.limits }, settings.apiProcesses);
        known = { share: Object.values(limits).every(isAbsent) ? undefined : new Share(limits, useOf(caller.tenant)) };
        shares.set(caller, known);
      }
      return known.share;
    },
  };
}

/** What one tenant uses now. */
interface Use {
  readonly requests: BigInt64Array<SharedArrayBuffer>;
  readonly operations: BigInt64Array<SharedArrayBuffer>;
  calls: number;
  bytes: number;
}

/** What may be used on behalf of one caller. All callers of a tenant use the same. */
export class Share {
  private readonly limits: Pick<TenantLimits, QuotaName>;
  private readonly use: Use;
  private readonly requests: Meter | undefined;
  private readonly operations: Meter | undefined;
  private readonly policy: string;

  constructor(limits: Pick<TenantLimits, QuotaName>, use: Use) {
    const { requestsPerSecond, burst, operationsPerSecond } = limits;
    this.limits = limits;
    this.use = use;
    if (requestsPerSecond !== undefined) {
      this.requests = new Meter(requestsPerSecond, burst ?? Math.max(1, requestsPerSecond), use.requests);
    }
    if (operationsPerSecond !== undefined) {
      this.operations = new Meter(operationsPerSecond, operationsPerSecond, use.operations);
    }
    this.policy = this.policies().join(", ");
  }

  /** Counts a request, until {@link leave}; the error to answer with where there are too many. */
  enter(): ServiceError | undefined {
    const { limits, use } = this;
    if (use.calls >= (limits.concurrentCalls ?? Number.POSITIVE_INFINITY)) {
      return quotaExceeded("concurrentCalls", retryAfterMs);
    }
    const waitMs = this.requests?.take(1) ?? 0;
    if (waitMs > 0) return quotaExceeded("requestsPerSecond", waitMs);
    use.calls++;
    return undefined;
  }

  leave(): void {
    this.use.calls--;
  }

  /** Whether so many more bytes of a body would be too many. */
  check(bytes: number): ServiceError | undefined {
    const { bytesInFlight = Number.POSITIVE_INFINITY } = this.limits;
    return this.use.bytes + bytes > bytesInFlight ? quotaExceeded("bytesInFlight", retryAfterMs) : undefined;
  }

  /** Counts bytes of a body; fewer again where the number is below 0. */
  count(bytes: number): void {
    this.use.bytes += bytes;
  }

  /** What calls pay their operations from; undefined where they need not. */
  account(): MeteredAccount | undefined {
    return this.operations && new MeteredAccount(this.operations);
  }

  /** The headers `RateLimit-Policy` and `RateLimit` as they are now. */
  told(): Readonly<Record<string, string>> {
    return { "ratelimit-policy": this.policy, ratelimit: this.rests().join(", ") };
  }

  private policies(): string[] {
    const { concurrentCalls, bytesInFlight } = this.limits;
    const metered = (name: string, meter: Meter | undefined) =>
      meter ? [`"${name}";q=${wholeOf(meter.burst)};w=${Math.ceil(meter.burst / meter.perSecond)}`] : [];
    return [
      ...metered("requests", this.requests),
      ...metered("operations", this.operations),
      ...(concurrentCalls === undefined ? [] : [`"concurrent";q=${concurrentCalls};qu="concurrent-requests"`]),
      ...(bytesInFlight === undefined ? [] : [`"bytes";q=${bytesInFlight};qu="content-bytes"`]),
    ];
  }

  private rests(): string[] {
    const { limits, use } = this;
    const { concurrentCalls, bytesInFlight } = limits;
    const metered = (name: string, meter: Meter | undefined) => {
      if (!meter) return [];
      const { amount, seconds } = meter.rest();
      return [`"${name}";r=${wholeOf(amount)};t=${Math.ceil(seconds)}`];
    };
    return [
      ...metered("requests", this.requests),
      ...metered("operations", this.operations),
      ...(concurrentCalls === undefined ? [] : [`"concurrent";r=${Math.max(0, concurrentCalls - use.calls)}`]),
      ...(bytesInFlight === undefined ? [] : [`"bytes";r=${Math.max(0, bytesInFlight - use.bytes)}`]),
    ];
  }
}

/** The part of limits that one of several processes allows. */
function partOf(limits: Pick<TenantLimits, QuotaName>, processes: number): Pick<TenantLimits, QuotaName> {
  const { requestsPerSecond, burst, operationsPerSecond, bytesInFlight, concurrentCalls } = limits;
  const part = (amount: number | undefined) => amount && amount / processes;
  const wholePart = (amount: number | undefined) => amount && Math.max(1, Math.floor(amount / processes));
  return {
    requestsPerSecond: part(requestsPerSecond),
    burst: wholePart(burst),
    operationsPerSecond: part(operationsPerSecond),
    bytesInFlight: wholePart(bytesInFlight),
    concurrentCalls: wholePart(concurrentCalls),
  };
}

/** A number as fields of HTTP can hold it. */
function wholeOf(amount: number): number {
  return Math.min(Math.floor(amount), 999_999_999_999_999);
}

function isAbsent(value: unknown): boolean {
  return value === undefined;
}

function isIdle({ calls, bytes, requests, operations }: Use): boolean {
  const now = BigInt(Math.round((performance.timeOrigin + performance.now()) * 1e6));
  return calls === 0 && bytes === 0 && Atomics.load(requests, 0) <= now && Atomics.load(operations, 0) <= now;
}

function newCell(): BigInt64Array<SharedArrayBuffer> {
  return new BigInt64Array(new SharedArrayBuffer(8));
}
