import { randomNumbers } from "../../src/studies/random.ts";

/** A function to differentiate, as a user would send it, and where. */
export interface Kernel {
  readonly name: string;
  readonly title: string;
  /** The document of the graph, which has one output. */
  readonly graph: object;
  /** The derivative measured: of a scalar, or of a vector. */
  readonly derivative: "gradient" | "jacobian";
  /** The inputs differentiated by, in order. */
  readonly wrt: readonly string[];
  /** How many points are computed at once; every input then has this leading dimension. Absent: one, without it. */
  readonly points?: number;
  readonly inputs: Readonly<Record<string, Tensor>>;
}

/** Numbers in row-major order. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

/** A tensor of numbers between two bounds, other ones for every seed. */
export function uniform(shape: readonly number[], low: number, high: number, seed: number): Tensor {
  const next = randomNumbers(seed);
  const size = shape.reduce((a, b) => a * b, 1);
  return { shape, data: Float64Array.from({ length: size }, () => low + ((next() + 1) / 2) * (high - low)) };
}

/** The inputs of a document that are declared as tensors are, without their leading points. */
export function declared(inputs: Readonly<Record<string, Tensor>>, isBatched = false) {
  return Object.entries(inputs).map(([name, { shape }]) => ({ name, shape: isBatched ? shape.slice(1) : shape }));
}
