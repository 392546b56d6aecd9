import { test } from "vitest";
import { nodesOf } from "../../src/graph/graph.ts";
import * as laws from "../support/laws.ts";
import { randomGraph } from "../support/random-graphs.ts";
const N = Number(process.env.N ?? 40);
const S = Number(process.env.S ?? 1000);
function each(name: string, f: (sample: any) => void) {
  test(name, () => {
    const t = performance.now();
      let fails = 0; let first = ""; let total = 0;
      const ops = new Set<string>();
      for (let s = 0; s < N; s++) { const size = 5 + (s % 36); try { const g = randomGraph(S + s * 7919, size); total += nodesOf(g.surface).length; for (const n of nodesOf(g.surface)) ops.add(n.op.name); f(g); } catch (e: any) { fails++; if (fails<4) first += `seed ${S + s * 7919} ${size}` + String(e.stack).slice(0, 400).replace(/\n+/g, " | "); } }
      if (fails) console.log(name, fails, first);
    console.log(name, performance.now() - t, total / N, ops.size);
  }, 600000);
}
each("linear", laws.jvpIsLinear);
each("adjoint", laws.modesAreAdjoint);
each("jacobians", laws.jacobiansAgree);
each("difference", laws.jvpIsDifference);
each("hessian", laws.hessianIsSymmetricAndDifference);
each("simplify", laws.simplifyPreserves);
each("batch", (s) => laws.batchIsEachPoint(s, "generic"));
each("cheap", laws.gradientIsCheap);
