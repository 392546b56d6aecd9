import type { Tensor, Trace, TraceNode } from "../api/wire.ts";
import type { ReadDocument } from "../state/translate.ts";

/** A graph as it is drawn: what is computed, and from what. */
export interface GraphModel {
  readonly nodes: readonly ModelNode[];
  readonly edges: readonly ModelEdge[];
}

/** A node that is drawn. */
export interface ModelNode {
  readonly name: string;
  readonly op: string;
  readonly kind: "input" | "constant" | "operator";
  /** The names of the outputs that it is. */
  readonly outputs: readonly string[];
  readonly formula?: string;
  readonly value?: Tensor;
  readonly tangent?: Tensor;
  readonly adjoint?: Tensor;
}

/** A use of a node by another; `count` is how often it is an operand. */
export interface ModelEdge {
  readonly from: string;
  readonly to: string;
  readonly count: number;
}

/** What a trace goes through, as a graph; `outputsOf` has the outputs that are other nodes by the document. */
export function modelOfTrace(trace: Trace, outputsOf: ReadonlyMap<string, string>): GraphModel {
  const names = new Set(trace.nodes.map(({ name }) => name));
  const last = trace.nodes.at(-1)?.name;
  const outputs = Map.groupBy(Object.keys(trace.outputs), (output) => {
    const node = outputsOf.get(output) ?? output;
    return names.has(node) ? node : names.has(output) ? output : last;
  });
  return {
    nodes: trace.nodes.map((node) => ({
      name: node.name,
      op: node.op,
      kind: kindOf(node),
      outputs: outputs.get(node.name) ?? [],
      value: node.value,
      ...(node.formula !== undefined && { formula: node.formula }),
      ...(node.tangent !== undefined && { tangent: node.tangent }),
      ...(node.adjoint !== undefined && { adjoint: node.adjoint }),
    })),
    edges: trace.nodes.flatMap(({ name, args }) =>
      edgesInto(
        name,
        args.filter((arg) => names.has(arg)),
      ),
    ),
  };
}

/** A graph document as a graph, without values; of what is not as it should be nothing is drawn. */
export function modelOfDocument(document: ReadDocument): GraphModel {
  const outputs = Map.groupBy(document.outputs, (output) => (typeof output === "string" ? output : output.node));
  const outputsOf = (name: string) =>
    (outputs.get(name) ?? []).map((output) => (typeof output === "string" ? output : output.name));
  const leaves = [
    ...document.inputs.map(({ name }) => ({ name, kind: "input" as const })),
    ...(document.constants ?? []).map(({ name }) => ({ name, kind: "constant" as const })),
  ];
  const names = new Set([...leaves.map(({ name }) => name), ...document.nodes.map(({ id }) => id)]);
  const isNode = (arg: unknown): arg is string => typeof arg === "string" && names.has(arg);
  return {
    nodes: [
      ...leaves.map(({ name, kind }) => ({ name, op: kind, kind, outputs: outputsOf(name) })),
      ...document.nodes.map(({ id, op }) => ({ name: id, op, kind: "operator" as const, outputs: outputsOf(id) })),
    ],
    edges: document.nodes.flatMap(({ id, args = [] }) => edgesInto(id, args.filter(isNode))),
  };
}

/** Which nodes the outputs of a document are, by output. */
export function outputNodes(document: { readonly outputs: readonly unknown[] } | undefined): Map<string, string> {
  const entries = document?.outputs ?? [];
  return new Map(
    entries.flatMap((entry) =>
      typeof entry === "object" && entry !== null && "name" in entry && "node" in entry
        ? [[String(entry.name), String(entry.node)] as const]
        : [],
    ),
  );
}

function kindOf({ op }: TraceNode): ModelNode["kind"] {
  return op === "input" || op === "constant" ? op : "operator";
}

function edgesInto(to: string, args: readonly string[]): ModelEdge[] {
  return [...Map.groupBy(args, (arg) => arg)].map(([from, uses]) => ({ from, to, count: uses.length }));
}
