import { givenSeeds, type Seeds } from "../engine/runs/seeds.ts";
import { inputMismatch, quote } from "../errors.ts";
import type { DType } from "../graph/dtype.ts";
import type { Graph } from "../graph/graph.ts";
import { convertArray } from "../graph/ndarray.ts";
import type { Shape } from "../graph/shape.ts";
import { constantElsewhere } from "../syntax/formula/hints.ts";
import { type DecodedTensor, decodeTensor, TensorFault } from "../syntax/tensor.ts";
import type { Side } from "./headings.ts";
import type { CallerSeeds } from "./plan.ts";
import type { Given, Question } from "./question.ts";

/** Reads the tensors of all inputs of a graph. Throws `input_mismatch`. */
export function decodeInputs(graph: Graph, given: Given, points: number | undefined): DecodedTensor[] {
  return eachInput(graph, given, (value, name, { shape, dtype }) => {
    const { array, isBatched } = decode(value, name, shape, dtype, points);
    // Inside graphs float32 is float64: it was rounded on entry.
    return { array: dtype === "float32" ? convertArray(array, "float64") : array, isBatched };
  });
}

/** What `read` makes of the tensor of each input, as it was sent. Throws `input_mismatch` for one too many or too few. */
export function eachInput<T>({ inputs }: Graph, given: Given, read: ReadTensor<T>): T[] {
  for (const name of namesBeyond(given, inputs)) {
    const known = quotedList(inputs.map((input) => input.name));
    throw inputMismatch(name, `one of ${known}`, "an input that the graph does not have");
  }
  return inputs.map(({ name, shape, dtype }) => {
    if (!Object.hasOwn(given, name)) {
      const constant = constantElsewhere(name);
      const hint = constant === undefined ? "" : ` (the constant is written ${constant})`;
      throw inputMismatch(name, `${dtype} of shape [${shape}]`, `nothing${hint}`);
    }
    return read(given[name], name, { shape, dtype });
  });
}

/** Reads a tensor of a name, which is declared so. */
export type ReadTensor<T> = (
  value: unknown,
  name: string,
  declared: { readonly shape: Shape; readonly dtype: DType },
) => T;

/** Reads a tensor of a name. Throws `input_mismatch`. */
function decode(value: unknown, name: string, shape: Shape, dtype: DType, points: number | undefined): DecodedTensor {
  try {
    return decodeTensor(value, shape, dtype, points);
  } catch (fault) {
    if (fault instanceof TensorFault) throw inputMismatch(name, fault.expected, fault.received);
    throw fault;
  }
}

/** Reads sets of seeds, for each one tensor for each of `names`, undefined if absent. Throws `input_mismatch`. */
export function decodeSeeds(
  seeds: readonly Given[],
  side: Side,
  points: number | undefined,
  called = "seed",
): (DecodedTensor | undefined)[][] {
  return eachSeed(seeds, side, (value, name, { shape, dtype }) => decode(value, name, shape, dtype, points), called);
}

/** As {@link eachInput}, for sets of seeds, which are float64; undefined for those that are absent. */
export function eachSeed<T>(
  seeds: readonly Given[],
  { names, spans: { shapes } }: Side,
  read: ReadTensor<T>,
  called = "seed",
): (T | undefined)[][] {
  const known = new Set(names);
  return seeds.map((given) => {
    for (const name of Object.keys(given)) {
      if (!known.has(name))
        throw inputMismatch(name, `a ${called} of ${quotedList(names)}`, `a ${called} of another name`);
    }
    return names.map((name, i) =>
      Object.hasOwn(given, name) ? read(given[name], name, { shape: shapes[i]!, dtype: "float64" }) : undefined,
    );
  });
}

/** The seeds of a sweep: those that are planned, or those of the caller. Throws `input_mismatch`. */
export function seedsOf({ seeds, points }: Question, wanted: Seeds | CallerSeeds): Seeds {
  return "side" in wanted ? givenSeeds(decodeSeeds(seeds, wanted.side, points), wanted.side.spans) : wanted;
}

/** The names given that are not among those wanted; where there are as many of both, it is enough that all are there. */
function namesBeyond(given: Given, wanted: readonly { readonly name: string }[]): readonly string[] {
  const names = Object.keys(given);
  if (names.length === wanted.length && wanted.every(({ name }) => Object.hasOwn(given, name))) return [];
  const known = new Set(wanted.map(({ name }) => name));
  return names.filter((name) => !known.has(name));
}

/** Some of many names, quoted. */
export function quotedList(names: Iterable<string>): string {
  const shown = [...names].slice(0, 10).map((name) => quote(name));
  return shown.length === 0 ? "nothing, as it has none" : shown.join(", ");
}
