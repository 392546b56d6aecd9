import type { GraphFunction } from "../../graph/function.ts";
import { type NdArray, ndarray, rowMajorData, scalar } from "../../graph/ndarray.ts";
import type { Node, Operator } from "../../graph/operator.ts";
import { elementCount, range } from "../../graph/shape.ts";
import { call } from "./call.ts";
import { cond, switchOf } from "./cond.ts";
import { map } from "./map.ts";
import { scan } from "./scan.ts";
import { whileLoop } from "./while.ts";

/** One run of a function that a node holds; of a loop the number of the row or step. */
export interface FunctionRun {
  readonly function: GraphFunction;
  readonly inputs: readonly NdArray[];
  readonly step?: number;
  /** Whether it only decides if there is another step. */
  readonly isCondition?: boolean;
}

/** The runs one after the other; each is handed the outputs of the last. */
type Runs = Generator<FunctionRun, void, readonly NdArray[]>;

/** The runs of a document's node that holds functions, of the values of its operands; undefined where it has no such runs. */
export function runsOf({ op, attrs }: Node, args: readonly NdArray[]): Runs | undefined {
  return ways.get(op)?.(attrs, args);
}

const ways: ReadonlyMap<Operator, (attrs: Node["attrs"], args: readonly NdArray[]) => Runs> = new Map([
  [call.operator, (attrs, args) => once(attrs.function as GraphFunction, args)],
  [
    cond.operator,
    ({ then: taken, else: other }, [p, ...xs]) => once((numberOf(p!) ? taken : other) as GraphFunction, xs),
  ],
  [switchOf.operator, ({ branches }, [i, ...xs]) => once(chosen(branches as readonly GraphFunction[], i!), xs)],
  [map.operator, mapped],
  [scan.operator, scanned],
  [whileLoop.operator, repeated],
]);

function* once(held: GraphFunction, inputs: readonly NdArray[]): Runs {
  yield { function: held, inputs };
}

function* mapped({ function: held, constants }: Node["attrs"], args: readonly NdArray[]): Runs {
  const first = constants as number;
  for (const step of range(args[first]!.shape[0]!)) {
    yield {
      function: held as GraphFunction,
      inputs: [...args.slice(0, first), ...rowsAt(args.slice(first), step)],
      step,
    };
  }
}

function* scanned(attrs: Node["attrs"], args: readonly NdArray[]): Runs {
  const [constants, carry, length] = [attrs.constants as number, attrs.carry as number, attrs.length as number];
  const xs = args.slice(constants + carry);
  let carries = args.slice(constants, constants + carry);
  for (const i of range(length)) {
    const step = attrs.reverse ? length - 1 - i : i;
    const inputs = [...args.slice(0, constants), ...carries, ...rowsAt(xs, step)];
    carries = [...(yield { function: attrs.function as GraphFunction, inputs, step })].slice(0, carry);
  }
}

function* repeated(attrs: Node["attrs"], args: readonly NdArray[]): Runs {
  const { condition, body } = attrs as { condition: GraphFunction; body: GraphFunction };
  const { constants, limit = Number.POSITIVE_INFINITY } = attrs as { constants: number; limit?: number };
  const fixed = args.slice(0, constants);
  let carries = args.slice(constants);
  for (let step = 0; step < limit; step++) {
    const inputs = [...fixed, ...carries];
    const [isOn] = yield { function: condition, inputs, step, isCondition: true };
    if (!numberOf(isOn!)) return;
    carries = [...(yield { function: body, inputs, step })];
  }
}

function chosen(branches: readonly GraphFunction[], i: NdArray): GraphFunction {
  return branches[Math.min(branches.length - 1, Math.max(0, numberOf(i)))]!;
}

function numberOf({ data, offset }: NdArray): number {
  return data[offset]!;
}

function rowsAt(xs: readonly NdArray[], i: number): NdArray[] {
  return xs.map((x) => {
    const [, ...shape] = x.shape;
    const size = elementCount(shape);
    const data = rowMajorData(x).subarray(i * size, (i + 1) * size);
    return shape.length === 0 ? scalar(x.dtype, data[0]!) : ndarray(x.dtype, shape, data);
  });
}
