import { attributesKey } from "../../graph/attribute.ts";
import { copyNode } from "../../graph/copy.ts";
import { reachable, sizeOf } from "../../graph/graph.ts";
import { NodeMap, NodeSet } from "../../graph/node-map.ts";
import type { Node } from "../../graph/operator.ts";
import { resultIndex, resultNode, tupleNode } from "../../operators/results.ts";

/** Some nodes, settled: themselves where there is nothing to settle. */
export function settled(sources: readonly Node[], isReversed: boolean): readonly Node[] {
  const nodes = reachable(sources);
  return nodes.some(({ op }) => op.rules.settling) ? new Settler(nodes, sources, isReversed).run() : sources;
}

/** A node that gives the results of another one, and where. */
interface Whole {
  readonly node: Node;
  readonly places: readonly number[];
}

/** Copies nodes after what they need, which may be a node that was made after them. */
class Settler {
  private readonly sources: readonly Node[];
  private readonly isReversed: boolean;
  private readonly wholes: Map<Node, Whole>;
  private readonly copies: NodeMap<Node>;
  private readonly entered: NodeSet;

  constructor(nodes: readonly Node[], sources: readonly Node[], isReversed: boolean) {
    this.sources = sources;
    this.isReversed = isReversed;
    this.wholes = wholesOf(nodes);
    this.copies = new NodeMap(sizeOf(sources));
    this.entered = new NodeSet(sizeOf(sources));
  }

  run(): Node[] {
    for (const source of this.sources) this.make(source);
    return this.sources.map((source) => this.copies.get(source)!);
  }

  private make(root: Node): void {
    const path = [{ node: root, next: 0 }];
    while (path.length > 0) {
      const step = path.at(-1)!;
      const { node } = step;
      const needed = this.copies.get(node) ? undefined : this.neededBy(node)[step.next];
      this.entered.add(node);
      if (!needed) {
        if (!this.copies.get(node)) this.copies.set(node, this.copy(node));
        this.entered.delete(node);
        path.pop();
      } else if (this.copies.get(needed)) step.next++;
      else if (!this.entered.has(needed)) path.push({ node: needed, next: 0 });
      else {
        // The larger node needs what the smaller one gives: both have to be run.
        const last = path.findLastIndex((entry) => this.wholes.has(entry.node));
        for (const { node: left } of path.splice(last + 1)) this.entered.delete(left);
        this.wholes.delete(path[last]!.node);
        path[last]!.next = 0;
      }
    }
  }

  private neededBy(node: Node): readonly Node[] {
    const whole = this.wholes.get(node);
    return whole ? [whole.node] : node.args;
  }

  private copy(node: Node): Node {
    const whole = this.wholes.get(node);
    if (whole) {
      const copy = this.copies.get(whole.node)!;
      return tupleNode(whole.places.map((place) => resultNode(copy, place)));
    }
    if (node.args.length === 0) return node;
    const args = node.args.map((arg) => this.copies.get(arg)!);
    const index = resultIndex(node);
    if (index !== undefined) return resultNode(args[0]!, index);
    const { settling } = node.op.rules;
    return this.isReversed && settling?.settled ? settling.settled(node, args) : copyNode(node, args, node.builder);
  }
}

/** For each node that another one makes superfluous, that one. */
function wholesOf(nodes: readonly Node[]): Map<Node, Whole> {
  const wholes = new Map<Node, Whole>();
  const byKey = new Map<string, Node[]>();
  const keyOf = ({ op }: Node, attributes: string) => `${op.name} ${attributes}`;
  for (const node of nodes) {
    if (!node.op.rules.settling?.extension) continue;
    const key = keyOf(node, attributesKey(node.attrs));
    const list = byKey.get(key);
    if (list) list.push(node);
    else byKey.set(key, [node]);
  }
  for (const node of nodes) {
    const extension = node.op.rules.settling?.extension?.(node);
    if (!extension) continue;
    for (const smaller of byKey.get(keyOf(node, extension.of)) ?? []) {
      // Its operands are those of the smaller one, and tangents among them.
      if (!wholes.has(smaller) && isAmong(smaller.args, node.args)) {
        wholes.set(smaller, { node, places: extension.places });
      }
    }
  }
  return wholes;
}

function isAmong(few: readonly Node[], many: readonly Node[]): boolean {
  let next = 0;
  for (const node of many) if (node === few[next]) next++;
  return next === few.length;
}
