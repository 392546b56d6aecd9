import type { Trace, Wire } from "../api/wire.ts";
import { prettyJson } from "../snippets/json.ts";
import type { InputState } from "./session.ts";
import { shapeOf } from "./tensor.ts";
import type { ReadDocument, Translation } from "./translate.ts";

/** The graph document of a formula, with the shapes that its inputs have by their values. */
export function documentText({ document }: Translation, states: Readonly<Record<string, InputState>>): string {
  const inputs = document.inputs.map((input) => {
    const state = states[input.name];
    const shape = input.shape ?? (state ? shapeOf(state.value) : []);
    const dtype = input.dtype ?? state?.dtype;
    return { name: input.name, ...(shape.length > 0 && { shape }), ...(dtype !== undefined && { dtype }) };
  });
  return prettyJson(JSON.parse(JSON.stringify({ ...document, inputs })), 76);
}

/**
 * The formula of a graph document: a statement for each row of its trace; undefined where one has what formulas cannot
 * say. Whether it is the same graph is for the service to tell, by its id.
 */
export function formulaOf(
  document: ReadDocument,
  trace: Trace,
): { readonly expression: string; readonly inputs: Wire["GraphInput"][]; readonly outputs: string[] } | undefined {
  const rows = trace.nodes.filter(({ op }) => op !== "input");
  const isSayable = rows.every(
    ({ name, formula }) => sayable.test(name) && formula !== undefined && !formula.includes(";"),
  );
  // A trace shows what functions were called, and not what they are.
  if (!isSayable || rows.length === 0 || document.functions !== undefined) return undefined;
  return {
    expression: rows.map(({ name, formula }) => `${name} = ${formula}`).join("\n"),
    inputs: document.inputs,
    outputs: Object.keys(trace.outputs),
  };
}

const sayable = /^[A-Za-z_]\w*$/;
