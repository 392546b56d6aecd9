import type { Derived, Kind } from "../engine/engine.ts";
import type { Selection } from "../transforms/derive.ts";
import type { Task } from "./task.ts";

/** How a call is going to be computed, as the wire tells it. */
export interface Plan {
  readonly mode: "none" | "forward" | "reverse" | "forward-over-reverse";
  readonly passes: number;
  readonly inputs: number;
  readonly outputs: number;
  readonly operations: { readonly primal: number; readonly forward?: number; readonly reverse?: number };
}

/** What it takes to carry out a call. */
export interface Planned {
  readonly derived: Derived;
  readonly passes: number;
  /** Operations of all passes for one point. */
  readonly operations: number;
  /** The plan for people; it may have to derive what the call itself does not need. */
  readonly plan: () => Plan;
}

/** Which Jacobian mode a caller asks for. */
export type JacobianMode = "auto" | "forward" | "reverse";

const modes = {
  evaluate: "none",
  jvp: "forward",
  vjp: "reverse",
  gradient: "reverse",
  hvp: "forward-over-reverse",
} as const satisfies Record<Kind, Plan["mode"]>;

/** Plans products with `passes` seeds, a gradient (one pass) or an evaluation (none). */
export function planProducts(task: Task, kind: Kind, selection: Selection, passes: number): Planned {
  const { n, m } = task.count(selection);
  const count = (other: Kind) => task.derivation.operations(other, selection);
  const derived = task.derivation.derive(kind, selection);
  const once = kind === "hvp" ? count("gradient") : kind === "gradient" ? 0 : count("evaluate");
  const plan = (): Plan => {
    const primal = count("evaluate");
    const sweeps = {
      ...(kind === "jvp" ? { forward: primal + n * (count("jvp") - primal) } : {}),
      ...(modes[kind].endsWith("reverse") ? { reverse: primal + m * (count("vjp") - primal) } : {}),
    };
    return { mode: modes[kind], passes, inputs: n, outputs: m, operations: { primal, ...sweeps } };
  };
  return { derived, passes, operations: once + Math.max(passes, 1) * (derived.operations - once), plan };
}

/**
 * Plans a Jacobian: unit tangents in forward mode or unit cotangents in reverse mode, whichever counts fewer operations;
 * on a tie forward when there are no more inputs than outputs, which is the dimension rule.
 */
export function planJacobian(task: Task, selection: Selection, mode: JacobianMode): Planned {
  const { n, m } = task.count(selection);
  const primal = task.derivation.operations("evaluate", selection);
  const forward = primal + n * (task.derivation.operations("jvp", selection) - primal);
  const reverse = primal + m * (task.derivation.operations("vjp", selection) - primal);
  const isForward = mode === "auto" ? forward < reverse || (forward === reverse && n <= m) : mode === "forward";
  const passes = isForward ? n : m;
  return {
    derived: task.derivation.derive(isForward ? "jvp" : "vjp", selection),
    passes,
    operations: isForward ? forward : reverse,
    plan: () => ({
      mode: isForward ? "forward" : "reverse",
      passes,
      inputs: n,
      outputs: m,
      operations: { primal, forward, reverse },
    }),
  };
}
