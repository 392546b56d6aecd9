import { bytesPerElement } from "../dtype.ts";
import { primitiveForm } from "../form.ts";
import { type Graph, nodesOf } from "../graph.ts";
import { constantValue, inputOperator, type Node } from "../operator.ts";
import { elementCount } from "../shape.ts";

/**
 * The storage of a list of nodes, operands first. A slot is a node's position in the list; lists of slots by slot lie
 * end to end, those of slot s from `starts[s]` to before `starts[s + 1]`.
 */
export interface Plan {
  readonly args: Lists;
  /** Slots whose storage nobody reads after the step that makes slot s. */
  readonly frees: Lists;
  /** 1 where a step reads the storage of operand 0 for the last time, and an earlier step made it. */
  readonly owned: Uint8Array;
  /** The most bytes held at once beside inputs and constants. */
  readonly liveBytes: number;
}

/** Lists of numbers, laid end to end. */
export interface Lists {
  readonly starts: Int32Array;
  readonly items: Int32Array;
}

/** A graph's nodes, operands first, and the plan of their storage. */
export interface Planned {
  readonly nodes: readonly Node[];
  readonly plan: Plan;
}

/** Plans the storage of a graph; its outputs live to the end. */
export function planOf(graph: Graph): Planned {
  const nodes = nodesOf(graph);
  const outputs = graph.outputs.map((output) => output.node);
  return { nodes, plan: planStorage(nodes, outputs) };
}

/** Plans the storage of `nodes`, operands first; the storage of `outputs` lives to the end. */
export function planStorage(nodes: readonly Node[], outputs: readonly Node[]): Plan {
  const args = argumentSlots(nodes);
  const isMade = (slot: number) => nodes[slot]!.op !== inputOperator && !constantValue(nodes[slot]!);
  const firstArg = (slot: number) => args.items[args.starts[slot]!]!;

  // A view has the storage of another slot, its owner, and an owner lives as long as its last reader.
  const owner = new Int32Array(nodes.length);
  const hasViews = new Uint8Array(nodes.length);
  const isStrided = new Uint8Array(nodes.length);
  const lastRead = new Int32Array(nodes.length);
  for (let slot = 0; slot < nodes.length; slot++) {
    const { op } = nodes[slot]!;
    owner[slot] = slot;
    lastRead[slot] = slot;
    for (let k = args.starts[slot]!; k < args.starts[slot + 1]!; k++) lastRead[owner[args.items[k]!]!] = slot;
    if (op.form.kind !== "view") continue;
    const { layout } = op.form;
    const base = firstArg(slot);
    if (layout === "rowMajor" && isStrided[base]) continue;
    owner[slot] = owner[base]!;
    hasViews[owner[base]!] = 1;
    isStrided[slot] = layout === "strided" ? 1 : 0;
  }
  const isOutput = new Set(outputs);
  for (let slot = 0; slot < nodes.length; slot++) {
    if (isOutput.has(nodes[slot]!)) lastRead[owner[slot]!] = nodes.length;
  }
  const frees = listsOf(nodes.length, (visit) => {
    for (let slot = 0; slot < nodes.length; slot++) {
      if (owner[slot] === slot && isMade(slot)) visit(lastRead[slot]!, slot);
    }
  });

  const owned = new Uint8Array(nodes.length);
  let heldBytes = 0;
  let liveBytes = 0;
  for (let slot = 0; slot < nodes.length; slot++) {
    if (!isMade(slot)) continue;
    const node = nodes[slot]!;
    const { rowMajor, inPlace, workBytes } = primitiveForm(node.op);
    const [start, end] = [args.starts[slot]!, args.starts[slot + 1]!];
    const base = end > start ? owner[firstArg(slot)]! : slot;
    let readers = 0;
    let copiedBytes = workBytes?.(node) ?? 0;
    for (let k = start; k < end; k++) {
      const arg = args.items[k]!;
      if (owner[arg] === base) readers++;
      if (rowMajor && isStrided[arg]) copiedBytes += bytesOf(nodes[arg]!);
    }
    const isOwned = base !== slot && lastRead[base] === slot && isMade(base) && !hasViews[base] && readers === 1;
    owned[slot] = isOwned ? 1 : 0;
    const reuses = isOwned && inPlace;
    if (owner[slot] === slot && !reuses) heldBytes += bytesOf(node);
    liveBytes = Math.max(liveBytes, heldBytes + copiedBytes);
    for (let k = frees.starts[slot]!; k < frees.starts[slot + 1]!; k++) {
      const free = frees.items[k]!;
      if (!(reuses && free === base)) heldBytes -= bytesOf(nodes[free]!);
    }
  }
  return { args, frees, owned, liveBytes };
}

function argumentSlots(nodes: readonly Node[]): Lists {
  // Positions by node index: a list of nodes need not hold all of its builder's.
  const slotOf = new Int32Array(nodes.length === 0 ? 0 : nodes.at(-1)!.index + 1);
  for (let slot = 0; slot < nodes.length; slot++) slotOf[nodes[slot]!.index] = slot;
  return listsOf(nodes.length, (visit) => {
    for (let slot = 0; slot < nodes.length; slot++) {
      for (const arg of nodes[slot]!.args) visit(slot, slotOf[arg.index]!);
    }
  });
}

/** Gathers the pairs that `forEach` visits, in order, into a list for each first number below `count`. */
function listsOf(count: number, forEach: (visit: (list: number, item: number) => void) => void): Lists {
  const starts = new Int32Array(count + 1);
  forEach((list) => {
    if (list < count) starts[list + 1]!++;
  });
  for (let i = 0; i < count; i++) starts[i + 1]! += starts[i]!;
  const next = starts.slice();
  const items = new Int32Array(starts[count]!);
  forEach((list, item) => {
    if (list < count) items[next[list]!++] = item;
  });
  return { starts, items };
}

function bytesOf(node: Node): number {
  return elementCount(node.shape) * bytesPerElement[node.dtype];
}
