import { bytesPerElement } from "../graph/dtype.ts";
import { constantValue, inputOperator, type Node } from "../graph/node.ts";
import { elementCount } from "../graph/shape.ts";

/** One kernel call of a plan. A slot is the position of a node among the plan's nodes. */
export interface Step {
  readonly node: Node;
  readonly slot: number;
  readonly args: readonly number[];
  /** The storage of operand 0 is read here for the last time and was made by an earlier step. */
  readonly owned: boolean;
  /** Slots whose storage nobody reads after this step. */
  readonly frees: readonly number[];
}

/** Steps in order, and the most bytes that they hold at once beside inputs and constants. */
export interface Plan {
  readonly steps: readonly Step[];
  readonly liveBytes: number;
}

/** Plans the storage of `nodes`, operands first; the storage of `outputs` lives to the end. */
export function planStorage(nodes: readonly Node[], outputs: readonly number[]): Plan {
  const slots = new Map(nodes.map((node, slot) => [node, slot]));
  const argSlots = nodes.map((node) => node.args.map((arg) => slots.get(arg)!));
  // A view has the storage of another slot, its owner, and an owner lives as long as its last reader.
  const owner = new Int32Array(nodes.length);
  const hasViews = new Uint8Array(nodes.length);
  const isStrided = new Uint8Array(nodes.length);
  const lastRead = new Int32Array(nodes.length).fill(-1);
  nodes.forEach(({ op }, slot) => {
    owner[slot] = slot;
    const base = argSlots[slot]![0];
    for (const arg of argSlots[slot]!) lastRead[owner[arg]!] = slot;
    if (!op.view || (op.view === "rowMajor" && isStrided[base!])) return;
    owner[slot] = owner[base!]!;
    hasViews[owner[base!]!] = 1;
    isStrided[slot] = op.view === "strided" ? 1 : 0;
  });
  for (const slot of outputs) lastRead[owner[slot]!] = nodes.length;
  const isMade = (slot: number) => nodes[slot]!.op !== inputOperator && !constantValue(nodes[slot]!);
  const freedAt = new Map<number, number[]>();
  lastRead.forEach((at, slot) => {
    if (!isMade(slot) || owner[slot] !== slot || at === nodes.length) return;
    const step = Math.max(at, slot);
    const freed = freedAt.get(step);
    if (freed) freed.push(slot);
    else freedAt.set(step, [slot]);
  });

  const steps: Step[] = [];
  let heldBytes = 0;
  let liveBytes = 0;
  nodes.forEach((node, slot) => {
    if (!isMade(slot)) return;
    const args = argSlots[slot]!;
    const base = owner[args[0] ?? slot]!;
    const readers = args.filter((arg) => owner[arg] === base).length;
    const owned = base !== slot && lastRead[base] === slot && isMade(base) && !hasViews[base] && readers === 1;
    const reuses = owned && node.op.inPlace === true;
    if (owner[slot] === slot && !reuses) heldBytes += bytesOf(node);
    const copies = node.op.rowMajor ? args.filter((arg) => isStrided[arg]) : [];
    liveBytes = Math.max(liveBytes, heldBytes + sum(copies.map((arg) => bytesOf(nodes[arg]!))));
    const frees = freedAt.get(slot) ?? [];
    for (const free of frees) if (!(reuses && free === base)) heldBytes -= bytesOf(nodes[free]!);
    steps.push({ node, slot, args, owned, frees });
  });
  return { steps, liveBytes };
}

function bytesOf(node: Node): number {
  return elementCount(node.shape) * bytesPerElement[node.dtype];
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0);
}
