import { reachable, sizeOf } from "../../graph/graph.ts";
import { NodeMap } from "../../graph/node-map.ts";
import type { Absentable, JvpRule, Multiple, Node, Passes } from "../../graph/operator.ts";
import { add } from "../../operators/linear.ts";
import { resultIndex, resultsOf } from "../../operators/results.ts";
import { zeroLike } from "../../operators/views.ts";

/**
 * Forward mode: the tangents of `outputs` for given tangents of some nodes. A zero tangent is absence: undefined in, and
 * undefined out. One pass over the nodes, operands first.
 */
export function linearize(outputs: readonly Node[], given: ReadonlyMap<Node, Node>, passes: Passes): Absentable {
  const size = Math.max(sizeOf(outputs), sizeOf([...given.keys()]));
  const tangents = new NodeMap<Node>(size);
  /** Of bundles, the tangents of the results. */
  const bundles = new NodeMap<Absentable>(size);
  const squares = new Map<Node, Node | undefined>();
  for (const [node, tangent] of given) tangents.set(node, tangent);
  for (const node of reachable(outputs)) {
    if (node.args.length === 0 || node.dtype !== "float64" || given.has(node)) continue;
    const { joint } = node.op.rules;
    const index = resultIndex(node);
    if (index !== undefined) tangents.set(node, bundles.get(node.args[0]!)?.[index]);
    else if (joint) {
      const ofOperands = node.args.map((arg) => tangents.get(arg));
      if (ofOperands.some((tangent) => tangent))
        bundles.set(node, joint.jvp(ofOperands, node, resultsOf(node), passes));
    } else {
      const base = node.op.rules.base?.(node.args);
      const ofSquare = base && tangentOfSquare(base, tangents, given, squares);
      tangents.set(node, ofSquare ?? tangentOf(node, tangents));
    }
  }
  return outputs.map((output) => tangents.get(output));
}

/**
 * The tangent of the square of a radius, or of a multiple of one, by what the radius is of. Algebra gives 2⟨x, dx⟩, which is
 * right where the radius is 0 and has no derivative; the value itself keeps its bits. `known` has what was told before of
 * multiples, so that chains of them are walked once.
 */
function tangentOfSquare(
  base: Node,
  tangents: NodeMap<Node>,
  given: ReadonlyMap<Node, Node>,
  known: Map<Node, Node | undefined>,
): Node | undefined {
  const walked: { readonly node: Node; readonly scaled: Multiple["scaled"] }[] = [];
  let node = base;
  // What is moved itself is no function of anything.
  while (!given.has(node) && !known.has(node)) {
    const multiple = node.op.rules.multiple?.(node.args);
    if (!multiple) break;
    walked.push({ node, scaled: multiple.scaled });
    node = multiple.of;
  }
  const { squared } = node.op.rules;
  let total = known.get(node) ?? (squared && !given.has(node) ? sumOfParts(node, squared, tangents) : undefined);
  // A number is multiplied by twice, for its square may overflow.
  for (const { node, scaled } of walked.toReversed()) {
    total &&= scaled(scaled(total));
    known.set(node, total);
  }
  return total;
}

function tangentOf(node: Node, tangents: NodeMap<Node>): Node | undefined {
  const { op, args } = node;
  const { linear, jvp } = op.rules;
  if (linear) {
    const isLinear = (i: number) => linear === "all" || linear.includes(i);
    if (!args.some((x, i) => isLinear(i) && tangents.get(x))) return undefined;
    const operands = args.map((x, i) => (isLinear(i) ? (tangents.get(x) ?? zeroLike(x)) : x));
    return node.builder.build(op, operands, node.attrs);
  }
  return jvp && sumOfParts(node, jvp, tangents);
}

function sumOfParts(node: Node, rules: readonly (JvpRule | undefined)[], tangents: NodeMap<Node>): Node | undefined {
  let total: Node | undefined;
  node.args.forEach((arg, i) => {
    const d = tangents.get(arg);
    const part = d && rules[i]?.(d, node.args, node);
    if (part) total = total ? add(total, part) : part;
  });
  return total;
}
