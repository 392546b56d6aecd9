import type { Limits } from "../config.ts";
import { inputMismatch, invalidGraph } from "../errors.ts";
import type { Graph } from "../graph/graph.ts";
import type { Builder, Node, TensorLimits, TensorType } from "../graph/operator.ts";
import { formula } from "./formula/source.ts";
import { graphForm } from "./graph-form.ts";
import { type DocumentSize, type JsonSchema, type Members, nameSchema, type SentTypes, type Source } from "./source.ts";
import { TensorFault, typeOfTensor } from "./tensor.ts";
import { readTranslation } from "./translation.ts";

/** What documents are written in. A document has the key of its source; one that has none is in the first. */
export const sources: readonly [Source, ...Source[]] = [graphForm, formula];

/** A document that was read. */
export interface ReadDocument {
  readonly graph: Graph;
  /** What the document itself calls its inputs, constants and nodes, the first name of each. */
  labels(): ReadonlyMap<Node, string>;
  /** What the document names and nothing uses. */
  readonly unused: readonly string[];
}

/**
 * Reads a graph document of any source, checking everything but its `derivatives`, which `parseDerivatives` reads; `sent`
 * has the types of inputs that it may not declare. Throws `invalid_graph`.
 */
export function readDocument(
  document: unknown,
  builder: Builder,
  limits: Limits,
  sent: SentTypes = new Map(),
): ReadDocument {
  if (!isObject(document)) throw invalidGraph("a graph is an object");
  const translation = sourceOf(document).translate(document, limits, builder.budget, sent);
  const { isMadeUp, unused, resultNames } = translation;
  const { graph, named, results } = readTranslation(translation, builder, limits);
  const labels = () => {
    const first = new Map<Node, string>();
    for (const [name, node] of named) if (!first.has(node) && !isMadeUp(name)) first.set(node, name);
    for (const [node, reference] of results) {
      const name = resultNames?.get(reference) ?? reference;
      if (!isMadeUp(name)) first.set(node, name);
    }
    return first;
  };
  return { graph, labels, unused };
}

/** The graph of a document; throws `invalid_graph`. */
export function parseGraph(document: unknown, builder: Builder, limits: Limits): Graph {
  return readDocument(document, builder, limits).graph;
}

/** The tensors that come with a document in one call, and the number of points that they are for. */
export interface SentTensors {
  readonly inputs: Members;
  readonly points: number | undefined;
}

/**
 * The types of the tensors that come with a document, for those inputs that it may have without declaring them. Numbers, which
 * are what such an input is anyway, are left out. Throws `input_mismatch`.
 */
export function sentTypes(document: unknown, { inputs, points }: SentTensors, limits: TensorLimits): SentTypes {
  const declared = isObject(document) ? sourceOf(document).declared?.(document) : undefined;
  if (!declared) return nothing;
  let types: Map<string, TensorType> | undefined;
  for (const name of Object.keys(inputs)) {
    const value = inputs[name];
    if (declared.has(name) || (typeof value === "number" && declared.size === 0)) continue;
    try {
      types ??= new Map();
      types.set(name, typeOfTensor(value, limits.rank, points));
    } catch (fault) {
      if (fault instanceof TensorFault) throw inputMismatch(name, fault.expected, fault.received);
      throw fault;
    }
  }
  return types ?? nothing;
}

const nothing: SentTypes = new Map();

/** How large a document is at a glance, and whether it comes with derivatives; what is wrong in it is not looked for. */
export function documentSize(document: unknown): DocumentSize & { readonly derivatives: number } {
  if (!isObject(document)) return { nodes: 0, characters: 0, derivatives: 0 };
  const { derivatives } = document;
  return { ...sourceOf(document).size(document), derivatives: Array.isArray(derivatives) ? derivatives.length : 0 };
}

/** The JSON Schemas of documents of all sources, by component; `ref` refers to one by its name. */
export function documentSchemas(ref: (component: string) => JsonSchema): Readonly<Record<string, JsonSchema>> {
  return {
    ...Object.assign({}, ...sources.map((source) => source.schemas(ref))),
    DerivativeGraph: {
      // Not the schema of graphs, which would refer to itself by way of `derivatives`.
      description: "A graph of one output, in any of its forms, over inputs of the graph that it is a derivative of.",
      type: "object",
    },
    Derivative: {
      description:
        "The caller's own derivative of output `of` by input `wrt`, of shape output ++ input: a formula over the inputs of the graph, or a graph. Not part of the graph's id; the method `compare` checks it.",
      type: "object",
      properties: {
        of: nameSchema,
        wrt: nameSchema,
        expression: { type: "string" },
        graph: ref("DerivativeGraph"),
      },
      required: ["of", "wrt"],
      additionalProperties: false,
    },
  };
}

function sourceOf(document: Members): Source {
  const [graphForm, ...others] = sources;
  return others.find(({ key }) => Object.hasOwn(document, key)) ?? graphForm;
}

function isObject(value: unknown): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);
}
