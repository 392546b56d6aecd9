import { optional } from "../../graph/attribute.ts";
import { OperandFault } from "../../graph/fault.ts";
import { type Callable, functionAttribute, type GraphFunction } from "../../graph/function.ts";
import type { Absentable, Builder, Node, Passes, TensorType } from "../../graph/operator.ts";
import { range } from "../../graph/shape.ts";
import type { Op } from "../kinds.ts";
import { functional } from "../several.ts";
import { zeroLike } from "../views.ts";
import { convertedFor, functionOf, inlined, iterationsIn } from "./body.ts";
import { expanded } from "./call.ts";
import { type Derivative, movingType, remembered } from "./derived.ts";
import { hessianBlocks, jacobianBlocks } from "./matrices.ts";

// Derivatives of functions as operators. Each is a function that a pass makes in a builder of its own, whose inputs are
// nobody else's, and which is then put in place: so derivatives nest, and none mistakes another's tangents for its own.

const wrt = optional("integers", "the positions of the inputs to differentiate by; absent: all floats");
const of = optional("integers", "the positions of the outputs to differentiate; absent: all floats");

export const grad: Op = functional({
  name: "grad",
  operands: ["...xs"],
  summary: "the gradient of a function with one scalar output, by each of its inputs or some",
  formula: "the tangent of the gradient",
  costText: "that of reverse mode",
  attributes: { function: functionAttribute("the function"), wrt },
  infer: (args, attrs): Inferred => {
    const held = attrs.function.instantiate(args);
    expectScalar(held, "grad");
    const chosen = selected(held, attrs.wrt, [0]);
    return { results: chosen.wrt.map((i) => movingType(held.inputs[i]!)), attrs: chosen };
  },
  iterations,
  compose: (args, { attrs }, builder, passes) =>
    put(attrs, "grad", attrs.function.inputs, args, builder, passes, (held, inputs) => {
      const results = inlined(held, inputs, inputs[0]!.builder);
      const { cotangents } = sweep(attrs, inputs, results, () => [builderOf(inputs).constant(1)], passes);
      return passes.settle(cotangents);
    }),
});

export const jvpOf: Op = functional({
  name: "jvp",
  operands: ["...xs"],
  summary: "the outputs of a function of the first operands, and their tangents for tangents of inputs, which follow",
  formula: "the tangents of both",
  costText: "that of forward mode",
  attributes: { function: functionAttribute("the function"), wrt },
  infer: (args, attrs): Inferred => {
    const { held, chosen } = seeded(attrs, args, (one) => one.wrt.map((i) => one.function.inputs[i]!));
    return { results: [...held.outputs, ...held.outputs.map(movingType)], attrs: chosen };
  },
  iterations,
  compose: (args, { attrs }, builder, passes) => {
    const { inputs: types } = attrs.function;
    const all = [...types, ...attrs.wrt.map((i) => movingType(types[i]!))];
    return put(attrs, "jvp", all, args, builder, passes, (held, inputs) => {
      const results = inlined(held, inputs.slice(0, types.length), builderOf(inputs));
      const seeds = new Map(attrs.wrt.map((i, k) => [inputs[i]!, inputs[types.length + k]!]));
      const tangents = passes.linearize(results, seeds);
      return [...results, ...results.map((result, i) => tangents[i] ?? zeroLike(result))];
    });
  },
});

export const vjpOf: Op = functional({
  name: "vjp",
  operands: ["...xs"],
  summary:
    "the outputs of a function of the first operands, and the cotangents of its inputs for those of outputs, which follow",
  formula: "the tangents of both",
  costText: "that of reverse mode",
  attributes: { function: functionAttribute("the function"), wrt, of },
  infer: (args, attrs): Inferred => {
    const { held, chosen } = seeded(attrs, args, (one) => one.of.map((k) => one.function.outputs[k]!));
    return { results: [...held.outputs, ...chosen.wrt.map((i) => movingType(held.inputs[i]!))], attrs: chosen };
  },
  iterations,
  compose: (args, { attrs }, builder, passes) => {
    const { inputs: types, outputs } = attrs.function;
    const all = [...types, ...attrs.of.map((k) => movingType(outputs[k]!))];
    return put(attrs, "vjp", all, args, builder, passes, (held, inputs) => {
      const primal = inputs.slice(0, types.length);
      const results = inlined(held, primal, builderOf(inputs));
      const { cotangents } = sweep(attrs, primal, results, () => inputs.slice(types.length), passes);
      return passes.settle([...results, ...cotangents]);
    });
  },
});

export const jacobianOf: Op = functional({
  name: "jacobian",
  operands: ["...xs"],
  summary: "the Jacobian of a function: for each output and each input a block of the output's shape and the input's",
  formula: "the tangent of each block",
  costText: "that of the cheaper mode",
  attributes: { function: functionAttribute("the function"), wrt, of },
  infer: (args, attrs): Inferred => {
    const held = attrs.function.instantiate(args);
    const chosen = selected(held, attrs.wrt, attrs.of);
    return { results: blockTypes(chosen, (x) => [x]), attrs: chosen };
  },
  iterations,
  compose: (args, { attrs }, builder, passes) =>
    put(attrs, "jacobian", attrs.function.inputs, args, builder, passes, (held, inputs) =>
      jacobianBlocks(held, attrs, inputs, passes),
    ),
});

export const hessianOf: Op = functional({
  name: "hessian",
  operands: ["...xs"],
  summary:
    "the second derivatives of a function: for each output and each two inputs a block of the output's shape and both inputs'",
  formula: "the tangent of each block",
  costText: "that of forward over reverse mode",
  attributes: { function: functionAttribute("the function"), wrt, of },
  infer: (args, attrs): Inferred => {
    const held = attrs.function.instantiate(args);
    const chosen = selected(held, attrs.wrt, attrs.of);
    const results = blockTypes(chosen, (x) => chosen.wrt.map((i) => [...x, ...held.inputs[i]!.shape]));
    return { results, attrs: chosen };
  },
  iterations,
  compose: (args, { attrs }, builder, passes) =>
    put(attrs, "hessian", attrs.function.inputs, args, builder, passes, (held, inputs) =>
      hessianBlocks(held, attrs, inputs, passes),
    ),
});

interface Inferred {
  readonly results: readonly TensorType[];
  readonly attrs: Derivative;
}

function iterations({ attrs }: { readonly attrs: unknown }): number {
  return iterationsIn((attrs as Derivative).function);
}

function builderOf(inputs: readonly Node[]): Builder {
  return inputs[0]!.builder;
}

/** What a pass makes of a function in a builder of its own, put in place for arguments. */
function put(
  { function: held, wrt, of }: Derivative,
  name: string,
  types: readonly TensorType[],
  args: readonly Node[],
  builder: Builder,
  passes: Passes,
  make: (held: GraphFunction, inputs: readonly Node[]) => readonly Node[],
): Node[] {
  const made = remembered(builder, `${name} ${held.id} ${wrt} | ${of}`, () =>
    functionOf(held.name, types, builder, (inputs) => make(expanded(held, builder, passes), inputs)),
  );
  return inlined(made, convertedFor(made, args), builder);
}

/** Reverse mode: the cotangents of `wrt` for those of `of`. */
function sweep(
  { wrt, of }: Derivative,
  inputs: readonly Node[],
  results: readonly Node[],
  given: () => readonly Node[],
  passes: Passes,
): { readonly cotangents: Node[] } {
  const builder = builderOf(inputs);
  const seeds = wrt.map((i) => builder.input(`tangent:${i}`, inputs[i]!.shape, "float64"));
  const tangents = passes.linearize(
    of.map((k) => results[k]!),
    new Map(wrt.map((i, k) => [inputs[i]!, seeds[k]!])),
  );
  const there = range(of.length).filter((k) => tangents[k]);
  const cotangents: Absentable = passes.transpose(
    there.map((k) => tangents[k]!),
    there.map((k) => given()[k]!),
    seeds,
  );
  return { cotangents: wrt.map((i, k) => cotangents[k] ?? zeroLike(inputs[i]!)) };
}

function expectScalar({ name, outputs }: GraphFunction, op: string): void {
  const [only, ...more] = outputs;
  if (more.length === 0 && only!.shape.length === 0 && only!.dtype === "float64") return;
  throw new OperandFault(
    `${op} takes a function with one scalar float output, and "${name}" gives ${outputs.length} of shapes ${outputs.map(({ shape }) => `[${shape}]`).join(", ")}`,
  );
}

/** A function that is applied to inputs and seeds. */
function seeded(
  attrs: {
    readonly function: Callable;
    readonly wrt?: readonly number[] | undefined;
    readonly of?: readonly number[] | undefined;
  },
  args: readonly Node[],
  seedsOf: (chosen: Derivative) => readonly TensorType[],
): { held: GraphFunction; chosen: Derivative } {
  const count = Math.min(attrs.function.arity, args.length);
  const held = attrs.function.instantiate(args.slice(0, count));
  const chosen = selected(held, attrs.wrt, attrs.of);
  const seeds = seedsOf(chosen);
  if (args.length !== count + seeds.length) {
    throw new OperandFault(`takes ${count} inputs and ${seeds.length} seeds, received ${args.length} operands`);
  }
  seeds.forEach(({ shape }, k) => {
    const given = args[count + k]!;
    if (`${given.shape}` !== `${shape}`) {
      throw new OperandFault(`is the seed of a tensor of shape [${shape}], received [${given.shape}]`, count + k);
    }
  });
  return { held, chosen };
}

/** The inputs and outputs that are meant, checked to be there and to be floats. */
function selected(
  held: GraphFunction,
  wrt: readonly number[] | undefined,
  of: readonly number[] | undefined,
): Derivative {
  return {
    function: held,
    wrt: positions(wrt, held.inputs, "wrt", "input", held),
    of: positions(of, held.outputs, "of", "output", held),
  };
}

function positions(
  given: readonly number[] | undefined,
  types: readonly TensorType[],
  attribute: string,
  what: string,
  { name }: GraphFunction,
): readonly number[] {
  const floats = range(types.length).filter((i) => types[i]!.dtype === "float64");
  for (const i of given ?? []) {
    const type = types[i];
    if (!type) throw new OperandFault(`"${attribute}": function "${name}" has no ${what} ${i}; it has ${types.length}`);
    if (type.dtype !== "float64") {
      throw new OperandFault(
        `"${attribute}": ${what} ${i} of function "${name}" is ${type.dtype} and has no derivative`,
      );
    }
  }
  const chosen = given ?? floats;
  if (chosen.length === 0) throw new OperandFault(`function "${name}" has no float ${what} to differentiate`);
  if (new Set(chosen).size < chosen.length) throw new OperandFault(`"${attribute}" repeats a position`);
  return chosen;
}

/** The types of blocks: of each output, and by each input what `more` says of the output's shape and its own. */
function blockTypes(
  { function: held, wrt, of }: Derivative,
  more: (shape: readonly number[]) => readonly (readonly number[])[],
) {
  return of.flatMap((k) =>
    wrt.flatMap((i) =>
      more([...held.outputs[k]!.shape, ...held.inputs[i]!.shape]).map((shape) => ({
        shape,
        dtype: "float64" as const,
      })),
    ),
  );
}
