import type { Absentable, Node } from "../graph/operator.ts";
import { passes } from "./passes/index.ts";

/** Forward mode: the tangents of `outputs` for given tangents of some nodes, absent where they are zero. */
export function linearize(outputs: readonly Node[], given: ReadonlyMap<Node, Node>): Absentable {
  return passes.linearize(outputs, given);
}
