import fc from "fast-check";
import { expect, test } from "vitest";
import { elementCount, range } from "../../src/graph/shape.ts";
import { multiply } from "../../src/operators/families/arithmetic.ts";
import { contract } from "../../src/operators/families/products.ts";
import { negative } from "../../src/operators/linear.ts";
import { permute_dims } from "../../src/operators/views.ts";
import { differenceCompiled } from "../support/compiled.ts";
import { graphOf } from "../support/graphs.ts";
import { Random } from "../support/random.ts";
import { tensorOf } from "../support/tensors.ts";

const short = [1, 2, 3, 4, 5, 7, 8, 9, 16, 17, 31, 33];
/** Sums of more terms are added up in parts. */
const long = [255, 256, 257, 258, 384, 385, 513];
const termsMax = 400_000;

/** Multiples of 1/2, so that no sum depends on its order. */
function halves(shape: readonly number[], random: Random) {
  return tensorOf(
    Array.from({ length: elementCount(shape) }, () => random.pick([-1, -0.5, 0, 0.5, 1, 2])),
    shape,
  );
}

test("products of any letters, of permuted operands and for permuted readers, are the interpreter's", () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 2, max: 4 }), (seed, count) => {
      const random = new Random(seed);
      const letters = [..."abcd"].slice(0, count);
      const lengths = new Map(letters.map((letter) => [letter, random.pick(short)]));
      if (random.unit() < 0.6) lengths.set(random.pick(letters), random.pick(long));
      while (elementCount([...lengths.values()]) > termsMax) lengths.set(random.pick(letters), random.pick(short));
      const shuffled = <T>(list: readonly T[]) => list.toSorted(() => random.unit() - 0.5);
      const x = shuffled(letters).filter(() => random.unit() < 0.75);
      const y = shuffled(letters).filter((letter) => !x.includes(letter) || random.unit() < 0.6);
      const isShared = (letter: string) => x.includes(letter) && y.includes(letter);
      const out = shuffled(letters).filter((letter) => !isShared(letter) || random.unit() < 0.4);
      const equation = `${x.join("")},${y.join("")}->${out.join("")}`;
      // Operands are inputs, or made in the program, whose axes are in another order.
      const turns = [x, y].map((names) => shuffled(range(names.length)));
      const shapes = [x, y].map((names, k) => names.map((_, i) => lengths.get(names[turns[k]!.indexOf(i)]!)!));
      const [isMade, isTurned] = [random.unit() < 0.5, random.unit() < 0.5];
      const graph = graphOf(shapes, (...args) => {
        const [p, q] = args.map((arg, k) => permute_dims(isMade ? multiply(arg, 2) : arg, { axes: turns[k]! }));
        const product = contract(p!, q!, { equation, absorb: random.unit() < 0.5 });
        return isTurned ? permute_dims(product, { axes: shuffled(range(out.length)) }) : [product, negative(product)];
      });
      const inputs = shapes.map((shape) => halves(shape, random));
      const found = differenceCompiled(graph, inputs, true);
      expect(found && `${equation} with ${[...lengths].join(" ")}: ${found}`).toBeUndefined();
    }),
    { numRuns: 80 },
  );
});
