import { test } from "vitest";
import { operators } from "../../src/operators/index.ts";
import * as laws from "../support/laws.ts";
import { sampleOperator } from "../support/samples.ts";
const N = Number(process.env.N ?? 20);
const S = Number(process.env.S ?? 1000);
function each(name: string, f: (op: any, seed: number) => void) {
  test(name, () => {
    const t = performance.now();
    for (const op of operators) {
      let fails = 0; let first = "";
      for (let s = 0; s < N; s++) try { f(op, S + s * 7919); } catch (e: any) { fails++; if (!first) first = `seed ${S + s * 7919} ` + String(e.message).slice(0, 300).replace(/\n+/g, " | "); }
      if (fails) console.log(name, op.name, fails, first);
    }
    console.log(name, performance.now() - t);
  }, 600000);
}
each("linear", (op, s) => laws.jvpIsLinear(sampleOperator(op, s, "generic")));
each("linear ties", (op, s) => laws.jvpIsLinear(sampleOperator(op, s, "ties")));
each("adjoint", (op, s) => laws.modesAreAdjoint(sampleOperator(op, s, "generic")));
each("jacobians", (op, s) => laws.jacobiansAgree(sampleOperator(op, s, "generic")));
each("jacobians ties", (op, s) => laws.jacobiansAgree(sampleOperator(op, s, "ties")));
each("jacobians special", (op, s) => laws.jacobiansAgree(sampleOperator(op, s, "special")));
each("difference", (op, s) => laws.jvpIsDifference(sampleOperator(op, s, "generic")));
each("hessian", (op, s) => laws.hessianIsSymmetricAndDifference(sampleOperator(op, s, "generic")));
each("simplify", (op, s) => laws.simplifyPreserves(sampleOperator(op, s, "special", true)));
each("batch", (op, s) => laws.batchIsEachPoint(sampleOperator(op, s, "special", true), "special"));
each("cheap", (op, s) => laws.gradientIsCheap(sampleOperator(op, s, "generic")));
