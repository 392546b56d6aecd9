import { invalidGraph, quote } from "../../errors.ts";
import type { GraphInput } from "../../graph/graph.ts";
import { placeAt } from "../../text/place.ts";
import type { FormulaDocument } from "../document.ts";
import { type Members, nameSchema, type Source, sharedKeys, sharedProperties } from "../source.ts";
import { isReserved } from "./grammar.ts";
import { isMadeUp } from "./naming.ts";
import { translateFormula } from "./translate.ts";

const none: ReadonlySet<unknown> = new Set();

/** Formulas, for people. */
export const formula: Source = {
  key: "expression",
  component: "GraphFormula",
  size: ({ expression }) => ({ nodes: 0, characters: typeof expression === "string" ? expression.length : 0 }),
  declared: ({ inputs }) => (Array.isArray(inputs) ? new Set(inputs.map((input) => Object(input).name)) : none),
  translate(sent, limits, budget, types) {
    const formula = checkFormula(sent);
    const { document, unused, assumed, resultNames, positionOf, definitionOf } = translateFormula(
      formula,
      limits,
      budget,
      types,
    );
    const placeOf = (node: string | undefined, of: string | undefined) => {
      const position = node === undefined ? of && definitionOf(of) : positionOf(node);
      return position ? placeAt(formula.expression, position) : undefined;
    };
    return { document: { ...document }, isMadeUp, unused, placeOf, assumed, resultNames };
  },
  schemas: (ref) => ({
    GraphFormula: {
      description:
        "A graph as a formula. Statements are separated by `;` or newlines, `v = …` names an intermediate, `#` begins a comment. Operators are called by their names with attributes as keywords, `sum(x, axis=0)`, or written `+ - * / // % @ ^ **`, `< <= > >= == !=`, `and or not`, `a if c else b`, `|x|`, `x'`; arrays are `[1, 2, 3]` and indexed as in NumPy, `x[1:, None]`. `f(x, y) = …` defines a function, which is called, handed to `map`, `scan`, `while`, `cond` and `switch`, or differentiated: `grad(f)(x, y)`, `f'(x)`. `a, b = …` names several results. A symbol that `inputs` does not list is an input with the shape and dtype of the tensor that is sent for it, less the axis of the points where `batch` is given and its first axis is as long; a scalar where no tensor is sent. `outputs` are names of statements and inputs; without them the last statement is the output, called by its name or `y`. `v: float32 = …` gives an output a dtype of its own.",
      type: "object",
      properties: {
        expression: { type: "string" },
        inputs: { type: "array", items: ref("GraphInput") },
        outputs: { type: "array", items: nameSchema, minItems: 1 },
        ...sharedProperties(ref),
      },
      required: ["expression"],
      additionalProperties: false,
    },
  }),
};

/** A formula over the inputs of a graph; those whose names formulas reserve are meant where they stand in backticks. */
export function formulaOver(expression: unknown, inputs: readonly GraphInput[]) {
  const isMeant = (name: string) => typeof expression === "string" && expression.includes(`\`${name}\``);
  const declared = inputs.map(({ name, shape, dtype }) => ({ name, shape, dtype }));
  return { expression, inputs: declared.filter(({ name }) => !isReserved(name) || isMeant(name)) };
}

/** Checks the object around a formula: its keys, `expression`, and `outputs`; throws `invalid_graph`. */
export function checkFormula(document: Members): FormulaDocument {
  for (const key of Object.keys(document)) {
    if (!formulaKeys.has(key)) {
      throw invalidGraph(`unknown key ${quote(key)} in a formula, which has ${[...formulaKeys].join(", ")}`);
    }
  }
  const { expression, inputs, outputs } = document;
  if (typeof expression !== "string") throw invalidGraph("`expression` must be a string");
  if (inputs !== undefined && !Array.isArray(inputs)) throw invalidGraph("`inputs` must be an array");
  if (outputs !== undefined) checkOutputs(outputs);
  return document as Members & FormulaDocument;
}

const formulaKeys = new Set(["expression", "inputs", "outputs", ...sharedKeys]);

function checkOutputs(outputs: unknown): void {
  if (!Array.isArray(outputs) || outputs.length === 0) {
    throw invalidGraph("`outputs` of a formula must be an array of at least one name");
  }
  const seen = new Set<string>();
  for (const [index, name] of outputs.entries()) {
    if (typeof name !== "string" || name === "") throw invalidGraph(`\`outputs\`: item ${index} must be a name`);
    if (seen.has(name)) throw invalidGraph(`\`outputs\`: ${quote(name)} is listed twice`);
    seen.add(name);
  }
}
