import type { GraphModel, ModelEdge, ModelNode } from "./model.ts";

/** A graph of which parts are folded away or left out, and what is not seen. */
export interface FoldedModel extends GraphModel {
  /** How many nodes each node stands for besides itself. */
  readonly folded: ReadonlyMap<string, number>;
  /** The node that each node of the whole graph is seen as; absent for those that are left out. */
  readonly seenAs: ReadonlyMap<string, string>;
  /** How many nodes are left out altogether. */
  readonly leftOut: number;
}

/**
 * Folds each node that its author gave no name into the statement that alone uses it, unless that statement is unfolded,
 * and leaves out what is farthest from the focus where still more than `nodesMax` remain.
 */
export function fold(
  model: GraphModel,
  options: {
    readonly isNamed: (node: ModelNode) => boolean;
    readonly isFolding: boolean;
    readonly unfolded: ReadonlySet<string>;
    readonly focus: string | undefined;
    readonly nodesMax: number;
  },
): FoldedModel {
  const { isNamed, isFolding, unfolded, focus, nodesMax } = options;
  const groups = isFolding ? groupsOf(model, isNamed, unfolded) : new Map<string, string>();
  const groupOf = (name: string) => groups.get(name) ?? name;
  const folded = new Map<string, number>();
  for (const { name } of model.nodes) {
    const group = groupOf(name);
    if (group !== name) folded.set(group, (folded.get(group) ?? 0) + 1);
  }
  const heads = model.nodes.filter(({ name }) => groupOf(name) === name);
  const kept = heads.length > nodesMax ? nearest(heads, model.edges, groupOf, focus, nodesMax) : undefined;
  const nodes = kept ? heads.filter(({ name }) => kept.has(name)) : heads;
  const isSeen = (name: string) => kept?.has(name) ?? true;
  const edges = new Map<string, ModelEdge>();
  for (const { from, to, count } of model.edges) {
    const [a, b] = [groupOf(from), groupOf(to)];
    if (a === b || !isSeen(a) || !isSeen(b)) continue;
    const key = `${a} ${b}`;
    edges.set(key, { from: a, to: b, count: count + (edges.get(key)?.count ?? 0) });
  }
  return {
    nodes,
    edges: [...edges.values()],
    folded,
    seenAs: new Map(model.nodes.flatMap(({ name }) => (isSeen(groupOf(name)) ? [[name, groupOf(name)] as const] : []))),
    leftOut: heads.length - nodes.length,
  };
}

/** The statement that each node without a name belongs to: the one that all its uses are in. Users come after operands. */
function groupsOf(
  { nodes, edges }: GraphModel,
  isNamed: (node: ModelNode) => boolean,
  unfolded: ReadonlySet<string>,
): Map<string, string> {
  const users = Map.groupBy(edges, ({ from }) => from);
  const statements = new Map<string, string>();
  for (const node of [...nodes].reverse()) {
    const { name } = node;
    const used = new Set((users.get(name) ?? []).map(({ to }) => statements.get(to) ?? to));
    const [only = name] = used;
    const isOwn = node.kind !== "operator" || isNamed(node) || node.outputs.length > 0 || used.size !== 1;
    statements.set(name, isOwn ? name : only);
  }
  for (const [name, statement] of statements) if (unfolded.has(statement)) statements.set(name, name);
  return statements;
}

/** The nodes nearest to the focus, by edges either way; without a focus, to the outputs. */
function nearest(
  heads: readonly ModelNode[],
  edges: readonly ModelEdge[],
  groupOf: (name: string) => string,
  focus: string | undefined,
  count: number,
): Set<string> {
  const neighbours = new Map<string, string[]>();
  for (const { from, to } of edges) {
    const [a, b] = [groupOf(from), groupOf(to)];
    if (a === b) continue;
    neighbours.set(a, [...(neighbours.get(a) ?? []), b]);
    neighbours.set(b, [...(neighbours.get(b) ?? []), a]);
  }
  const starts =
    focus === undefined ? heads.filter(({ outputs }) => outputs.length > 0).map(({ name }) => name) : [groupOf(focus)];
  const kept = new Set(starts.slice(0, count));
  for (const name of kept) {
    for (const next of neighbours.get(name) ?? []) {
      if (kept.size >= count) return kept;
      kept.add(next);
    }
  }
  return kept;
}
