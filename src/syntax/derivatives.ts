import type { Limits } from "../config.ts";
import { invalidGraph, limitExceeded, quote, ServiceError } from "../errors.ts";
import type { Budget } from "../graph/budget.ts";
import { GraphBuilder } from "../graph/builder.ts";
import { isFloat } from "../graph/dtype.ts";
import type { Graph, GraphInput, GraphOutput } from "../graph/graph.ts";
import { sameShape, showShape } from "../graph/shape.ts";
import { formulaOver } from "./formula/source.ts";
import { parseGraph } from "./sources.ts";

/** A caller's own formula for one block of the Jacobian, as a graph of one output over inputs of the graph it is for. */
export interface ManualDerivative {
  readonly of: string;
  readonly wrt: string;
  readonly graph: Graph;
}

/**
 * Reads the `derivatives` of a document, whose graph has been read; none for a document without. Their shape is that of
 * the output followed by that of the input. They are not part of the graph's identity. Throws `invalid_graph`.
 */
export function parseDerivatives(document: unknown, graph: Graph, limits: Limits, budget: Budget): ManualDerivative[] {
  const { derivatives } = document as { readonly derivatives?: unknown };
  if (derivatives === undefined) return [];
  if (!Array.isArray(derivatives)) throw invalidGraph("derivatives must be a list");
  if (derivatives.length > limits.nodes) throw limitExceeded("nodes", limits.nodes, derivatives.length);
  const inputs = new Map(graph.inputs.map((input) => [input.name, input]));
  const outputs = new Map(graph.outputs.map((output) => [output.name, output]));
  const seen = new Set<string>();
  return derivatives.map((entry: unknown, i) => {
    const at = `derivatives[${i}]`;
    if (typeof entry !== "object" || entry === null || Array.isArray(entry)) {
      throw invalidGraph(`${at} must be an object`);
    }
    for (const key of Object.keys(entry)) {
      if (!entryKeys.has(key)) {
        throw invalidGraph(`${at}: the key ${quote(key)} is unknown; known: ${[...entryKeys].join(", ")}`);
      }
    }
    const { of, wrt, ...source } = entry as Entry;
    const output = named(outputs, of, `${at}.of`, "output");
    const input = named(inputs, wrt, `${at}.wrt`, "input");
    const key = JSON.stringify([output.name, input.name]);
    const entryName = `${at}, of ${quote(output.name)} by ${quote(input.name)}`;
    if (seen.has(key)) throw invalidGraph(`${entryName}, is given twice`);
    seen.add(key);
    return { of: output.name, wrt: input.name, graph: within(entryName, () => read(source, input, output)) };
  });

  function read({ expression, graph: own }: Omit<Entry, "of" | "wrt">, input: GraphInput, output: GraphOutput): Graph {
    if ((expression === undefined) === (own === undefined)) {
      throw invalidGraph("either `expression` or `graph` must be given");
    }
    const parsed = parseGraph(own ?? formulaOver(expression, graph.inputs), new GraphBuilder(limits, budget), limits);
    if (own !== undefined && (own as Entry).derivatives !== undefined) throw invalidGraph("it has derivatives itself");
    for (const { name, shape, dtype } of parsed.inputs) {
      const known = inputs.get(name);
      if (!known) throw invalidGraph(`the graph has no input ${quote(name)}`);
      if (!sameShape(shape, known.shape) || dtype !== known.dtype) {
        throw invalidGraph(`input ${quote(name)} is ${known.dtype} of shape ${showShape(known.shape)} in the graph`);
      }
    }
    const [result] = parsed.outputs;
    if (parsed.outputs.length !== 1) throw invalidGraph(`it has ${parsed.outputs.length} outputs instead of one`);
    const shape = [...output.node.shape, ...input.shape];
    if (!sameShape(result!.node.shape, shape)) {
      throw invalidGraph(`expected shape ${showShape(shape)}, received ${showShape(result!.node.shape)}`);
    }
    return parsed;
  }
}

interface Entry {
  readonly of?: unknown;
  readonly wrt?: unknown;
  readonly expression?: unknown;
  readonly graph?: unknown;
  readonly derivatives?: unknown;
}

const entryKeys = new Set(["of", "wrt", "expression", "graph"]);

function named<T extends GraphInput | GraphOutput>(
  known: ReadonlyMap<string, T>,
  name: unknown,
  at: string,
  what: string,
): T {
  if (typeof name !== "string") throw invalidGraph(`${at} must be the name of an ${what}`);
  const found = known.get(name);
  if (!found) throw invalidGraph(`${at}: the graph has no ${what} ${quote(name)}`);
  if (!isFloat(found.dtype)) throw invalidGraph(`${at}: ${what} ${quote(name)} is ${found.dtype}, not a float tensor`);
  return found;
}

/** Says of an `invalid_graph` which entry it is in. */
function within<T>(entry: string, read: () => T): T {
  try {
    return read();
  } catch (fault) {
    if (!(fault instanceof ServiceError) || fault.type !== "invalid_graph") throw fault;
    const { node, operand } = fault.data as { node?: string; operand?: string | number };
    const where = { ...(node === undefined ? {} : { node }), ...(operand === undefined ? {} : { operand }) };
    throw invalidGraph(`${entry}: ${fault.data.reason}`, where);
  }
}
