import { runnableForm } from "../graph/form.ts";
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
): { absorbs: boolean; doubtful: readonly number[] } {
  if (nodes.length === 0) return { absorbs: false, doubtful: [] };
  const tainted = new NodeSet(nodes.at(-1)!.index + 1);
  let absorbs = mustAbsorb;
  for (const node of nodes) {
    const { op, args, attrs } = node;
    const form = runnableForm(op);
    if (!form) continue;
    const hides = form.hidesNaN === "all" ? args : form.hidesNaN.map((operand) => args[operand]!);
    if (hides.some((arg) => tainted.has(arg))) absorbs = true;
    if (form.absorbs(attrs) || args.some((arg) => tainted.has(arg))) tainted.add(node);
  }
  if (absorbs) return { absorbs, doubtful: [] };
  return { absorbs, doubtful: outputs.flatMap((node, i) => (tainted.has(node) ? [i] : [])) };
}
