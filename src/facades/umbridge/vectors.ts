import { decodeInputs } from "../../calls/inputs.ts";
import type { Given } from "../../calls/question.ts";
import { quote, ServiceError } from "../../errors.ts";
import { isFloat } from "../../graph/dtype.ts";
import { convertArray, type NdArray, ndarray, rowMajorData } from "../../graph/ndarray.ts";
import { type Answer, NumberText, TensorLeaf } from "../../wire/answer.ts";
import { specialNumbers } from "../../wire/json/tensor-value.ts";
import { tensorOf } from "../solve.ts";
import { invalidInput, modelError } from "./errors.ts";
import type { Body, Model, ModelVector } from "./model.ts";

/** Reads `input`, as methods take it: how many vectors there are, then their lengths, then their elements. */
export function readInputs({ graph, inputs, fixed }: Model, { input }: Body): Given {
  if (!Array.isArray(input)) throw invalidInput('"input"', `a list of ${inputs.length} vectors`, input);
  if (input.length !== inputs.length) {
    const names = inputs.map(({ name }) => quote(name)).join(", ");
    throw invalidInput('"input"', `${inputs.length} vectors${names && ` (${names})`}`, input);
  }
  const vectors = inputs.map((vector, i) => ofLength(input[i], vector.size, inputText(vector, i)));
  inputs.forEach((vector, i) => {
    checkElements(vectors[i]!, inputText(vector, i));
  });
  const given: Record<string, unknown> = { ...fixed };
  inputs.forEach(({ name, shape }, i) => {
    given[name] = { shape, data: vectors[i] };
  });
  try {
    const decoded = decodeInputs(graph, given, undefined);
    return Object.fromEntries(
      graph.inputs.map(({ name, shape, dtype }, i) => {
        return [name, tensorOf(shape, dtype, rowMajorData(convertArray(decoded[i]!.array, dtype)))];
      }),
    );
  } catch (error) {
    if (!(error instanceof ServiceError) || error.type !== "input_mismatch") throw error;
    const { name, expected, received } = error.data;
    const i = inputs.findIndex((vector) => vector.name === name);
    if (i < 0) throw error;
    const { dtype, size } = inputs[i]!;
    const wanted = `${expected}`.startsWith(dtype)
      ? `${size} elements of ${dtype}`
      : `elements of ${dtype}: ${expected}`;
    throw modelError("InvalidInput", `${inputText(inputs[i]!, i)}: expected ${wanted}, received ${received}`);
  }
}

/** A vector that is chosen by its number, of those that can be differentiated. */
export function chosen(
  vectors: readonly ModelVector[],
  what: "input" | "output",
  member: string,
  sent: unknown,
): ModelVector {
  const number = typeof sent === "number" && Number.isInteger(sent) ? sent : -1;
  const vector = vectors[number];
  if (!vector) {
    const range = vectors.length === 0 ? "nothing, as there is none" : `from 0 to ${vectors.length - 1}`;
    throw invalidInput(`"${member}"`, `the number of an ${what}, ${range}`, sent);
  }
  if (!isFloat(vector.dtype)) {
    const { name, dtype } = vector;
    throw modelError(
      "InvalidInput",
      `"${member}": ${what} ${number} (${quote(name)}) is ${dtype}: only float vectors are differentiated`,
    );
  }
  return vector;
}

/** Reads `sens` or `vec`, which go with a vector of the model. */
export function readFactor(member: "sens" | "vec", sent: unknown, vector: ModelVector, what: string): unknown {
  const of = `"${member}", which goes with ${what} ${quote(vector.name)}`;
  const data = ofLength(sent, vector.size, of);
  checkElements(data, of);
  return { shape: vector.shape, data };
}

/** A flat vector of an answer; what is not finite in it is an error, or is written as the literals that Python reads. */
export function vectorAnswer(array: NdArray, what: string, nonfinite: "error" | "literal"): Answer {
  const numbers = array.dtype === "bool" ? convertArray(array, "int32") : array;
  const data = rowMajorData(numbers);
  const odd = data.findIndex((x) => x - x !== 0);
  if (odd < 0) return new TensorLeaf(ndarray(numbers.dtype, [data.length], data), "json", false);
  if (nonfinite === "literal") return Array.from(data, (x) => (x - x === 0 ? x : new NumberText(String(x))));
  throw modelError("InvalidOutput", `${what}, element ${odd}: the value is ${data[odd]}, for which JSON has no number`);
}

function inputText({ name }: ModelVector, i: number): string {
  return `input ${i} (${quote(name)})`;
}

/** A list of so many elements; a bare number will do for a list of one, as MATLAB writes it. */
function ofLength(sent: unknown, size: number, what: string): readonly unknown[] {
  const list = size === 1 && !Array.isArray(sent) && isElement(sent) ? [sent] : sent;
  if (!Array.isArray(list)) throw invalidInput(what, `a vector of ${size}`, sent);
  if (list.length !== size) throw invalidInput(what, `${size} elements`, list);
  return list;
}

function checkElements(list: readonly unknown[], what: string): void {
  const odd = list.findIndex((element) => !isElement(element));
  if (odd >= 0) throw invalidInput(`${what}, element ${odd}`, "a number", list[odd]);
}

function isElement(value: unknown): boolean {
  return typeof value === "number"
    ? Number.isFinite(value)
    : typeof value === "string" && Object.hasOwn(specialNumbers, value);
}
