import type { Session, Source } from "./session.ts";
import { shapeOf } from "./tensor.ts";

/** What a text is that was dropped onto the page: a formula, a graph document, or the parameters of a call with both. */
export function sessionOfText(text: string): Pick<Session, "source" | "inputs" | "seeds" | "cotangents"> {
  const none = { inputs: {}, seeds: {}, cotangents: {} };
  const read = parse(text);
  if (!isObject(read)) return { source: { form: "formula", text: text.trim() }, ...none };
  const graph = isObject(read.graph) ? read.graph : read;
  return { source: sourceOf(graph, graph === read ? text : undefined), ...none, inputs: pointOf(read.inputs) };
}

function sourceOf(graph: Readonly<Record<string, unknown>>, text = JSON.stringify(graph, undefined, 2)): Source {
  const { expression, outputs } = graph;
  if (typeof expression !== "string") return { form: "json", text };
  return { form: "formula", text: expression, ...(Array.isArray(outputs) && { outputs: outputs.map(String) }) };
}

/** The tensors of a call by name; the inputs of a document are a list, and no tensors. */
function pointOf(inputs: unknown): Session["inputs"] {
  if (!isObject(inputs)) return {};
  return Object.fromEntries(
    Object.entries(inputs).flatMap(([name, value]) => {
      try {
        shapeOf(value);
        return [[name, { value: value as number }]];
      } catch {
        return [];
      }
    }),
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
