import { expect, test } from "vitest";
import { faultOfModes } from "../../load/fuzz/modes.ts";
import { Budget } from "../../src/graph/budget.ts";
import type { Node } from "../../src/graph/operator.ts";
import { met, PathSets, sumOfPaths } from "../../src/graph/paths.ts";
import { findOperator } from "../../src/operators/index.ts";
import { start } from "../methods/service.ts";
import { forwardJacobian, graphOf, newBuilder, primalOf, reverseJacobian } from "../support/graphs.ts";
import { Random } from "../support/random.ts";
import { singularFormula, singularPoints } from "../support/singular-formulas.ts";
import { tensorOf } from "../support/tensors.ts";

const formulas = 400;
const inputs = [{ name: "x" }, { name: "z" }];

test("both modes give one derivative and one warning at singular points", async () => {
  const { ok } = start();
  const random = new Random(7);
  let special = 0;
  for (let k = 0; k < formulas; k++) {
    const expression = singularFormula(random, 1 + random.below(4));
    const at = { x: random.pick(singularPoints), z: random.pick(singularPoints) };
    const zeros = random.pick(["absorb", "ieee"] as const);
    const call = (mode: string) => ok("jacobian", { graph: { expression, inputs }, inputs: at, mode, zeros });
    const [forward, reverse] = [await call("forward"), await call("reverse")];
    const told = JSON.stringify({ expression, at, zeros, forward, reverse });
    expect(forward.warnings, told).toEqual(reverse.warnings);
    for (const name of ["x", "z"]) {
      const [a, b] = [forward.jacobian.y[name], reverse.jacobian.y[name]];
      if (typeof a === "string" || typeof b === "string") {
        special++;
        expect(a, told).toBe(b);
      } else expect(Math.abs(a - b), told).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(a), Math.abs(b)));
    }
  }
  expect(special).toBeGreaterThan(formulas / 10);
});

test.each(["betainc(0.5, ndtr(x), fmod(ndtr(x), ndtr(x)))", "sqrt(remainder(x, x))", "acos(1 + z - z) * x"])(
  "both modes give one derivative of %s, where a sum cancels in one sweep only",
  async (expression) => {
    for (const PROGRAMS of ["interpreted", "compiled"]) {
      const { ok } = start({ PROGRAMS });
      const graph = { expression, inputs };
      const call = (mode: string) => ok("jacobian", { graph, inputs: { x: 0.3, z: 0 }, mode });
      const [forward, reverse] = [await call("forward"), await call("reverse")];
      expect(forward.jacobian).toEqual(reverse.jacobian);
      expect(forward.warnings).toEqual(reverse.warnings);
      expect(Object.values(forward.jacobian.y)).toContain("NaN");
      const pulled = await ok("vjp", { graph, inputs: { x: 0.3, z: 0 }, seeds: { y: 1 } });
      expect(pulled.cotangents).toEqual(forward.jacobian.y);
    }
  },
);

test("the fuzzer takes what the paths say where sweeps differ by a sum that cancels", () => {
  const builder = newBuilder();
  const apply = (name: string, ...args: Node[]) => builder.apply(findOperator(name)!, args, {});
  const surface = graphOf(
    [[]],
    (x) => {
      const p = apply("ndtr", x);
      return apply("betainc", builder.constant(0.5), p, apply("fmod", p, p));
    },
    builder,
  );
  const primal = primalOf(surface);
  const point = [tensorOf([0.3], [])];
  expect([forwardJacobian(primal, point), reverseJacobian(primal, point)]).toEqual([[[0]], [[Number.NaN]]]);
  expect(faultOfModes({ surface, primal, inputs: point })).toBeUndefined();
});

test("what a path has met does not depend on the order of its factors", () => {
  const sets = new PathSets(Budget.unlimited());
  const factors = [0, -0, 1, -2, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN];
  for (const a of factors) {
    for (const b of factors) {
      for (const c of factors) {
        const one = sets.times(sets.times(sets.times(met.positive, a), b), c);
        const other = sets.times(sets.times(sets.times(met.positive, c), b), a);
        expect(one, `${a} ${b} ${c}`).toBe(other);
        const cutFirst = sets.times(sets.times(sets.untaken(met.positive), a), b);
        expect(sets.untaken(sets.times(sets.times(met.positive, b), a))).toBe(cutFirst);
        // The sum over one path is its product, but that zero absorbs.
        const product = a * b * c;
        const isAbsorbed = a === 0 || b === 0 || c === 0;
        const expected = isAbsorbed || Number.isFinite(product) ? undefined : product;
        expect(sumOfPaths(one, false)).toBe(expected);
        expect(sumOfPaths(one, true)).toBe(Number.isFinite(product) ? undefined : product);
      }
    }
  }
});

test("a sum of paths is that of each", () => {
  const sets = new PathSets(Budget.unlimited());
  for (let a = 0; a < 512; a += 3) {
    for (let b = 0; b < 512; b += 5) {
      for (const factor of [0, 2, -2, Number.POSITIVE_INFINITY, Number.NaN]) {
        expect(sets.times(a | b, factor)).toBe(sets.times(a, factor) | sets.times(b, factor));
      }
      expect(sets.untaken(a | b)).toBe(sets.untaken(a) | sets.untaken(b));
    }
  }
});
