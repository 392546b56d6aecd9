import type { Context } from "../../calls/context.ts";
import { ask, type Given } from "../../calls/question.ts";
import { quote, ServiceError } from "../../errors.ts";
import { type DType, isFloat } from "../../graph/dtype.ts";
import type { Graph } from "../../graph/graph.ts";
import { elementCount, type Shape } from "../../graph/shape.ts";
import type { Call } from "../../rpc/method.ts";
import { decodeTensor, TensorFault } from "../../syntax/tensor.ts";
import { invalidInput, modelError } from "./errors.ts";

/** A body as it was sent. */
export type Body = Readonly<Record<string, unknown>>;

/** What can be asked of a model besides sizes. */
export type Feature = "Evaluate" | "Gradient" | "ApplyJacobian" | "ApplyHessian";

/** A vector of a model: an input or output of its graph, flattened. */
export interface ModelVector {
  readonly name: string;
  readonly shape: Shape;
  readonly dtype: DType;
  readonly size: number;
}

/** A graph as UM-Bridge sees it. */
export interface Model {
  readonly name: string;
  readonly graph: Graph;
  /** What a call gives, in the order of their numbers: the inputs that `config` does not fix. */
  readonly inputs: readonly ModelVector[];
  readonly outputs: readonly ModelVector[];
  /** The inputs that `config` fixes. */
  readonly fixed: Given;
}

/** Finds a body's model and reads its `config`. Throws in the protocol's order of checks. */
export function modelOf(sent: unknown, context: Context, call: Call, feature?: Feature): { model: Model; body: Body } {
  if (typeof sent !== "object" || sent === null || Array.isArray(sent)) throw invalidInput("body", "an object", sent);
  const body = sent as Body;
  const { name } = body;
  if (typeof name !== "string") throw invalidInput('"name"', "the name of a model, a text", name);
  const graph = graphOf(name, context, call);
  if (feature && !supportOf(graph)[feature]) {
    throw modelError(
      "UnsupportedFeature",
      `model ${quote(name)} has no ${feature}: that needs a float input and a float output`,
    );
  }
  const fixed = fixedInputs(graph, body.config);
  const inputs = graph.inputs.filter((input) => !Object.hasOwn(fixed, input.name)).map(vectorOf);
  const outputs = graph.outputs.map(({ name: output, dtype, node: { shape } }) =>
    vectorOf({ name: output, shape, dtype }),
  );
  return { model: { name, graph, inputs, outputs, fixed }, body };
}

/** What a model of this graph can do. */
export function supportOf({ inputs, outputs }: Graph): Readonly<Record<Feature, boolean>> {
  const differentiates = [inputs, outputs].every((side) => side.some(({ dtype }) => isFloat(dtype)));
  return { Evaluate: true, Gradient: differentiates, ApplyJacobian: differentiates, ApplyHessian: differentiates };
}

/** The names of models: aliases in the order in which they were given, then, where they may be listed, ids. */
export function modelNames({ engine, config }: Context, { tenant, scopes }: Call): string[] {
  const names = engine.graphs.names(tenant).map(({ alias }) => alias);
  if (config.graphAdmin && scopes.has("admin")) {
    names.push(...engine.graphs.list(tenant, Math.max(0, namesMax - names.length)).map(({ id }) => id));
  }
  return names.slice(0, namesMax);
}

const namesMax = 1000;
const namesShown = 10;

function graphOf(name: string, context: Context, call: Call): Graph {
  try {
    return ask(context, call, { graph: name }).loaded.graph;
  } catch (error) {
    if (!(error instanceof ServiceError) || error.type !== "graph_not_found") throw error;
    const names = modelNames(context, call);
    const shown = names.slice(0, namesShown).map((known) => quote(known));
    const more = names.length > shown.length ? `, and ${names.length - shown.length} more` : "";
    const known =
      shown.length === 0 ? "there are none: name one with graph.put" : `there are ${shown.join(", ")}${more}`;
    throw new ServiceError("graph_not_found", `no model is called ${quote(name)}; ${known}`, error.data);
  }
}

function vectorOf({ name, shape, dtype }: Omit<ModelVector, "size">): ModelVector {
  return { name, shape, dtype, size: elementCount(shape) };
}

/** Reads `config`: each of its members fixes the input of its name. */
function fixedInputs({ inputs }: Graph, config: unknown): Given {
  if (config === undefined || config === null) return {};
  if (typeof config !== "object" || Array.isArray(config) || ArrayBuffer.isView(config))
    throw invalidInput('"config"', "an object", config);
  return Object.fromEntries(
    Object.entries(config).map(([name, sent]) => {
      const what = `"config" member ${quote(name)}`;
      const input = inputs.find((one) => one.name === name);
      if (!input) {
        const known = inputs.slice(0, namesShown).map((one) => quote(one.name));
        throw invalidInput(what, `the name of an input, which it fixes (${known.join(", ") || "there is none"})`, sent);
      }
      // R has no scalars: it writes lists of one.
      const value = input.shape.length === 0 && Array.isArray(sent) && sent.length === 1 ? sent[0] : sent;
      try {
        decodeTensor(value, input.shape, input.dtype);
      } catch (fault) {
        if (fault instanceof TensorFault) throw modelError("InvalidInput", `${what}: ${fault.message}`);
        throw fault;
      }
      return [name, value];
    }),
  );
}
