import type { Budget } from "../graph/budget.ts";
import type { Assembly } from "../graph/lowering.ts";
import { constantValue, inputOperator, type Node } from "../graph/node.ts";
import { NodeMap } from "../graph/node-map.ts";
import type { Operator } from "../graph/operator.ts";
import { elementCount, type Shape } from "../graph/shape.ts";
import { add, multiply } from "../operators/arithmetic.ts";
import { uniformValue } from "../operators/kinds.ts";
import { scale } from "../operators/linear.ts";
import { packing } from "./packing.ts";
import { letterPlace, ownPlace, type Place, partPlace, viewPlace } from "./place.ts";
import { placeParts } from "./placement.ts";
import { familyOf } from "./vector/index.ts";

/** What a member reads: the value of an earlier member of the same step, a number, or numbers in memory walked in the step's shape. */
export type Operand =
  | { readonly kind: "member"; readonly index: number }
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "memory"; readonly place: Place };

/** An elementwise operation of a map; without an operator it copies. */
export interface Member {
  /** The slot whose value this is; −1 for a part of one. */
  readonly slot: number;
  readonly op: Operator | undefined;
  readonly attrs: Node["attrs"];
  readonly operands: readonly Operand[];
  /** Where the value is stored; for a slot, where that lies, if anyone reads it from there. */
  readonly target: Place;
}

/** A loop, or straight-line code, over one shape that computes elementwise operations together. */
export interface MapStep {
  readonly kind: "map";
  readonly shape: Shape;
  readonly members: Member[];
}

/** A reduction, a product of two tensors, or what is not code: the operator's own evaluation. */
export interface NodeStep {
  readonly kind: "fold" | "contract" | "call";
  readonly slot: number;
  /** Where the operands lie. */
  readonly operands: readonly Place[];
}

export type Step = MapStep | NodeStep;

/** The storage of a slot: its numbers, and the steps that first write and last read it; −1: there before the run. */
export interface Root {
  readonly count: number;
  first: number;
  last: number;
}

/** A graph as steps in order, and where each value lies. A slot is a node's position in the list. */
export interface Schedule {
  readonly nodes: readonly Node[];
  readonly steps: readonly Step[];
  readonly places: readonly Place[];
  readonly slotOf: (node: Node) => number;
  readonly roots: ReadonlyMap<number, Root>;
  /** By slot, 1 where the value is read from memory. */
  readonly isStored: Uint8Array;
}

/** After so many nodes the clock is looked at. */
export const nodesPerCheck = 4096;

const instructionsPerStepMax = 4000;
const instructionsPerCall = 8;
const elementsToWait = 256;
const elementsPerRead = 4;

/** Names the operand of a function that shares work with others. */
function sharingKey(op: Operator | undefined, [source]: readonly (Source | number)[], key: string): string | undefined {
  const family = typeof op?.lower === "string" ? familyOf.get(op.lower) : undefined;
  return family && typeof source === "object" ? `${source.slot}|${family}|${key}` : undefined;
}

/** Where a member's operand comes from. */
interface Source {
  readonly slot: number;
  /** Where it lies when it is read from memory, if not in its own place and order. */
  readonly place?: Place;
}

/** Plans the steps of a graph's nodes, operands first. Linear in nodes and operands. Throws what the budget throws. */
export function schedule(nodes: readonly Node[], outputs: readonly Node[], absorbs: boolean, budget: Budget): Schedule {
  return new Scheduler(nodes, outputs, absorbs).run(outputs, budget);
}

class Scheduler {
  private readonly absorbs: boolean;
  private readonly nodes: readonly Node[];
  private readonly slots: NodeMap<number>;
  private readonly placed: ReadonlyMap<number, Place>;
  private readonly places: Place[];
  /** The step that makes a slot's value, −1 for what is there before the run. */
  private readonly stepOf: Int32Array;
  /** The slot whose step stores a slot's value: itself, or what it is a view of. */
  private readonly producer: Int32Array;
  /** The place among its step's members of a slot that is one, else −1. */
  private readonly memberOf: Int32Array;
  /** The number that a slot's value is everywhere. */
  private readonly numbers: (number | undefined)[];
  private readonly isStored: Uint8Array;
  private readonly uses: Int32Array;
  /** The last slot that reads each. */
  private readonly readers: Int32Array;
  private extraRoots = 0;
  /** Slots that have taken over all of another's storage. */
  private readonly continued = new Set<number>();
  private readonly roots = new Map<number, Root>();
  private readonly steps: Step[] = [];
  private readonly instructions: number[] = [];
  /** The latest map of each shape. */
  private readonly latest = new Map<string, number>();
  /** Where a function that shares work with others was applied to an operand. */
  private readonly sharing = new Map<string, number>();
  /** Values that read far fewer numbers than they have, and are made when somebody needs them. */
  private readonly waiting = new Set<number>();

  constructor(nodes: readonly Node[], outputs: readonly Node[], absorbs: boolean) {
    this.absorbs = absorbs;
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
  }

  run(outputs: readonly Node[], budget: Budget): Schedule {
    const { nodes, places, slotOf, roots, steps, isStored } = this;
    for (let slot = 0; slot < nodes.length; slot++) {
      if (slot % nodesPerCheck === 0) budget.check();
      this.add(slot);
    }
    for (const output of outputs) this.demand(slotOf(output));
    for (const output of outputs) if (elementCount(output.shape) > 0) this.read(slotOf(output), steps.length);
    return { nodes, steps, places, slotOf, roots, isStored };
  }

  private readonly slotOf = (node: Node): number => this.slots.get(node)!;

  private add(slot: number): void {
    const node = this.nodes[slot]!;
    const { args } = node;
    if (this.canWait(node)) {
      this.places[slot] = ownPlace(slot, node.shape);
      this.producer[slot] = slot;
      this.waiting.add(slot);
      return;
    }
    for (const arg of args) this.demand(this.slotOf(arg));
    this.make(slot);
  }

  /**
   * Whether a value is better made when it is needed: a sum of products of small tensors, say, whose terms come one by one
   * and which then is made at once. What it reads is kept instead, which is less.
   */
  private canWait(node: Node): boolean {
    const { op, args, shape } = node;
    const count = elementCount(shape);
    if (count < elementsToWait || !(op.lower || op.letters) || this.placed.has(this.slotOf(node))) return false;
    let read = 0;
    for (const arg of args) {
      const from = this.slotOf(arg);
      if (!this.waiting.has(from)) read += elementCount(this.nodes[this.producer[from]!]!.shape);
    }
    if (read * elementsPerRead > count) return false;
    const letters = op.letters?.(node.attrs);
    return !letters || [...letters.x].every((letter) => letters.out.includes(letter));
  }

  /** Makes a value that waits, and those that it needs. */
  private demand(slot: number): void {
    if (!this.waiting.has(slot)) return;
    const needed = [slot];
    const ready: number[] = [];
    while (needed.length > 0) {
      const next = needed.pop()!;
      if (!this.waiting.delete(next)) continue;
      ready.push(next);
      for (const arg of this.nodes[next]!.args) needed.push(this.slotOf(arg));
    }
    ready.sort((a, b) => a - b);
    for (const next of ready) this.make(next);
  }

  private make(slot: number): void {
    const node = this.nodes[slot]!;
    const { op, args } = node;
    this.places[slot] = this.placed.get(slot) ?? (op.letters && this.permutedPlace(slot)) ?? ownPlace(slot, node.shape);
    this.producer[slot] = slot;
    if (op === inputOperator || this.numbers[slot] !== undefined || constantValue(node)) return;
    if (elementCount(node.shape) === 0) return;
    if (op.view) this.addView(slot, node);
    else if (op.scalar || op.lower)
      this.addMember(
        slot,
        node,
        op,
        args.map((arg) => ({ slot: this.slotOf(arg) })),
      );
    else if (op.assemble) this.addAssembly(slot, node, op.assemble(node));
    else if (op.letters) this.addProduct(slot, node);
    else this.addNode(op.fold && elementCount(args[0]!.shape) > 0 ? "fold" : "call", slot);
  }

  private addView(slot: number, node: Node): void {
    const base = this.slotOf(node.args[0]!);
    const place = viewPlace(node, this.places[base]!);
    if (!place) {
      // Row-major elements that lie otherwise are walked in the operand's shape and stored in order.
      const { shape } = node.args[0]!;
      const target = ownPlace(slot, shape);
      this.stepOf[slot] = this.join(slot, undefined, node.attrs, shape, [{ slot: base }], target);
      return;
    }
    this.places[slot] = place;
    this.stepOf[slot] = this.stepOf[base]!;
    this.producer[slot] = this.producer[base]!;
  }

  private addMember(slot: number, node: Node, op: Operator, sources: readonly Source[]): void {
    const step = this.join(slot, op, node.attrs, node.shape, sources, this.places[slot]!);
    this.stepOf[slot] = step;
    this.memberOf[slot] = (this.steps[step] as MapStep).members.length - 1;
  }

  /** A product without a sum is elementwise, on operands that are walked in the result's order. */
  private addProduct(slot: number, node: Node): void {
    const { x, y, out } = node.op.letters!(node.attrs);
    if ([...x].some((letter) => !out.includes(letter))) {
      // Sums in which zero absorbs are the operator's own business.
      const isCalled = this.absorbs && node.op.absorbs?.(node.attrs);
      if (isCalled || elementCount(node.args[0]!.shape) === 0) this.addNode("call", slot);
      else this.addContract(slot, node);
      return;
    }
    const sources = [x, y].map((names, i): Source => {
      const from = this.slotOf(node.args[i]!);
      return names === out ? { slot: from } : { slot: from, place: letterPlace(out, names, this.places[from]!) };
    });
    const { operator } = node.op.absorbs?.(node.attrs) ? scale : multiply;
    this.addMember(slot, node, operator, sources);
  }

  private addAssembly(slot: number, node: Node, { fill, base, parts }: Assembly): void {
    const { places, stepOf } = this;
    let after = -1;
    if (base !== undefined) {
      const from = this.slotOf(node.args[base]!);
      const isOwner = places[from]!.root === from || this.continued.has(from);
      const isMade = stepOf[from]! >= 0 && this.producer[from] === from && !this.placed.has(from);
      if (isOwner && isMade && this.uses[from] === 1 && !this.placed.has(slot)) {
        // Nobody else reads the base: its storage goes on as the result's.
        places[slot] = places[from]!;
        this.continued.add(slot);
        this.isStored[from] = 1;
        this.touch(places[from]!.root, stepOf[from]!);
        after = stepOf[from]!;
      } else after = this.join(-1, undefined, node.attrs, node.shape, [{ slot: from }], places[slot]!);
    } else if (fill !== undefined) {
      after = this.join(-1, undefined, node.attrs, node.shape, [fill], places[slot]!);
    }
    let last = after;
    for (const part of parts) {
      const arg = node.args[part.operand]!;
      const from = this.slotOf(arg);
      if (elementCount(arg.shape) === 0) continue;
      const target = partPlace(part, arg.shape, places[slot]!);
      const producer = this.producer[from]!;
      if (this.placed.has(producer) && samePlace(places[from]!, target, arg.shape)) {
        this.isStored[producer] = 1;
        this.touch(target.root, stepOf[from]!);
        last = Math.max(last, stepOf[from]!);
      } else if (part.isAdded) {
        const sources = [{ slot: -1, place: target }, { slot: from }];
        last = Math.max(last, this.join(-1, add.operator, {}, arg.shape, sources, target, after));
      } else {
        last = Math.max(last, this.join(-1, undefined, node.attrs, arg.shape, [{ slot: from }], target, after));
      }
    }
    stepOf[slot] = last;
  }

  /** The place of a value that only a permutation reads: in the order of the permutation's result. */
  private permutedPlace(slot: number): Place | undefined {
    const reader = this.uses[slot] === 1 ? this.nodes[this.readers[slot]!] : undefined;
    const { shape } = this.nodes[slot]!;
    if (reader?.op.view !== "strided" || reader.shape.length !== shape.length) return undefined;
    // Strides that name the axes tell which axis each of the view's is.
    const named = viewPlace(reader, { root: slot, offset: 0, strides: shape.map((_, axis) => axis + 1) })!;
    const strides = new Array<number>(shape.length).fill(0);
    const ordered = ownPlace(slot, reader.shape).strides;
    for (const [i, name] of named.strides.entries()) {
      const axis = name - 1;
      if (axis < 0 || reader.shape[i] !== shape[axis] || strides[axis] !== 0) return undefined;
      strides[axis] = ordered[i]!;
    }
    return named.offset === 0 ? { root: slot, offset: 0, strides } : undefined;
  }

  /** A product with a sum; an operand that would be read in leaps again and again is laid in order first. */
  private addContract(slot: number, node: Node): void {
    const letters = node.op.letters!(node.attrs);
    const places = node.args.map((arg) => this.places[this.slotOf(arg)]!);
    const packed = packing(node, letters, places, this.places[slot]!);
    let operands: readonly Place[] = places;
    if (packed) {
      const { operand, target } = packed;
      const from = this.slotOf(node.args[operand]!);
      const root = this.nodes.length + this.extraRoots++;
      const { shape } = node.args[operand]!;
      this.touch(root, this.steps.length, elementCount(shape));
      const place = { ...target, root };
      const step = this.join(-1, undefined, node.attrs, packed.shape, [{ slot: from, place: packed.source }], {
        ...place,
        strides: ownPlace(root, packed.shape).strides,
      });
      this.touch(root, step);
      this.touch(root, this.steps.length);
      operands = places.with(operand, place);
    }
    this.addNode("contract", slot, operands);
  }

  private addNode(kind: NodeStep["kind"], slot: number, given?: readonly Place[]): void {
    const { args } = this.nodes[slot]!;
    const operands = given ?? args.map((arg) => this.places[this.slotOf(arg)]!);
    const step = this.push({ kind, slot, operands });
    args.forEach((arg, i) => {
      if (elementCount(arg.shape) === 0) return;
      if (operands[i]!.root < this.nodes.length) this.read(this.slotOf(arg), step);
      else this.touch(operands[i]!.root, step);
    });
    this.stepOf[slot] = step;
    this.isStored[slot] = 1;
    this.touch(this.places[slot]!.root, step);
  }

  /**
   * Adds an elementwise operation to the latest map of its shape, if that comes after `after` and all operands are there
   * by then, or to a new one; gives the step.
   */
  private join(
    slot: number,
    op: Operator | undefined,
    attrs: Node["attrs"],
    shape: Shape,
    sources: readonly (Source | number)[],
    target: Place,
    after = -1,
  ): number {
    const key = shape.join();
    const cost = typeof op?.lower === "function" || !op ? 1 : instructionsPerCall;
    // Where a function that shares work is applied to the same operand, or else in the latest map.
    const sharing = sharingKey(op, sources, key);
    let step = sharing === undefined ? undefined : this.sharing.get(sharing);
    if (step === undefined || !this.fits(step, sources, cost, after)) step = this.latest.get(key);
    if (step === undefined || !this.fits(step, sources, cost, after)) {
      step = this.push({ kind: "map", shape, members: [] });
      this.latest.set(key, step);
    }
    if (sharing !== undefined) this.sharing.set(sharing, step);
    const operands: Operand[] = [];
    // Each tensor may be walked by pointers of its own, and a function has 50,000 local variables at most.
    let walked = target.root === slot ? 0 : 1;
    for (const source of sources) {
      const operand = this.operandOf(source, step);
      if (operand.kind === "memory") walked++;
      operands.push(operand);
    }
    this.instructions[step]! += cost + walked * shape.length;
    (this.steps[step] as MapStep).members.push({ slot, op, attrs, operands, target });
    if (slot < 0) this.touch(target.root, step);
    return step;
  }

  /** Whether a step has room for a member, comes late enough, and has its operands by then. */
  private fits(step: number, sources: readonly (Source | number)[], cost: number, after: number): boolean {
    if (step <= after || this.instructions[step]! + cost > instructionsPerStepMax) return false;
    for (const source of sources) if (!this.isReady(source, step)) return false;
    return true;
  }

  private operandOf(source: Source | number, step: number): Operand {
    if (typeof source === "number") return { kind: "number", value: source };
    const { slot, place } = source;
    if (slot < 0) return { kind: "memory", place: place! };
    const number = this.numbers[slot];
    if (number !== undefined) return { kind: "number", value: number };
    if (this.isDirect(source, step)) return { kind: "member", index: this.memberOf[slot]! };
    const lies = this.read(slot, step);
    return { kind: "memory", place: place ?? lies };
  }

  private isReady(source: Source | number, step: number): boolean {
    if (typeof source === "number" || source.slot < 0) return true;
    return this.numbers[source.slot] !== undefined || this.stepOf[source.slot]! < step || this.isDirect(source, step);
  }

  /** Whether a step makes what it reads itself. */
  private isDirect({ slot, place }: Source, step: number): boolean {
    return !place && this.memberOf[slot]! >= 0 && this.stepOf[slot] === step;
  }

  /** The place of a value that a step reads from memory, which therefore has to be stored. */
  private read(slot: number, step: number): Place {
    const place = this.places[slot]!;
    this.isStored[this.producer[slot]!] = 1;
    this.touch(place.root, this.stepOf[slot]!);
    this.touch(place.root, step);
    return place;
  }

  private touch(root: number, step: number, count?: number): void {
    const known = this.roots.get(root);
    if (!known) {
      this.roots.set(root, { count: count ?? elementCount(this.nodes[root]!.shape), first: step, last: step });
      return;
    }
    known.first = Math.min(known.first, step);
    known.last = Math.max(known.last, step);
  }

  private push(step: Step): number {
    this.instructions.push(0);
    return this.steps.push(step) - 1;
  }
}

function samePlace(a: Place, b: Place, shape: Shape): boolean {
  const isSame = (length: number, i: number) => length === 1 || a.strides[i] === b.strides[i];
  return a.root === b.root && a.offset === b.offset && shape.every(isSame);
}
