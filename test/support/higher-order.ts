import { findOperator } from "../../src/operators/index.ts";
import { linearize } from "../../src/transforms/linearize.ts";
import { finished, graphOf, newBuilder, primalOf, run } from "./graphs.ts";
import { flat, tensor } from "./tensors.ts";

const graphs = new Map<string, ReturnType<typeof graphOf>>();

/** The derivatives of orders 1 to `order` of an operator of one number, by forward mode over forward mode. */
export function derivativesAt(name: string, x: number, order: number, attrs?: unknown): number[] {
  const key = `${name} ${order} ${JSON.stringify(attrs)}`;
  let graph = graphs.get(key);
  if (!graph) {
    const builder = newBuilder();
    const primal = primalOf(graphOf([[]], (x) => builder.apply(findOperator(name)!, [x], attrs), builder));
    const [input] = primal.inputs;
    const one = input!.node.builder.constant(1);
    const outputs = [];
    let node = primal.outputs[0]!.node;
    for (let k = 1; k <= order; k++) {
      node = linearize([node], new Map([[input!.node, one]]))[0] ?? input!.node.builder.constant(0);
      outputs.push({ name: `d${k}`, dtype: node.dtype, node });
    }
    graph = finished({ ...primal, outputs });
    graphs.set(key, graph);
  }
  return run(graph, [tensor(x)]).flatMap(flat);
}
