import { numberText } from "./notation.ts";
import { adjointName, show, type TraceRow, tangentName, traceDigits } from "./trace-table.ts";

/** A trace as a Graphviz drawing: nodes with their values, edges from operands with the partial derivatives. */
export function traceDot(rows: readonly TraceRow[]): string {
  const nodes = rows.map(({ name, formula, value, tangent, adjoint }) => {
    const lines = [
      formula === undefined ? name : `${name} = ${formula}`,
      show(value),
      ...(tangent ? [`${tangentName(name)} = ${show(tangent)}`] : []),
      ...(adjoint ? [`${adjointName(name)} = ${show(adjoint)}`] : []),
    ];
    const shape = formula === undefined ? ", shape=box" : "";
    return `  ${quoted(name)} [label=${quoted(lines.join("\n"))}${shape}];`;
  });
  const partials = new Map<string, (number | undefined)[]>();
  for (const { name, parts } of rows) {
    for (const { from, partial } of [...parts].reverse()) {
      const edge = edgeOf(name, from ?? "");
      const known = partials.get(edge);
      if (known) known.push(partial);
      else partials.set(edge, [partial]);
    }
  }
  const edges = rows.flatMap(({ name, args }) =>
    args.map((arg) => {
      const partial = partials.get(edgeOf(arg, name))?.pop();
      const label = partial === undefined ? "" : ` [label=${quoted(numberText(partial, traceDigits))}]`;
      return `  ${edgeOf(arg, name)}${label};`;
    }),
  );
  return `${["digraph trace {", "  rankdir=LR;", ...nodes, ...edges, "}"].join("\n")}\n`;
}

function edgeOf(arg: string, name: string): string {
  return `${quoted(arg)} -> ${quoted(name)}`;
}

function quoted(text: string): string {
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")}"`;
}
