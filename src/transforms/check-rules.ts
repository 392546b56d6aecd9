import { functionsOf } from "../graph/function.ts";
import { type Graph, nodesOf } from "../graph/graph.ts";
import type { Builder } from "../graph/operator.ts";
import { customCall } from "../operators/functions/custom.ts";
import { passes } from "./passes/index.ts";

/** Throws `invalid_graph` where a function's own derivative is not linear; whatever else a graph does is not looked at. */
export function checkRules(graph: Graph, newBuilder: () => Builder): void {
  for (const held of functionsOf(nodesOf(graph))) {
    if (!held.rule) continue;
    const builder = newBuilder();
    const args = held.inputs.map(({ shape, dtype }, i) => builder.input(`i${i}`, shape, dtype));
    customCall(held, args, builder, passes);
  }
}
