import type { Context } from "../../calls/context.ts";
import { planProducts } from "../../calls/products.ts";
import { quote } from "../../errors.ts";
import type { Method } from "../../rpc/method.ts";
import { type Answer, TensorLeaf } from "../../wire/answer.ts";
import { type Handle, internalMethod } from "../internal.ts";
import { type Solved, solver } from "../solve.ts";
import { type Feature, modelNames, modelOf, supportOf } from "./model.ts";
import { chosen, readFactor, readInputs, vectorAnswer } from "./vectors.ts";

const solve = {
  evaluate: solver(planProducts("evaluate")),
  vjp: solver(planProducts("vjp")),
  jvp: solver(planProducts("jvp")),
  hvp: solver(planProducts("hvp")),
};

/** What UM-Bridge asks for, by route; each asks the questions that our own methods ask. */
export const umbridgeMethods: readonly Method<Context>[] = Object.entries({
  Info: (_, context, call) => ({ protocolVersion: 1, models: modelNames(context, call) }),
  ModelInfo: ({ body }, context, call) => {
    return { support: supportOf(modelOf(body, context, call).model.graph) };
  },
  InputSizes: ({ body }, context, call) => {
    return { inputSizes: modelOf(body, context, call).model.inputs.map(({ size }) => size) };
  },
  OutputSizes: ({ body }, context, call) => {
    return { outputSizes: modelOf(body, context, call).model.outputs.map(({ size }) => size) };
  },
  Evaluate: ({ body: sent }, context, call) => {
    const { model, body } = modelOf(sent, context, call, "Evaluate");
    const inputs = readInputs(model, body);
    return solve.evaluate({ graph: model.name, inputs }, context, call, ({ outputs }) => ({
      output: model.outputs.map(({ name }, i) => {
        return answer(outputs[name]!, `output ${i} (${quote(name)})`, context);
      }),
    }));
  },
  Gradient: product("Gradient", "vjp"),
  ApplyJacobian: product("ApplyJacobian", "jvp"),
  ApplyHessian: ({ body: sent }, context, call) => {
    const { model, body } = modelOf(sent, context, call, "ApplyHessian");
    const inputs = readInputs(model, body);
    const output = chosen(model.outputs, "output", "outWrt", body.outWrt);
    const first = chosen(model.inputs, "input", "inWrt1", body.inWrt1);
    const second = chosen(model.inputs, "input", "inWrt2", body.inWrt2);
    // Held fixed: what is differentiated is the sum of its products with the output.
    const weights = { [output.name]: readFactor("sens", body.sens, output, "output") };
    const seeds = { [second.name]: readFactor("vec", body.vec, second, "input") };
    const wrt = [...new Set([first.name, second.name])];
    const asked = { graph: model.name, inputs, seeds, of: [output.name], wrt, weights };
    const what = `ApplyHessian of output ${quote(output.name)} by inputs ${quote(first.name)} and ${quote(second.name)}`;
    return solve.hvp(asked, context, call, (solved) => ({
      output: answer(derivative(solved, first.name), what, context),
    }));
  },
} satisfies Record<string, Handle>).map(([route, handle]) =>
  internalMethod(`umbridge.${route}`, `UM-Bridge's ${route}.`, handle),
);

/** (∂f/∂x)ᵀ·sens or (∂f/∂x)·vec, of one output by one input. */
function product(feature: Feature, kind: "vjp" | "jvp"): Handle {
  return ({ body: sent }, context, call) => {
    const { model, body } = modelOf(sent, context, call, feature);
    const inputs = readInputs(model, body);
    const output = chosen(model.outputs, "output", "outWrt", body.outWrt);
    const input = chosen(model.inputs, "input", "inWrt", body.inWrt);
    const [seeded, answered] = kind === "vjp" ? [output, input] : [input, output];
    const factor =
      kind === "vjp" ? readFactor("sens", body.sens, output, "output") : readFactor("vec", body.vec, input, "input");
    const asked = { graph: model.name, inputs, seeds: { [seeded.name]: factor }, of: [output.name], wrt: [input.name] };
    const what = `${feature} of output ${quote(output.name)} by input ${quote(input.name)}`;
    return solve[kind](asked, context, call, (solved) => ({
      output: answer(derivative(solved, answered.name), what, context),
    }));
  };
}

function derivative({ derivative }: Solved, name: string): TensorLeaf {
  const leaf = (derivative as { readonly [name: string]: Answer })[name];
  if (leaf instanceof TensorLeaf) return leaf;
  throw new Error(`no derivative is called ${name}`);
}

function answer({ array }: TensorLeaf, what: string, { config }: Context): Answer {
  return vectorAnswer(array, what, config.umbridgeNonfinite);
}
