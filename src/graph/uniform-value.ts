import { isView } from "./form.ts";
import { constantValue, type Node } from "./operator.ts";

/**
 * The number that a constant holds everywhere, seen through a few views; undefined for anything else, and behind more
 * views, so that asking costs little on any graph.
 */
export function uniformValue(node: Node): number | undefined {
  let x = node;
  for (let views = 0; isView(x.op) && views < viewsSeenThroughMax; views++) x = x.args[0]!;
  const value = constantValue(x);
  return value && value.data.length === 1 && node.dtype === x.dtype ? value.data[0] : undefined;
}

const viewsSeenThroughMax = 8;
