import fc from "fast-check";
import { expect, test } from "vitest";
import { readConfig } from "../../src/config.ts";
import { parseGraph } from "../../src/syntax/sources.ts";
import { start } from "../methods/service.ts";
import { differenceCompiled } from "../support/compiled.ts";
import { newBuilder, primalOf } from "../support/graphs.ts";
import { tensor } from "../support/tensors.ts";
import { randomBodies } from "./random-bodies.ts";
import { expectClose } from "./unrolled.ts";

const { limits } = readConfig();

test.each([
  [1, 150],
  [2, 60],
  [3, 20],
])("loops, whiles, branches and solves in each other, %i deep, are the interpreter's to the bit", (depth, numRuns) => {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const { graph, inputs } = randomBodies(seed, depth);
      const primal = primalOf(parseGraph(graph, newBuilder(), limits));
      expect(
        differenceCompiled(
          primal,
          inputs.map((x) => tensor(x)),
          true,
        ),
      ).toBeUndefined();
    }),
    { numRuns },
  );
});

test("derivatives of loops, whiles, branches and solves in each other are the interpreter's, in both modes and batched", async () => {
  const [compiled, interpreted] = ["compiled", "interpreted"].map((PROGRAMS) => start({ PROGRAMS }));
  for (let seed = 0; seed < 12; seed++) {
    const { graph, inputs } = randomBodies(seed, 2);
    const named = (list: readonly unknown[]) => Object.fromEntries(graph.inputs.map(({ name }, i) => [name, list[i]]));
    for (const mode of ["forward", "reverse"]) {
      for (const params of [{ inputs: named(inputs) }, { inputs: named(inputs.map((x) => [x, x])), batch: 2 }]) {
        const asked = { graph, mode, ...params };
        const [actual, expected] = [await compiled!.ok("jacobian", asked), await interpreted!.ok("jacobian", asked)];
        for (const key of ["outputs", "jacobian"]) expectClose(actual[key], expected[key], `${seed} ${mode} ${key}`);
      }
    }
  }
});
