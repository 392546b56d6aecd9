import { runnableForm } from "../graph/form.ts";
import { reachable } from "../graph/graph.ts";
import { NodeSet } from "../graph/node-map.ts";
import type { Node } from "../graph/operator.ts";

/**
 * Whether a program has to compute with absorbing zeros, and if not, which outputs depend on products in which zero
 * would absorb. A product differs from an absorbing one only where it is NaN, and a NaN reaches every output that
 * depends on it, unless an operator in between hides it.
 */
export function absorptionOf(
  nodes: readonly Node[],
  outputs: readonly Node[],
  mustAbsorb: boolean,
  taintedInputs: readonly Node[] = [],
): { absorbs: boolean; doubtful: readonly number[] } {
  if (nodes.length === 0) return { absorbs: false, doubtful: [] };
  const tainted = new NodeSet(nodes.at(-1)!.index + 1);
  for (const input of taintedInputs) if (input.index <= nodes.at(-1)!.index) tainted.add(input);
  let absorbs = mustAbsorb;
  for (const node of nodes) {
    const { op, args, attrs } = node;
    const form = runnableForm(op);
    if (!form) continue;
    if (form.kind === "loop") {
      const { inputs, outputs: results } = form.rows(attrs);
      const within = reachable(results);
      if (!args.some((arg) => tainted.has(arg)) && !absorbsWithin(within)) continue;
      tainted.add(node);
      // What a step takes in may have been tainted by the one before.
      if (absorptionOf(within, results, false, inputs).absorbs) absorbs = true;
      continue;
    }
    const hides = form.hidesNaN === "all" ? args : form.hidesNaN.map((operand) => args[operand]!);
    if (hides.some((arg) => tainted.has(arg))) absorbs = true;
    if (form.absorbs(attrs) || args.some((arg) => tainted.has(arg))) tainted.add(node);
  }
  if (absorbs) return { absorbs, doubtful: [] };
  return { absorbs, doubtful: outputs.flatMap((node, i) => (tainted.has(node) ? [i] : [])) };
}

/** Whether zero absorbs in a product among some nodes, or in the loops among them. */
function absorbsWithin(nodes: readonly Node[]): boolean {
  return nodes.some(({ op, attrs }) => {
    const form = runnableForm(op);
    if (form?.kind === "loop") return absorbsWithin(reachable(form.rows(attrs).outputs));
    return form?.absorbs(attrs) === true;
  });
}
