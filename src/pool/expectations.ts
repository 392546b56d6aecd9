import type { MovedCall } from "../rpc/dispatch.ts";

/** What work of a kind is expected to take. */
export interface Expected {
  readonly ms: number;
  readonly operations: number;
  /** Whether such work has been done before. */
  readonly isKnown: boolean;
}

/** Learns from what was done what work of its kind takes. */
export class Expectations {
  private readonly kinds = new Map<string, { ms: number; operations: number }>();

  /** What work of a kind will take. */
  of(kind: string): Expected {
    const known = this.kinds.get(kind);
    return known ? { ...known, isKnown: true } : unknown;
  }

  /** Notes what work of a kind took; the latest counts most. */
  learn(kind: string, ms: number, operations: number): void {
    const known = this.kinds.get(kind);
    if (!known) {
      if (this.kinds.size >= kindsMax) this.kinds.delete(this.kinds.keys().next().value!);
      this.kinds.set(kind, { ms, operations });
      return;
    }
    known.ms += weight * (ms - known.ms);
    known.operations += weight * (operations - known.operations);
  }
}

/** The kind of a call or a body: what it is of, and its size to a factor of two. */
export function kindOf(method: string, size: number): string {
  return `${method} ${Math.ceil(Math.log2(Math.max(1, size)))}`;
}

/** Calls of a method that are alike: of one graph, or of about as many operations, and at about as many points. */
export function kindOfCall({ name, params, operations }: MovedCall): string {
  const { graph, batch } = (params ?? {}) as { readonly graph?: unknown; readonly batch?: unknown };
  const points = typeof batch === "number" ? batch : 1;
  if (operations !== undefined) return kindOf(name, operations);
  return kindOf(typeof graph === "string" ? `${name} ${graph.slice(0, idLength)}` : name, points);
}

const idLength = 80;

const unknown: Expected = { ms: 1, operations: 1, isKnown: false };
const weight = 0.2;
const kindsMax = 10_000;
