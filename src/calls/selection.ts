import type { LoadedGraph } from "../engine/engine.ts";
import { bytesOfGraph } from "../engine/graph-size.ts";
import { inputMismatch, invalidParams, notDifferentiable, quote } from "../errors.ts";
import { GraphBuilder } from "../graph/builder.ts";
import { canonicalize } from "../graph/canonical.ts";
import { type DType, isFloat } from "../graph/dtype.ts";
import type { GraphOutput } from "../graph/graph.ts";
import type { Selection } from "../transforms/derive.ts";
import { weigh, weightName } from "../transforms/weigh.ts";
import type { Made } from "./carry-out.ts";
import { headingsOf, type Side } from "./headings.ts";
import { decodeSeeds } from "./inputs.ts";
import type { Given, Question, QuestionParams } from "./question.ts";

/** The positions of the inputs and outputs that a call differentiates. Throws `not_differentiable`. */
export function select({ loaded, named }: Pick<Question, "loaded" | "named">): Selection {
  const { inputs, outputs } = loaded.graph;
  const { wrt, of } = named;
  if (wrt.length === 0) throw notDifferentiable("the graph has no float input to differentiate by");
  if (of.length === 0) throw notDifferentiable("the graph has no float output to differentiate");
  for (const i of wrt) checkFloat("input", inputs[i]!);
  for (const i of of) checkFloat("output", outputs[i]!);
  return named;
}

/** As {@link select}, for methods of one scalar output. */
export function selectScalar(question: Pick<Question, "loaded" | "named">, method: string): Selection {
  const selection = select(question);
  const outputs = selection.of.map((i) => question.loaded.graph.outputs[i]!);
  if (outputs.length !== 1) {
    throw notDifferentiable(`${method} needs exactly one output; name it in \`of\`, there are ${outputs.length}`);
  }
  const [{ name, node }] = outputs as [GraphOutput];
  if (node.shape.length > 0) {
    const hint = `call jacobian, or give the \`weights\` of its elements in the scalar that is meant`;
    throw notDifferentiable(`${method} needs a scalar output; ${quote(name)} has shape [${node.shape}]: ${hint}`);
  }
  return selection;
}

/** The weights of a call; none at all, which clients that are generated send, count as absent. */
export function weightsOf({ weights }: Pick<QuestionParams, "weights">): Given | undefined {
  return weights && Object.keys(weights).length > 0 ? weights : undefined;
}

/**
 * A question about the one scalar output that the sum of products of weights and outputs is, in place of the outputs
 * themselves. Throws `input_mismatch`, `invalid_params`, `not_differentiable`.
 */
export function weightedQuestion(question: Question, weights: Given): Question {
  const { loaded, limits, budget, engine, points } = question;
  const { wrt, of: allowed } = select(question);
  checkWeights(weights, weightedSide(question), points);
  const of = allowed.filter((i) => Object.hasOwn(weights, loaded.graph.outputs[i]!.name));
  if (of.length === 0) throw invalidParams({ path: "/weights", message: "must name at least one output" });
  const { graph, canonical } = question.derivation.noted("weighted", { wrt: [], of }, () => {
    const graph = weigh(loaded.graph, of, new GraphBuilder(limits, budget));
    const canonical = canonicalize({ ...graph, outputs: graph.outputs.slice(0, -1) });
    return { graph, canonical, bytes: bytesOfGraph(graph) };
  });
  const weighted: LoadedGraph = { ...loaded, programs: `${loaded.programs}|weights|${of}`, graph, canonical };
  return Object.freeze({
    ...question,
    loaded: weighted,
    derivation: engine.open(weighted, budget, question.derivation.isSteady),
    named: { wrt, of: [graph.outputs.length - 1] },
    inputs: withWeights(question.inputs, weights),
  });
}

/** Inputs of a graph, and its weights as the weighted graph has them among its own. Throws `input_mismatch`. */
export function withWeights(inputs: Given, weights: Given): Given {
  const taken = Object.keys(weights)
    .map(weightName)
    .find((name) => Object.hasOwn(inputs, name));
  if (taken !== undefined) throw inputMismatch(taken, "the name of an input", "an input that the graph does not have");
  const given = Object.entries(weights).map(([name, weight]) => [weightName(name), weight]);
  return { ...inputs, ...Object.fromEntries(given) };
}

/** The outputs that weights may be given of. Throws `not_differentiable`. */
export function weightedSide(question: Question): Side {
  return headingsOf(question, select(question)).of;
}

/** Throws `input_mismatch` for weights of other names, shapes or dtypes. */
export function checkWeights(weights: Given, side: Side, points: number | undefined): void {
  decodeSeeds([weights], side, points, "weight");
}

/** What a weighted question gave, as the caller knows its graph. */
export function withoutWeights(made: Made, loaded: LoadedGraph): Made {
  const outputs = Object.fromEntries(loaded.graph.outputs.map(({ name }) => [name, made.outputs[name]!]));
  const warnings = made.warnings.map(({ of: _, ...warning }) => warning);
  // The plan is told when it is asked for.
  return { ...made, graph: loaded.id, outputs, warnings };
}

function checkFloat(what: string, { name, dtype }: { readonly name: string; readonly dtype: DType }): void {
  if (isFloat(dtype)) return;
  throw notDifferentiable(`${what} ${quote(name)} is ${dtype}: only float tensors are differentiable`);
}
