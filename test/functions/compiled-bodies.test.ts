import fc from "fast-check";
import { expect, test } from "vitest";
import { readConfig } from "../../src/config.ts";
import { parseGraph } from "../../src/syntax/sources.ts";
import { differenceCompiled } from "../support/compiled.ts";
import { newBuilder, primalOf } from "../support/graphs.ts";
import { tensor } from "../support/tensors.ts";
import { randomBodies } from "./random-bodies.ts";

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
