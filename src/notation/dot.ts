import { numberText } from "./notation.ts";
import { adjointName, runName, show, type TraceRow, tangentName, traceDigits } from "./trace-table.ts";

/**
 * A trace as a Graphviz drawing: nodes with their values, edges from operands with the partial derivatives, and a cluster
 * for each run of a function that is opened.
 */
export function traceDot(rows: readonly TraceRow[]): string {
  return `${["digraph trace {", "  rankdir=LR;", ...drawn(rows, "", "  "), "}"].join("\n")}\n`;
}

/** The lines of some rows, whose names begin with a prefix. */
function drawn(rows: readonly TraceRow[], prefix: string, indent: string): string[] {
  const nodes = rows.map(({ name, formula, value, tangent, adjoint }) => {
    const lines = [
      formula === undefined ? name : `${name} = ${formula}`,
      show(value),
      ...(tangent ? [`${tangentName(name)} = ${show(tangent)}`] : []),
      ...(adjoint ? [`${adjointName(name)} = ${show(adjoint)}`] : []),
    ];
    const shape = formula === undefined ? ", shape=box" : "";
    return `${indent}${quoted(prefix + name)} [label=${quoted(lines.join("\n"))}${shape}];`;
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
      return `${indent}${edgeOf(prefix + arg, prefix + name)}${label};`;
    }),
  );
  const clusters = rows.flatMap(({ name, runs = [] }) =>
    runs.flatMap((run, i) => {
      const inside = `${prefix}${name}[${i}].`;
      return [
        `${indent}subgraph ${quoted(`cluster ${inside}`)} {`,
        `${indent}  label=${quoted(`${name}, ${runName(run)}`)};`,
        ...drawn(run.rows, inside, `${indent}  `),
        `${indent}}`,
      ];
    }),
  );
  return [...nodes, ...edges, ...clusters];
}

function edgeOf(arg: string, name: string): string {
  return `${quoted(arg)} -> ${quoted(name)}`;
}

function quoted(text: string): string {
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")}"`;
}
