import { stripOf } from "../engine/choose-strip.ts";
import { plannedBytes } from "../engine/strip.ts";
import { sizeOf } from "./answer-size.ts";
import { loopsOf, type ToldLoops } from "./explaining/loops.ts";
import { planHessian, planJacobian } from "./matrices.ts";
import { type Plan, tellPlan } from "./plan.ts";
import { planProducts } from "./products.ts";
import type { Question, QuestionParams } from "./question.ts";
import type { ToldPlan } from "./routes.ts";

/** How a method is explained: its plan, and what is taken as asked for beside what a caller says. */
export interface Explainer {
  readonly plan: (question: Question) => Plan;
  readonly asked: Pick<QuestionParams, "seeds">;
}

const oneSeed = { seeds: {} };

/** The methods that have plans. Those that take seeds are explained for one. */
export const explainers = {
  evaluate: { plan: planProducts("evaluate"), asked: {} },
  jvp: { plan: planProducts("jvp"), asked: oneSeed },
  vjp: { plan: planProducts("vjp"), asked: oneSeed },
  gradient: { plan: planProducts("gradient"), asked: {} },
  hvp: { plan: planProducts("hvp"), asked: oneSeed },
  jacobian: { plan: planJacobian, asked: {} },
  hessian: { plan: planHessian, asked: {} },
} as const satisfies Record<string, Explainer>;

/** What a plan would compile and hold, and whether that is compiled already; nothing runs. */
export function explainPlan(
  { derivation, loaded, points }: Question,
  plan: Plan,
): { readonly plan: ToldPlan; readonly cached: boolean; readonly memoryBytes: number } & Partial<ToldLoops> {
  const { inputs } = loaded.graph;
  let cached = true;
  let bytes = 0;
  for (const { derived, seeds } of plan.sweeps) {
    const isBatched = derived.graph.inputs.map((_, i) => points !== undefined && i < inputs.length);
    const strip = stripOf(derivation, derived, { points, seeds, isBatched });
    cached &&= derivation.isCompiled(derived, strip);
    bytes = Math.max(bytes, plannedBytes(derivation.compile(derived, strip), derived, strip));
  }
  const parts = [{ rows: inputs.map(({ shape }) => shape) }, ...plan.parts];
  const told = loopsOf(plan.sweeps[0]!.derived.graph);
  return {
    plan: tellPlan(plan),
    cached,
    memoryBytes: bytes + sizeOf(parts, points, "json").bytes,
    ...(told.loops.length > 0 && told),
  };
}
