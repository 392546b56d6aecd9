import { inputMismatch, quote } from "../errors.ts";
import type { DType } from "../graph/dtype.ts";
import type { Graph } from "../graph/graph.ts";
import { convertArray } from "../graph/ndarray.ts";
import type { Shape } from "../graph/shape.ts";
import { type DecodedTensor, decodeTensor, TensorFault } from "../syntax/tensor.ts";

/** Reads the tensors of all inputs of a graph. Throws `input_mismatch`. */
export function decodeInputs(
  { inputs }: Graph,
  given: Readonly<Record<string, unknown>> = {},
  points: number | undefined,
): DecodedTensor[] {
  for (const name of namesBeyond(given, inputs)) {
    const known = list(inputs.map((input) => input.name));
    throw inputMismatch(name, `one of ${known}`, "an input that the graph does not have");
  }
  return inputs.map(({ name, shape, dtype }) => {
    if (!Object.hasOwn(given, name)) throw inputMismatch(name, `${dtype} of shape [${shape}]`, "nothing");
    const { array, isBatched } = decode(given[name], name, shape, dtype, points);
    // Inside graphs float32 is float64: it was rounded on entry.
    return { array: dtype === "float32" ? convertArray(array, "float64") : array, isBatched };
  });
}

/** Reads a tensor of a name. Throws `input_mismatch`. */
export function decode(
  value: unknown,
  name: string,
  shape: Shape,
  dtype: DType,
  points: number | undefined,
): DecodedTensor {
  try {
    return decodeTensor(value, shape, dtype, points);
  } catch (fault) {
    if (fault instanceof TensorFault) throw inputMismatch(name, fault.expected, fault.received);
    throw fault;
  }
}

/** The names given that are not among those wanted; where there are as many of both, it is enough that all are there. */
function namesBeyond(
  given: Readonly<Record<string, unknown>>,
  wanted: readonly { readonly name: string }[],
): readonly string[] {
  const names = Object.keys(given);
  if (names.length === wanted.length && wanted.every(({ name }) => Object.hasOwn(given, name))) return [];
  const known = new Set(wanted.map(({ name }) => name));
  return names.filter((name) => !known.has(name));
}

/** Some of many names, quoted. */
export function list(names: Iterable<string>): string {
  const shown = [...names].slice(0, 10).map((name) => quote(name));
  return shown.length === 0 ? "nothing, as it has none" : shown.join(", ");
}
