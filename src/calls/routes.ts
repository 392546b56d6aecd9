import { type Derived, type Kind, kinds } from "../engine/derived.ts";
import type { Structure } from "../engine/sparsity.ts";
import { ServiceError } from "../errors.ts";
import type { Selection } from "../transforms/derive.ts";
import { type Compressed, compressHessian, compressJacobian, findStructure } from "./compression.ts";
import { headingsOf } from "./headings.ts";
import type { JacobianMode, Question } from "./question.ts";

/** How a call is going to be computed, as the wire tells it. */
export type ToldPlan = {
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
  readonly bounded?: false;
  readonly nonzeros?: number;
  readonly density?: number;
};

/** Which way a derivative is taken, and what that takes. */
export interface Route {
  readonly derived: Derived;
  readonly passes: number;
  /** Operations of all passes for one point. */
  readonly operations: number;
  /** The plan for people; it may have to derive what the call itself does not need. */
  readonly told: () => ToldPlan;
  /** Present where a matrix is had from compressed sweeps, with the programs of both directions. */
  readonly compressed?: Compressed & { readonly forward: Derived | undefined; readonly reverse: Derived | undefined };
}

const costsBytes = 500;

/** Scalars in the inputs and outputs selected. */
function countsOf(question: Question, selection: Selection): { n: number; m: number } {
  const { wrt, of } = headingsOf(question, selection);
  return { n: wrt.spans.total, m: of.spans.total };
}

/** Plans products with `passes` seeds, a gradient (one pass) or an evaluation (none). */
export function routeProducts(question: Question, kind: Kind, selection: Selection, passes: number): Route {
  const count = (other: Kind) => question.derivation.operations(other, selection);
  const derived = question.derivation.derive(kind, selection);
  const { mode, seedless } = kinds[kind];
  const once = kind === seedless ? 0 : count(seedless);
  const told = (): ToldPlan => {
    const { n, m } = countsOf(question, selection);
    const primal = count("evaluate");
    const sweeps = {
      ...(mode === "forward" ? { forward: primal + n * (count("jvp") - primal) } : {}),
      ...(mode.endsWith("reverse") ? { reverse: primal + m * (count("vjp") - primal) } : {}),
    };
    return { mode, passes, inputs: n, outputs: m, operations: { primal, ...sweeps } };
  };
  return { derived, passes, operations: once + Math.max(passes, 1) * (derived.operations - once), told };
}

/**
 * Plans a Jacobian: unit tangents in forward mode or unit cotangents in reverse mode, whichever counts fewer operations;
 * on a tie forward when there are no more inputs than outputs, which is the dimension rule. Where the matrix is sparse
 * enough to pay, or a sparse one is asked for, sums of them are swept, one for each colour.
 */
export function routeJacobian(question: Question, selection: Selection): Route {
  const { format } = question;
  const costs = question.derivation.noted(`costs|${question.mode}`, selection, () =>
    jacobianCosts(question, selection, question.mode),
  );
  const { n, m, sweep, isForward, plan, mode } = costs;
  const { passes } = plan;
  const operations = isForward ? plan.operations.forward! : plan.operations.reverse!;
  const derive = (kind: "jvp" | "vjp") => question.derivation.derive(kind, selection);
  const isByColumns = mode === "auto" || mode === "bidirectional" ? n <= m : isForward;
  const structure = findStructure(
    question,
    selection,
    () => derive(isByColumns ? "jvp" : "vjp"),
    format,
    passes,
    n * m,
  );
  const compressed = structure && compressJacobian(question, selection, structure, sweep, mode);
  if (compressed && (format !== "dense" || compressed.operations < operations)) {
    const [jvp, vjp] = (["jvp", "vjp"] as const).map((kind) => (isNeeded(compressed, kind) ? derive(kind) : undefined));
    return withCompressed(compressed, structure, plan, isForwardOnly(compressed) ? jvp! : vjp!, jvp, vjp);
  }
  return {
    derived: derive(isForward ? "jvp" : "vjp"),
    passes,
    operations,
    told: () => (structure ? { ...plan, ...sparsity(structure) } : plan),
  };
}

/** What the modes of a Jacobian cost without sparsity, which of them to take, and how the wire tells it. */
function jacobianCosts(question: Question, selection: Selection, mode: JacobianMode) {
  const { n, m } = countsOf(question, selection);
  const primal = question.derivation.operations("evaluate", selection);
  const counts = { forward: countOf(question, "jvp", selection), reverse: countOf(question, "vjp", selection) };
  const isAuto = mode === "auto" || mode === "bidirectional";
  // A mode that there is none of is no choice; one that was asked for says why.
  const only =
    typeof counts.forward !== "number" ? "reverse" : typeof counts.reverse !== "number" ? "forward" : undefined;
  const taken = isAuto ? (only ?? mode) : mode;
  for (const side of ["forward", "reverse"] as const) {
    const count = counts[side];
    if (taken === side && typeof count !== "number") throw count;
  }
  const sweep = { primal, forward: sweepOf(counts.forward), reverse: sweepOf(counts.reverse) };
  const forward = primal + n * sweep.forward;
  const reverse = primal + m * sweep.reverse;
  const isFree = taken === "auto" || taken === "bidirectional";
  const isForward = isFree ? forward < reverse || (forward === reverse && n <= m) : taken === "forward";
  const passes = isForward ? n : m;
  const plan: ToldPlan = {
    mode: isForward ? "forward" : "reverse",
    passes,
    inputs: n,
    outputs: m,
    operations: {
      primal,
      ...(Number.isFinite(forward) && { forward }),
      ...(Number.isFinite(reverse) && { reverse }),
    },
  };
  return { n, m, sweep, isForward, plan, mode: taken, bytes: costsBytes };

  function sweepOf(count: number | ServiceError): number {
    return typeof count === "number" ? count - primal : Number.POSITIVE_INFINITY;
  }
}

/** The operations of a derivative, or why there is none. */
function countOf(question: Question, kind: Kind, selection: Selection): number | ServiceError {
  try {
    return question.derivation.operations(kind, selection);
  } catch (error) {
    if (error instanceof ServiceError && error.type === "not_differentiable") return error;
    throw error;
  }
}

/** Plans a Hessian: a sweep for each input, or for each colour of a star colouring. */
export function routeHessian(question: Question, selection: Selection): Route {
  const { format } = question;
  const { n } = countsOf(question, selection);
  const plain = routeProducts(question, "hvp", selection, n);
  const structure = findStructure(question, selection, () => plain.derived, format, n, n * n);
  if (!structure) return plain;
  const colored = routeProducts(question, "hvp", selection, structure.columns.count);
  if (format === "dense" && colored.passes >= n) {
    return { ...plain, told: () => ({ ...plain.told(), ...sparsity(structure) }) };
  }
  const compressed = compressHessian(question, selection, structure, colored.operations);
  return withCompressed(compressed, structure, plain.told(), plain.derived, plain.derived, undefined);
}

function withCompressed(
  compressed: Compressed,
  structure: Structure,
  { inputs, outputs, operations }: Pick<ToldPlan, "inputs" | "outputs" | "operations">,
  derived: Derived,
  forward: Derived | undefined,
  reverse: Derived | undefined,
): Route {
  const { mode, passes } = compressed;
  return {
    derived,
    passes,
    operations: compressed.operations,
    compressed: { ...compressed, forward, reverse },
    told: () => ({
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

function isNeeded({ compression }: Compressed, kind: "jvp" | "vjp"): boolean {
  return kind === "jvp"
    ? compression.forward.count > 0 || compression.reverse.count === 0
    : compression.reverse.count > 0;
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
