import fc from "fast-check";
import { expect, test } from "vitest";
import { nodesOf } from "../../src/graph/graph.ts";
import { holds as holdsFor, type Said } from "../support/holds.ts";
import * as laws from "../support/laws.ts";
import { familyOf, operators } from "../support/plain-operators.ts";
import { randomGraph } from "../support/random-graphs.ts";
import type { Sample } from "../support/samples.ts";

function holds(law: (sample: Sample) => Said, numRuns = 40): void {
  const size = fc.integer({ min: 5, max: 40 });
  holdsFor([fc.integer(), size], (seed, nodes) => law(randomGraph(seed, nodes)), numRuns);
}

test("random graphs mix all families", () => {
  const graphs = Array.from({ length: 30 }, (_, seed) => randomGraph(seed, 40).surface);
  const families = new Set(graphs.flatMap((graph) => nodesOf(graph).map(({ op }) => familyOf(op))));
  const all = operators.map(familyOf).filter((family) => family !== "differentiation");
  expect([...families]).toEqual(expect.arrayContaining([...new Set(all)]));
});

test("the JVP of a graph is linear in the seed", () => holds(laws.jvpIsLinear));
test("the VJP of a graph is the adjoint of its JVP", () => holds(laws.modesAreAdjoint));
test("the JVP of a graph, transposed twice, is itself", () => holds(laws.transposesBack));
test("a graph has one Jacobian, by forward and by reverse mode", () => holds(laws.jacobiansAgree));
test("the JVP of a graph is its difference quotient within its error", () => holds(laws.jvpIsDifference));
test("the Hessian of a graph is symmetric, the difference quotient of its gradient", () =>
  holds(laws.hessianIsSymmetricAndDifference));
test("a simplified graph has the same values and is no larger", () => holds(laws.simplifyPreserves));
test("a batch of points is each point alone", () => holds((sample) => laws.batchIsEachPoint(sample, "generic"), 25));
test("running a graph writes over nothing that is still read", () => holds(laws.runOverwritesNothing));
test("a gradient costs at most five times its function", () => holds(laws.gradientIsCheap));
