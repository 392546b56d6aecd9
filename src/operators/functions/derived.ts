import type { GraphFunction } from "../../graph/function.ts";
import { nodesOf } from "../../graph/graph.ts";
import {
  type Absentable,
  type Builder,
  inputOperator,
  type Node,
  type Passes,
  type TensorType,
} from "../../graph/operator.ts";
import { lift, zeroLike } from "../views.ts";
import { functionOf, inlined } from "./body.ts";

/** A function that a pass made of another, and which of the outputs that it could have it has; absent ones are zero. */
export interface DerivedFunction {
  readonly held: GraphFunction;
  readonly present: readonly boolean[];
}

/** A function, the inputs that it is differentiated by and the outputs that are differentiated. */
export type Derivative = {
  readonly function: GraphFunction;
  readonly wrt: readonly number[];
  readonly of: readonly number[];
};

/** Of inputs and of tangents of those that `given` picks, the tangents of the outputs: those present, or those `wanted`. */
export function tangentsOf(
  of: GraphFunction,
  given: readonly boolean[],
  like: Builder,
  passes: Passes,
  wanted?: readonly boolean[],
): DerivedFunction {
  return remembered(like, `jvp ${of.id} ${given} ${wanted}`, () => {
    const moving = of.inputs.filter((_, i) => given[i]).map(movingType);
    return derived(of.name, [...of.inputs, ...moving], like, wanted, (inputs, builder) => {
      const outputs = inlined(of, inputs.slice(0, of.inputs.length), builder);
      const tangents = placed(given, inputs.slice(of.inputs.length));
      const seeds = new Map(tangents.flatMap((tangent, i) => (tangent ? [[inputs[i]!, tangent] as const] : [])));
      return { list: passes.linearize(outputs, seeds), like: outputs };
    });
  });
}

/**
 * Of the inputs that are not `linear` and of cotangents of the outputs that `given` picks, the cotangents of the linear
 * inputs: those present, or those `wanted`, in the order of the inputs.
 */
export function cotangentsOf(
  of: GraphFunction,
  linear: readonly boolean[],
  given: readonly boolean[],
  like: Builder,
  passes: Passes,
  wanted?: readonly boolean[],
): DerivedFunction {
  return remembered(like, `vjp ${of.id} ${linear} ${given} ${wanted}`, () => {
    const fixed = of.inputs.filter((_, i) => !linear[i]);
    const types = [...fixed, ...of.outputs.filter((_, i) => given[i]).map(movingType)];
    return derived(of.name, types, like, wanted, (inputs, builder) => {
      const fixedInputs = placed(
        linear.map((is) => !is),
        inputs.slice(0, fixed.length),
      );
      const all = fixedInputs.map(
        (input, i) => input ?? builder.input(`linear:${i}`, of.inputs[i]!.shape, of.inputs[i]!.dtype),
      );
      const outputs = inlined(of, all, builder).filter((_, i) => given[i]);
      const moving = all.filter((_, i) => linear[i]);
      const list = passes.transpose(outputs, inputs.slice(fixed.length), moving);
      return { list, like: moving };
    });
  });
}

/** The same for `size` points at once, of which the inputs that `given` picks have a leading axis, as all outputs have. */
export function batchOf(
  of: GraphFunction,
  given: readonly boolean[],
  size: number,
  like: Builder,
  passes: Passes,
  lifted: readonly boolean[] | "all" = "all",
): DerivedFunction {
  return remembered(like, `batch ${of.id} ${given} ${size} ${lifted}`, () => {
    const types = of.inputs.map((type, i) => (given[i] ? batchedType(type, size) : type));
    let present: readonly boolean[] = [];
    const held = functionOf(of.name, types, like, (inputs, builder) => {
      const known = new Map(of.graph.inputs.map(({ node }, i) => [node, inputs[i]!]));
      const batched = new Set(of.graph.inputs.filter((_, i) => given[i]).map(({ node }) => node));
      const outputs = of.graph.outputs.map(({ node }) => node);
      const { nodes, isBatched } = passes.batch(outputs, known, batched, builder, size);
      present = isBatched.map((is, i) => is || lifted === "all" || lifted[i] === true);
      return nodes.map((node, i) => (present[i] && !isBatched[i] ? lift(node, size) : node));
    });
    return { held, present };
  });
}

/** The type of many points. */
export function batchedType({ shape, dtype }: TensorType, size: number): TensorType {
  return { shape: [size, ...shape], dtype };
}

/** What a pass makes of a function, once for all builders of a family. */
export function remembered<T>({ family }: Builder, key: string, make: () => T): T {
  let known = memory.get(family);
  if (!known) {
    known = new Map();
    memory.set(family, known);
  }
  if (!known.has(key)) known.set(key, make());
  return known.get(key) as T;
}

const memory = new WeakMap<object, Map<string, unknown>>();

/** Things at the places that `isThere` picks, in order. */
export function placed<T>(isThere: readonly boolean[], things: readonly T[]): (T | undefined)[] {
  let next = 0;
  return isThere.map((is) => (is ? things[next++] : undefined));
}

/** The type of a tangent or cotangent. */
export function movingType({ shape }: TensorType): TensorType {
  return { shape, dtype: "float64" };
}

/** Throws where a function depends on something besides its inputs: what was taken for linear is not. */
function derived(
  name: string,
  types: readonly TensorType[],
  like: Builder,
  wanted: readonly boolean[] | undefined,
  make: (inputs: readonly Node[], builder: Builder) => { readonly list: Absentable; readonly like: readonly Node[] },
): DerivedFunction {
  let present: readonly boolean[] = [];
  const held = functionOf(name, types, like, (inputs, builder) => {
    const { list, like: zeros } = make(inputs, builder);
    present = wanted ?? list.map((node) => node !== undefined);
    return present.flatMap((is, i) => (is ? [list[i] ?? zeroLike(zeros[i]!)] : []));
  });
  return { held, present };
}

/** Whether a function reads nothing but its inputs. */
export function isClosed({ graph }: GraphFunction): boolean {
  const inputs = new Set(graph.inputs.map(({ node }) => node));
  return nodesOf(graph).every((node) => node.op !== inputOperator || inputs.has(node));
}
