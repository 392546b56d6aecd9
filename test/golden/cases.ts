import { readFileSync } from "node:fs";

/** A tensor in JSON: nested arrays, the special numbers as strings. */
export type Nested = number | boolean | string | readonly Nested[];

/** Tensors by name. */
export type Tensors = Readonly<Record<string, Nested>>;

/** An input as declared. */
export interface Declared {
  readonly name: string;
  readonly shape?: readonly number[];
  readonly dtype?: "float64" | "int32" | "bool";
}

/** A graph with its values and derivatives at one point. */
export interface Case {
  readonly name: string;
  /** Why the tolerance is not the usual one. */
  readonly reason?: string;
  /** What the expectation has by rule and not from JAX. */
  readonly note?: string;
  readonly graph: {
    readonly inputs: readonly Declared[];
    readonly nodes: readonly { id: string; op: string; args: readonly Nested[]; attrs?: unknown }[];
    readonly outputs: readonly (string | { readonly name: string; readonly node: string })[];
  };
  readonly inputs: Tensors;
  /** The relative error allowed. */
  readonly tolerance: number;
  /** The absolute error allowed beside it, for numbers that would be 0 but for rounding. */
  readonly absolute?: number;
  /** Whether every expected number is. */
  readonly finite: boolean;
  readonly expect: {
    readonly outputs: Tensors;
    readonly jvp: { readonly seeds: Tensors; readonly tangents: Tensors };
    readonly vjp: { readonly seeds: Tensors; readonly cotangents: Tensors };
    readonly jacobian: Readonly<Record<string, Tensors>>;
    readonly hessian?: Readonly<Record<string, Tensors>>;
  };
}

/** Every case of golden.json. */
export const cases: readonly Case[] = JSON.parse(readFileSync(new URL("../data/golden.json", import.meta.url), "utf8"));

/**
 * What a case's answers tell: where a value is NaN, so are its derivatives by what it depends on. Programs and JAX go on with
 * the slopes there.
 */
export function told({ expect: wanted }: Case): Case["expect"] {
  const { outputs, jvp, vjp, jacobian, hessian } = wanted;
  const values = mapTensors(outputs, numbersIn);
  const isLost = (output: string, input: string) => {
    const slopes = numbersIn(jacobian[output]![input]!);
    const width = slopes.length / values[output]!.length;
    return (row: number, column: number) => Number.isNaN(values[output]![row]!) && slopes[row * width + column] !== 0;
  };
  const lose = (nested: Nested, isGone: (index: number) => boolean): Nested => {
    let index = 0;
    const walk = (part: Nested): Nested => (typeof part === "object" ? part.map(walk) : isGone(index++) ? "NaN" : part);
    return walk(nested);
  };
  const inputs = Object.keys(vjp.cotangents);
  const pairs = Object.keys(jacobian).flatMap((output) => inputs.map((input) => ({ output, input })));
  const seed = (seeds: Tensors, name: string, index: number) => numbersIn(seeds[name] ?? 0)[index] ?? 0;
  return {
    outputs,
    jvp: {
      ...jvp,
      tangents: mapTensors(jvp.tangents, (tensor, output) =>
        lose(tensor, (row) =>
          inputs.some((input) =>
            numbersIn(jvp.seeds[input]!).some((value, column) => value !== 0 && isLost(output, input)(row, column)),
          ),
        ),
      ),
    },
    vjp: {
      ...vjp,
      cotangents: mapTensors(vjp.cotangents, (tensor, input) =>
        lose(tensor, (column) =>
          pairs.some(
            (pair) =>
              pair.input === input &&
              values[pair.output]!.some(
                (_, row) => seed(vjp.seeds, pair.output, row) !== 0 && isLost(pair.output, input)(row, column),
              ),
          ),
        ),
      ),
    },
    jacobian: mapTensors(jacobian, (blocks, output) =>
      mapTensors(blocks, (tensor, input) => {
        const width = numbersIn(tensor).length / values[output]!.length;
        return lose(tensor, (at) => isLost(output, input)(Math.floor(at / width), at % width));
      }),
    ),
    ...(hessian && { hessian }),
  };
}

function mapTensors<T, U>(tensors: Readonly<Record<string, T>>, f: (tensor: T, name: string) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, f(tensor, name)]));
}

/** The numbers of a nested tensor in row-major order. */
export function numbersIn(nested: Nested): number[] {
  return typeof nested === "object" ? nested.flatMap(numbersIn) : [Number(nested)];
}

/** The shape of nested arrays, up to and including the first 0. */
export function shapeOf(nested: Nested): number[] {
  if (typeof nested !== "object") return [];
  return [nested.length, ...(nested.length > 0 ? shapeOf(nested[0]!) : [])];
}

/** A number that differs from what was expected. */
interface Difference {
  readonly index: number;
  readonly received: number;
  readonly expected: number;
}

/** Where `received` is not `expected` to a case's tolerance. What is not finite is exact. */
export function differences(
  received: ArrayLike<number>,
  expected: ArrayLike<number>,
  { tolerance, absolute = 0 }: Pick<Case, "tolerance" | "absolute">,
): Difference[] {
  const numbers = Array.from(expected);
  if (received.length !== numbers.length) return [{ index: -1, received: received.length, expected: numbers.length }];
  return numbers.flatMap((want, index) => {
    const got = received[index]!;
    const isEqual = got === want || (Number.isNaN(got) && Number.isNaN(want));
    const isClose = Math.abs(got - want) <= tolerance * Math.abs(want) + absolute;
    return isEqual || (isClose && Number.isFinite(want)) ? [] : [{ index, received: got, expected: want }];
  });
}
