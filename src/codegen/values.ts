import { NodeMap } from "../graph/node-map.ts";
import type { Node } from "../graph/operator.ts";
import { elementCount } from "../graph/shape.ts";
import { uniformValue } from "../graph/uniform-value.ts";
import type { Place } from "./place.ts";
import { placeParts } from "./placement.ts";
import type { Root } from "./steps.ts";

/** The values of a program while its steps are planned: where each lies, which step makes it, and who reads it. By slot. */
export class Values {
  readonly nodes: readonly Node[];
  /** Values that are made where they are assembled. */
  readonly placed: ReadonlyMap<number, Place>;
  /** Roots that values are made in which have readers of their own. */
  readonly holdsParts: ReadonlySet<number>;
  readonly places: Place[];
  /** The step that makes a slot's value, −1 for what is there before the run. */
  readonly stepOf: Int32Array;
  /** The slot whose step stores a slot's value: itself, or what it is a view of. */
  readonly producer: Int32Array;
  /** The place among its map's members of a value that other members can read directly, else −1. */
  readonly memberOf: Int32Array;
  /** The number that a value is everywhere. */
  readonly numbers: readonly (number | undefined)[];
  readonly isStored: Uint8Array;
  readonly uses: Int32Array;
  /** The last slot that reads each. */
  readonly readers: Int32Array;
  readonly roots = new Map<number, Root>();
  private readonly slots: NodeMap<number>;
  private extraRoots = 0;

  constructor(nodes: readonly Node[], outputs: readonly Node[]) {
    const count = nodes.length;
    this.nodes = nodes;
    this.slots = new NodeMap(count === 0 ? 0 : nodes.at(-1)!.index + 1);
    nodes.forEach((node, slot) => {
      this.slots.set(node, slot);
    });
    this.places = new Array(count);
    this.stepOf = new Int32Array(count).fill(-1);
    this.producer = new Int32Array(count);
    this.memberOf = new Int32Array(count).fill(-1);
    this.numbers = nodes.map(uniformValue);
    this.isStored = new Uint8Array(count);
    this.uses = new Int32Array(count);
    this.readers = new Int32Array(count);
    nodes.forEach((node, slot) => {
      for (const arg of node.args) {
        const from = this.slotOf(arg);
        this.uses[from]!++;
        this.readers[from] = slot;
      }
    });
    for (const output of outputs) this.uses[this.slotOf(output)]!++;
    this.placed = placeParts(nodes, this.slotOf);
    this.holdsParts = new Set(Array.from(this.placed.values(), ({ root }) => root));
  }

  readonly slotOf = (node: Node): number => this.slots.get(node)!;

  /** A root that no slot owns. */
  addRoot(count: number, step: number): number {
    const root = this.nodes.length + this.extraRoots++;
    this.roots.set(root, { count, first: step, last: step });
    return root;
  }

  /** The place of a value that a step reads from memory, which therefore has to be stored. */
  read(slot: number, step: number): Place {
    const place = this.places[slot]!;
    this.isStored[this.producer[slot]!] = 1;
    this.touch(place.root, this.stepOf[slot]!);
    this.touch(place.root, step);
    return place;
  }

  /** Says that a step writes or reads a root. */
  touch(root: number, step: number): void {
    const known = this.roots.get(root);
    if (!known) {
      this.roots.set(root, { count: elementCount(this.nodes[root]!.shape), first: step, last: step });
      return;
    }
    known.first = Math.min(known.first, step);
    known.last = Math.max(known.last, step);
  }
}

const elementsOfLeafMax = 4096;

/** Whether a value of no operands, an identity, say, is so small that it is computed once and then a constant. */
export function isSmallLeaf({ op, args, shape }: Node): boolean {
  return op.form.kind === "opaque" && args.length === 0 && elementCount(shape) <= elementsOfLeafMax;
}
