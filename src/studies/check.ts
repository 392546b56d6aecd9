import { checkAnswer, checkOperations, outputParts } from "../calls/answer-size.ts";
import { carryOut } from "../calls/carry-out.ts";
import { type Warning, Warnings } from "../calls/doubt/warnings.ts";
import { headingsOf } from "../calls/headings.ts";
import { decodeInputs } from "../calls/inputs.ts";
import { planProducts } from "../calls/products.ts";
import type { Question } from "../calls/question.ts";
import { select } from "../calls/selection.ts";
import type { Kind } from "../engine/derived.ts";
import { admitted } from "../engine/runs/admitted.ts";
import { functionsOf } from "../graph/function.ts";
import { nodesOf } from "../graph/graph.ts";
import { familyOf } from "../operators/index.ts";
import { evaluationsOf, unitDirections } from "./differences.ts";
import { exactJacobian } from "./exact.ts";
import {
  checkAdjoint,
  checkEntries,
  checkTaylor,
  type Entry,
  entryNamer,
  taylorEvaluations,
  taylorSeeds,
  trialCount,
} from "./gradient-check.ts";
import { modesOf } from "./modes.ts";
import { randomNumbers } from "./random.ts";
import { samplerOf } from "./sampler.ts";

/** The gradient check: the adjoint identity, the Taylor test, and every entry against central differences. */
export async function checkDerivatives(
  question: Question,
  { seed, tolerance, step }: { readonly seed: number; readonly tolerance: number; readonly step?: number | undefined },
) {
  const { derivation, engine, loaded } = question;
  const selection = select(question);
  const { wrt, of } = headingsOf(question, selection);
  const [n, m] = [wrt.spans.total, of.spans.total];
  const modes = modesOf(question, selection);
  const count = (kind: Kind) => derivation.derive(kind, selection).operations;
  const request = { directions: unitDirections(n), scheme: "central", hasErrors: true } as const;
  const least = evaluationsOf(request) + taylorEvaluations;
  const sweeps = trialCount + taylorSeeds + Math.min(n, m);
  const products = (modes.forward ? count("jvp") : 0) + (modes.reverse ? count("vjp") : 0);
  checkOperations(question, least * count("evaluate") + sweeps * products);
  checkAnswer(question, outputParts(question));
  const inputs = decodeInputs(loaded.graph, question.inputs, undefined);
  const { outputs } = await carryOut(question, planProducts("evaluate")(question), { inputs });
  const sampler = samplerOf(derivation, selection, inputs, undefined);
  return admitted(engine, sampler.bytes(least) + 8 * m * n, async () => {
    const exact = await exactJacobian(question, inputs, "auto");
    const checked = {
      question,
      selection,
      inputs,
      sampler,
      random: randomNumbers(seed),
      tolerance,
      step,
      exact,
      modes,
    };
    const adjoint = await checkAdjoint(checked);
    const found = await checkEntries(checked);
    const { kinks, infinite, blind, vague, worst, ratio, lengths, evaluated, ...entries } = found;
    const taylor = await checkTaylor(checked, lengths);
    const nameOf = entryNamer(question, selection);
    const all = [loaded.graph, ...functionsOf(nodesOf(loaded.graph)).map((held) => held.graph)];
    const isHeld = all.some((graph) => nodesOf(graph).some(({ op }) => familyOf(op) === "differentiation"));
    const warnings = new Warnings();
    for (const warning of exact.warnings) warnings.add(warning);
    const warn = (type: Warning["type"], places: readonly Entry[], tell: (entry: string) => string) => {
      for (const at of places) {
        const { text, place } = nameOf(at);
        warnings.add({ type, message: tell(text), of: place.of, wrt: place.wrt });
      }
    };
    warn("kink", kinks, (entry) => `the slopes of the two sides differ in ${entry}`);
    warn("nonfinite", infinite, (entry) => `the derivative ${entry} is not finite`);
    warn("nonfinite", blind, (entry) => `no finite difference beside the point for ${entry}`);
    warn("undecided", vague, (entry) => `differences are too rough to judge ${entry}`);
    if (isHeld) {
      const message = "what stop_gradient holds constant for derivatives is not constant to differences";
      warnings.add({ type: "undecided", message, operator: "stop_gradient" });
    }
    if (modes.why !== undefined) {
      warnings.add({ type: "undecided", message: `one mode is not held against the other: ${modes.why}` });
    }
    const parts = [...(modes.why === undefined ? [adjoint.verdict] : []), taylor.verdict, entries.verdict];
    const isExplained = kinks.length + infinite.length + blind.length > 0 || isHeld;
    const isFailed =
      adjoint.verdict === "failed" ||
      (entries.verdict === "failed" && !isHeld) ||
      (taylor.verdict === "failed" && !isExplained);
    const isDecided = parts.every((part) => part === "passed");
    return {
      graph: loaded.id,
      outputs,
      verdict: isFailed ? ("failed" as const) : isDecided ? ("passed" as const) : ("inconclusive" as const),
      warnings: warnings.list(),
      adjoint: {
        verdict: adjoint.verdict,
        discrepancy: adjoint.discrepancy,
        trials: adjoint.trials,
      },
      taylor: {
        verdict: taylor.verdict,
        ...(taylor.order === undefined ? {} : { order: taylor.order }),
        noise: taylor.noise,
        remainders: taylor.remainders,
      },
      entries: {
        ...entries,
        ...(worst
          ? {
              worst: {
                ...nameOf(worst).place,
                derivative: worst.derivative,
                difference: worst.difference,
                error: worst.error,
                ratio,
              },
            }
          : {}),
      },
      seed,
      tolerance,
      evaluations: taylorEvaluations + evaluated,
    };
  });
}
