import { type Derived, type Kind, kinds } from "../engine/derived.ts";
import type { Structure } from "../engine/sparsity.ts";
import type { Selection } from "../transforms/derive.ts";
import { type Compressed, compressHessian, compressJacobian, type Format, findStructure } from "./compression.ts";
import type { Task } from "./task.ts";

/** How a call is going to be computed, as the wire tells it. */
export interface Plan {
  readonly mode: "none" | "forward" | "reverse" | "bidirectional" | "forward-over-reverse";
  readonly passes: number;
  readonly inputs: number;
  readonly outputs: number;
  readonly operations: {
    readonly primal: number;
    readonly forward?: number;
    readonly reverse?: number;
    readonly compressed?: number;
  };
  readonly colors?: { readonly columns?: number; readonly rows?: number; readonly star?: number };
  readonly nonzeros?: number;
  readonly density?: number;
}

/** What it takes to carry out a call. */
export interface Planned {
  readonly derived: Derived;
  readonly passes: number;
  /** Operations of all passes for one point. */
  readonly operations: number;
  /** The plan for people; it may have to derive what the call itself does not need. */
  readonly plan: () => Plan;
  /** Present where a matrix is had from compressed sweeps, with the programs of both directions. */
  readonly compressed?: Compressed & { readonly forward: Derived; readonly reverse: Derived | undefined };
}

/** Which Jacobian mode a caller asks for. */
export type JacobianMode = "auto" | "forward" | "reverse" | "bidirectional";

const costsBytes = 500;

/** Plans products with `passes` seeds, a gradient (one pass) or an evaluation (none). */
export function planProducts(task: Task, kind: Kind, selection: Selection, passes: number): Planned {
  const count = (other: Kind) => task.derivation.operations(other, selection);
  const derived = task.derivation.derive(kind, selection);
  const { mode, seedless } = kinds[kind];
  const once = kind === seedless ? 0 : count(seedless);
  const plan = (): Plan => {
    const { n, m } = task.count(selection);
    const primal = count("evaluate");
    const sweeps = {
      ...(mode === "forward" ? { forward: primal + n * (count("jvp") - primal) } : {}),
      ...(mode.endsWith("reverse") ? { reverse: primal + m * (count("vjp") - primal) } : {}),
    };
    return { mode, passes, inputs: n, outputs: m, operations: { primal, ...sweeps } };
  };
  return { derived, passes, operations: once + Math.max(passes, 1) * (derived.operations - once), plan };
}

/**
 * Plans a Jacobian: unit tangents in forward mode or unit cotangents in reverse mode, whichever counts fewer operations;
 * on a tie forward when there are no more inputs than outputs, which is the dimension rule. Where the matrix is sparse
 * enough to pay, or a sparse one is asked for, sums of them are swept, one for each colour.
 */
export function planJacobian(task: Task, selection: Selection, mode: JacobianMode, format: Format = "dense"): Planned {
  const costs = task.derivation.noted(`costs|${mode}`, selection, () => jacobianCosts(task, selection, mode));
  const { n, m, sweep, isForward, plan } = costs;
  const { passes } = plan;
  const operations = isForward ? plan.operations.forward! : plan.operations.reverse!;
  const derive = (kind: "jvp" | "vjp") => task.derivation.derive(kind, selection);
  const structure = findStructure(task, selection, () => derive(n <= m ? "jvp" : "vjp"), format, passes, n * m);
  const compressed = structure && compressJacobian(task, selection, structure, sweep, mode);
  if (compressed && (format !== "dense" || compressed.operations < operations)) {
    const [jvp, vjp] = [derive("jvp"), derive("vjp")];
    return withCompressed(compressed, structure, plan, isForwardOnly(compressed) ? jvp : vjp, jvp, vjp);
  }
  return {
    derived: derive(isForward ? "jvp" : "vjp"),
    passes,
    operations,
    plan: () => (structure ? { ...plan, ...sparsity(structure) } : plan),
  };
}

/** What the modes of a Jacobian cost without sparsity, which of them to take, and how the wire tells it. */
function jacobianCosts(task: Task, selection: Selection, mode: JacobianMode) {
  const { n, m } = task.count(selection);
  const primal = task.derivation.operations("evaluate", selection);
  const sweep = {
    primal,
    forward: task.derivation.operations("jvp", selection) - primal,
    reverse: task.derivation.operations("vjp", selection) - primal,
  };
  const forward = primal + n * sweep.forward;
  const reverse = primal + m * sweep.reverse;
  const isAuto = mode === "auto" || mode === "bidirectional";
  const isForward = isAuto ? forward < reverse || (forward === reverse && n <= m) : mode === "forward";
  const passes = isForward ? n : m;
  const plan: Plan = {
    mode: isForward ? "forward" : "reverse",
    passes,
    inputs: n,
    outputs: m,
    operations: { primal, forward, reverse },
  };
  return { n, m, sweep, isForward, plan, bytes: costsBytes };
}

/** Plans a Hessian: a sweep for each input, or for each colour of a star colouring. */
export function planHessian(task: Task, selection: Selection, format: Format): Planned {
  const { n } = task.count(selection);
  const planned = planProducts(task, "hvp", selection, n);
  const structure = findStructure(task, selection, () => planned.derived, format, n, n * n);
  if (!structure) return planned;
  const colored = planProducts(task, "hvp", selection, structure.columns.count);
  if (format === "dense" && colored.passes >= n) {
    return { ...planned, plan: () => ({ ...planned.plan(), ...sparsity(structure) }) };
  }
  const compressed = compressHessian(task, selection, structure, colored.operations);
  return withCompressed(compressed, structure, planned.plan(), planned.derived, planned.derived, undefined);
}

function withCompressed(
  compressed: Compressed,
  structure: Structure,
  { inputs, outputs, operations }: Pick<Plan, "inputs" | "outputs" | "operations">,
  derived: Derived,
  forward: Derived,
  reverse: Derived | undefined,
): Planned {
  const { mode, passes } = compressed;
  return {
    derived,
    passes,
    operations: compressed.operations,
    compressed: { ...compressed, forward, reverse },
    plan: () => ({
      mode,
      passes,
      inputs,
      outputs,
      operations: { ...operations, compressed: compressed.operations },
      ...sparsity(structure, compressed),
    }),
  };
}

function isForwardOnly({ compression }: Compressed): boolean {
  return compression.reverse.count === 0;
}

/** What a plan tells of sparsity. */
function sparsity({ pattern, columns, rows }: Structure, compressed?: Compressed) {
  const { nonzeros, density } = pattern;
  const { forward, reverse } = compressed?.compression ?? {};
  const colors =
    columns === rows
      ? { star: columns.count }
      : compressed?.mode === "bidirectional"
        ? { columns: forward!.count, rows: reverse!.count }
        : { columns: columns.count, rows: rows.count };
  return { colors, nonzeros, density };
}
