import { type DType, isInteger } from "../../src/graph/dtype.ts";
import type { Graph } from "../../src/graph/graph.ts";
import type { NdArray } from "../../src/graph/ndarray.ts";
import type { Operator } from "../../src/graph/operator.ts";
import { elementCount } from "../../src/graph/shape.ts";
import { graphOf, newBuilder, primalOf, resultsIn, run } from "./graphs.ts";
import { casesOf, fitting, isIndex } from "./operator-cases.ts";
import { Random } from "./random.ts";
import { flat, tensorOf } from "./tensors.ts";

/** A graph and a point to look at it. */
export interface Sample {
  /** As a document has it. */
  readonly surface: Graph;
  /** In primitives, simplified. */
  readonly primal: Graph;
  readonly inputs: readonly NdArray[];
  /** For what else a law needs at random. */
  readonly random: Random;
}

/**
 * What the operands hold: numbers without relation; small integers, or one number where there are none, so that there are
 * ties, zeros and jumps; or also infinities and NaN.
 */
export type Values = "generic" | "ties" | "special";

// Between them every operator has a range where it is finite.
const ranges = [
  [-2.5, 2.5],
  [0.2, 2.5],
  [-0.85, 0.85],
  [1.1, 3],
  [0.15, 0.85],
] as const;

/** How many samples may say little: without elements, or giving their operand as it is. */
const littleShare = 0.05;
const drawsMax = 30;

/** An operator on random operands that fit it. Float operands, or of any dtype that it takes. */
export function sampleOperator(op: Operator, seed: number, values: Values, anyDType = false): Sample {
  const random = new Random(seed);
  const mayBeLittle = random.unit() < littleShare;
  const draw = () => drawGraph(op, random, anyDType, mayBeLittle);
  let drawn = draw();
  for (let k = 1; k < drawsMax && !mayBeLittle && isIdentity(drawn.primal); k++) drawn = draw();
  const { surface, primal } = drawn;
  let inputs: NdArray[] = [];
  let most = -1;
  for (const range of ranges) {
    const tried = surface.inputs.map(({ shape, dtype }, i) => {
      const numbers = Array.from({ length: elementCount(shape) }, () => element(random, dtype, values, range));
      return tensorOf(values === "special" ? numbers : fitting(op, i, numbers, shape), shape, dtype);
    });
    const results = run(primal, tried).flatMap(flat);
    const finite = results.filter(Number.isFinite).length;
    if (finite > most) [inputs, most] = [tried, finite];
    // Special values need not give finite ones, but something.
    if (finite === results.length || (values === "special" && !results.every(Number.isNaN))) break;
  }
  return { surface, primal, inputs, random };
}

/** One random element. */
export function element(
  random: Random,
  dtype: DType,
  values: Values,
  [low, high]: readonly [number, number] = ranges[0],
): number {
  if (dtype === "bool") return random.below(2);
  if (isInteger(dtype)) return random.below(5) - 2;
  if (values === "special" && random.unit() < 0.4) {
    return random.pick([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, -0, 1, 1e300, -1e-300]);
  }
  if (values === "generic") return random.between(low, high);
  return Math.ceil(low) > high ? (low + high) / 2 : Math.ceil(low) + random.below(Math.ceil(high - low));
}

/** An operator on inputs that fit it, in one of its cases. */
function drawGraph(
  op: Operator,
  random: Random,
  anyDType: boolean,
  mayBeLittle: boolean,
): Pick<Sample, "surface" | "primal"> {
  const group = random.pick(casesOf(op));
  const full = group.filter(({ isEmpty }) => !isEmpty);
  const { shapes, attrs } = random.pick(mayBeLittle || full.length === 0 ? group : full);
  const builder = newBuilder();
  const specs = shapes.map((shape, i) => {
    if (isIndex(op, i)) return { shape, dtype: "int32" as const };
    return {
      shape,
      dtype: anyDType ? random.pick<DType>(["float64", "float64", "int32", "int32", "int64", "bool"]) : "float64",
    };
  });
  const surface = graphOf(specs, (...args) => resultsIn(builder.apply(op, args, attrs)), builder);
  return { surface, primal: primalOf(surface) };
}

function isIdentity({ inputs, outputs }: Graph): boolean {
  return inputs.some(({ node }) => node === outputs[0]!.node);
}
