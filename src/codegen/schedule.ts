import { type Attrs, noAttrs } from "../graph/attribute.ts";
import type { Budget } from "../graph/budget.ts";
import { isView } from "../graph/form.ts";
import type { Assembly, Letters } from "../graph/lowering.ts";
import type { Contraction, Node } from "../graph/operator.ts";
import { elementCount, type Shape } from "../graph/shape.ts";
import { Maps, type Source } from "./maps.ts";
import { packing } from "./packing.ts";
import { letterPlace, ownPlace, type Place, partPlace, viewPlace } from "./place.ts";
import {
  type Bodied,
  type BodyStep,
  type MapStep,
  type NodeStep,
  type NumberFunction,
  nodesPerCheck,
  type PlanBodies,
  type Schedule,
} from "./steps.ts";
import { bytesPerNumber } from "./storage.ts";
import { isSmallLeaf, Values } from "./values.ts";

const elementsToWait = 256;
const elementsPerRead = 4;

/** What adds a part to what is there. */
const sum: NumberFunction = { scalar: () => (a, x) => a! + x!, lower: (m, [a, x]) => m.add(a!, x!) };

/**
 * What becomes of an output that lies in the storage of a slot: it is read from there at the end, copied before, or there
 * already for whoever wants it.
 */
type Fate = (output: number, root: number) => "read" | "copied" | "there";

/**
 * Plans the steps of a graph's nodes, operands first. Linear in nodes and operands. With `fateOf` outputs lie in
 * order, copied where they would not. Throws what the budget throws.
 */
export function schedule(
  nodes: readonly Node[],
  outputs: readonly Node[],
  absorbs: boolean,
  planBodies: PlanBodies,
  budget: Budget,
  fateOf?: Fate,
): Schedule {
  return new Scheduler(nodes, outputs, absorbs, planBodies).run(outputs, budget, fateOf);
}

class Scheduler {
  private readonly absorbs: boolean;
  private readonly planBodies: PlanBodies;
  private readonly values: Values;
  private readonly maps: Maps;
  /** Slots that have taken over all of another's storage. */
  private readonly continued = new Set<number>();
  /** Values that read far fewer numbers than they have, and are made when somebody needs them. */
  private readonly waiting = new Set<number>();

  constructor(nodes: readonly Node[], outputs: readonly Node[], absorbs: boolean, planBodies: PlanBodies) {
    this.absorbs = absorbs;
    this.planBodies = planBodies;
    this.values = new Values(nodes, outputs);
    this.maps = new Maps(this.values, absorbs);
  }

  run(outputs: readonly Node[], budget: Budget, fateOf: Fate | undefined): Schedule {
    const { nodes, places, slotOf, roots, isStored } = this.values;
    const { steps } = this.maps;
    for (let slot = 0; slot < nodes.length; slot++) {
      if (slot % nodesPerCheck === 0) budget.check();
      this.add(slot);
    }
    for (const output of outputs) this.demand(slotOf(output));
    const results = outputs.map((output, i) => {
      const place = places[slotOf(output)]!;
      if (elementCount(output.shape) === 0) return place;
      return fateOf ? this.rowMajor(output, fateOf(i, place.root) === "copied") : place;
    });
    for (const [i, output] of outputs.entries()) {
      if (elementCount(output.shape) === 0) continue;
      const { root } = results[i]!;
      if (results[i] !== places[slotOf(output)]) this.values.touch(root, steps.length);
      else if (fateOf?.(i, root) !== "there") this.values.read(slotOf(output), steps.length);
    }
    // A body's memory is its own from the first step on: its constants are put there before.
    for (const step of steps) {
      if (!("bodies" in step)) continue;
      this.values.touch(step.region, -1);
      this.values.touch(step.region, steps.length);
    }
    return { nodes, steps, places, slotOf, roots, isStored, results };
  }

  private add(slot: number): void {
    const node = this.values.nodes[slot]!;
    const { args } = node;
    if (this.canWait(node)) {
      this.values.places[slot] = ownPlace(slot, node.shape);
      this.values.producer[slot] = slot;
      this.waiting.add(slot);
      return;
    }
    for (const arg of args) this.demand(this.values.slotOf(arg));
    this.make(slot);
  }

  /**
   * Whether a value is better made when it is needed: a sum of products of small tensors, say, whose terms come one by one
   * and which then is made at once. What it reads is kept instead, which is less.
   */
  private canWait(node: Node): boolean {
    const { args, shape } = node;
    const { form } = node.op;
    const count = elementCount(shape);
    const isQuick = form.kind === "contraction" || (form.kind === "elementwise" && form.lower !== undefined);
    if (count < elementsToWait || !isQuick || this.values.placed.has(this.values.slotOf(node))) return false;
    let read = 0;
    for (const arg of args) {
      const from = this.values.slotOf(arg);
      if (!this.waiting.has(from)) read += elementCount(this.values.nodes[this.values.producer[from]!]!.shape);
    }
    if (read * elementsPerRead > count) return false;
    if (form.kind !== "contraction") return true;
    const { x, out } = form.letters(node.attrs);
    return [...x].every((letter) => out.includes(letter));
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
      for (const arg of this.values.nodes[next]!.args) needed.push(this.values.slotOf(arg));
    }
    ready.sort((a, b) => a - b);
    for (const next of ready) this.make(next);
  }

  private make(slot: number): void {
    const node = this.values.nodes[slot]!;
    const { args } = node;
    const { form } = node.op;
    this.values.places[slot] = this.values.placed.get(slot) ?? this.permutedPlace(slot) ?? ownPlace(slot, node.shape);
    this.values.producer[slot] = slot;
    if (form.kind === "leaf" || this.values.numbers[slot] !== undefined || elementCount(node.shape) === 0) return;
    if (isSmallLeaf(node)) return;
    switch (form.kind) {
      case "view":
        this.addView(slot, node);
        break;
      case "elementwise":
        this.addMember(
          slot,
          node,
          form,
          node.attrs,
          args.map((arg) => ({ slot: this.values.slotOf(arg) })),
        );
        break;
      case "assembled":
        this.addAssembly(slot, node, form.assemble(node));
        break;
      case "contraction":
        this.addProduct(slot, node, form);
        break;
      case "reduction":
        this.addNode(elementCount(args[0]!.shape) > 0 ? "fold" : "call", slot);
        break;
      case "loop":
      case "until":
      case "choice":
        this.addBodies(slot, form, node.attrs);
        break;
      case "opaque":
        if (form.indexing && elementCount(args[0]!.shape) > 0) this.addNode("gather", slot);
        else if (form.adding) this.addSums(slot, node);
        else this.addNode(form.few?.(node) ? "few" : "call", slot);
        break;
      case "composite":
        throw new Error(`${node.op.name} is not a primitive`);
    }
  }

  private addView(slot: number, node: Node): void {
    const base = this.values.slotOf(node.args[0]!);
    const place = viewPlace(node, this.values.places[base]!);
    if (!place) {
      // Row-major elements that lie otherwise are walked in the operand's shape and stored in order.
      const { shape } = node.args[0]!;
      const target = ownPlace(slot, shape);
      this.values.stepOf[slot] = this.maps.join(slot, undefined, node.attrs, shape, [{ slot: base }], target);
      return;
    }
    this.values.places[slot] = place;
    this.values.stepOf[slot] = this.values.stepOf[base]!;
    this.values.producer[slot] = this.values.producer[base]!;
  }

  private addMember(slot: number, node: Node, f: NumberFunction, attrs: Attrs, sources: readonly Source[]): void {
    const step = this.maps.join(slot, f, attrs, node.shape, sources, this.values.places[slot]!);
    this.values.stepOf[slot] = step;
    this.values.memberOf[slot] = (this.maps.steps[step] as MapStep).members.length - 1;
  }

  /** A product without a sum is elementwise, on operands that are walked in the result's order. */
  private addProduct(slot: number, node: Node, form: Contraction): void {
    const { x, y, out } = form.letters(node.attrs);
    if ([...x].some((letter) => !out.includes(letter))) {
      // Sums in which zero absorbs are the operator's own business.
      const isCalled = this.absorbs && form.absorbs(node.attrs);
      if (isCalled || elementCount(node.args[0]!.shape) === 0) this.addNode("call", slot);
      else this.addContract(slot, node, form.letters(node.attrs));
      return;
    }
    const sources = [x, y].map((names, i): Source => {
      const from = this.values.slotOf(node.args[i]!);
      return names === out ? { slot: from } : { slot: from, place: letterPlace(out, names, this.values.places[from]!) };
    });
    this.addMember(slot, node, form.product(node.attrs).form, noAttrs, sources);
  }

  private addAssembly(slot: number, node: Node, { fill, base, parts }: Assembly): void {
    const { places, stepOf } = this.values;
    let after = -1;
    if (base !== undefined) after = this.addBase(slot, node, node.args[base]!);
    else if (fill !== undefined) {
      after = this.maps.join(-1, undefined, node.attrs, node.shape, [fill], places[slot]!);
    }
    let last = after;
    for (const part of parts) {
      const arg = node.args[part.operand]!;
      const from = this.values.slotOf(arg);
      if (elementCount(arg.shape) === 0) continue;
      const target = partPlace(part, arg.shape, places[slot]!);
      const producer = this.values.producer[from]!;
      if (this.values.placed.has(producer) && samePlace(places[from]!, target, arg.shape)) {
        this.values.isStored[producer] = 1;
        this.values.touch(target.root, stepOf[from]!);
        last = Math.max(last, stepOf[from]!);
      } else if (part.isAdded) {
        const sources = [{ slot: -1, place: target }, { slot: from }];
        last = Math.max(last, this.maps.join(-1, sum, noAttrs, arg.shape, sources, target, after));
      } else {
        last = Math.max(last, this.maps.join(-1, undefined, node.attrs, arg.shape, [{ slot: from }], target, after));
      }
    }
    stepOf[slot] = last;
  }

  /** Elements added at indices to what is there: a loop of its own after that. */
  private addSums(slot: number, node: Node): void {
    const after = this.addBase(slot, node, node.args[0]!);
    const { places, slotOf } = this.values;
    const others = node.args.slice(1).map((arg) => places[slotOf(arg)]!);
    if (elementCount(node.args[2]!.shape) > 0) this.addNode("scatter", slot, [places[slot]!, ...others]);
    else this.values.stepOf[slot] = after;
  }

  /** Puts where a value is to be what it begins as; gives the step that did, −1 for none. */
  private addBase(slot: number, node: Node, base: Node): number {
    const { places, stepOf } = this.values;
    const from = this.values.slotOf(base);
    const isOwner = places[from]!.root === from || this.continued.has(from);
    const isMade = stepOf[from]! >= 0 && this.values.producer[from] === from && !this.values.placed.has(from);
    const isShared = this.values.holdsParts.has(places[from]!.root);
    if (!isOwner || !isMade || isShared || this.values.uses[from] !== 1 || this.values.placed.has(slot)) {
      return this.maps.join(-1, undefined, node.attrs, node.shape, [{ slot: from }], places[slot]!);
    }
    // Nobody else reads the base: its storage goes on as the result's.
    places[slot] = places[from]!;
    this.continued.add(slot);
    this.values.isStored[from] = 1;
    this.values.touch(places[from]!.root, stepOf[from]!);
    return stepOf[from]!;
  }

  /** The place of a value that only a permutation reads: in the order of the permutation's result. */
  private permutedPlace(slot: number): Place | undefined {
    const { kind } = this.values.nodes[slot]!.op.form;
    if (kind !== "contraction" && kind !== "elementwise") return undefined;
    const reader = this.values.uses[slot] === 1 ? this.values.nodes[this.values.readers[slot]!] : undefined;
    const { shape } = this.values.nodes[slot]!;
    if (!reader || !isView(reader.op, "strided") || reader.shape.length !== shape.length) return undefined;
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
  private addContract(slot: number, node: Node, letters: Letters): void {
    const places = node.args.map((arg) => this.values.places[this.values.slotOf(arg)]!);
    const packed = packing(node, letters, places, this.values.places[slot]!);
    let operands: readonly Place[] = places;
    if (packed) {
      const { operand, target } = packed;
      const from = this.values.slotOf(node.args[operand]!);
      const root = this.values.addRoot(elementCount(packed.shape), this.maps.steps.length);
      const place = { ...target, root };
      const step = this.maps.join(-1, undefined, node.attrs, packed.shape, [{ slot: from, place: packed.source }], {
        ...place,
        strides: ownPlace(root, packed.shape).strides,
      });
      this.values.touch(root, step);
      this.values.touch(root, this.maps.steps.length);
      operands = places.with(operand, place);
    }
    this.addNode("contract", slot, operands);
  }

  /** What runs bodies; where they are too much code, the operator's own evaluation. */
  private addBodies(slot: number, form: Bodied, attrs: Attrs): void {
    const bodies = this.planBodies(form, attrs);
    const last = bodies?.at(-1);
    if (!bodies || !last) {
      this.addNode("call", slot);
      return;
    }
    const { args } = this.values.nodes[slot]!;
    const operands = args.map((arg) => this.rowMajor(arg));
    const count = Math.max(1, Math.ceil((last.start + last.storage.bytes) / bytesPerNumber));
    const made = { slot, operands, bodies, region: this.values.addRoot(count, this.maps.steps.length) };
    if (form.kind === "loop") this.addStep({ kind: "loop", ...made, rows: form.rows(attrs) });
    else if (form.kind === "until") this.addStep({ kind: "until", ...made, repetition: form.repetition(attrs) });
    else {
      const [branch] = form.branches(attrs);
      this.addStep({ kind: "choice", ...made, outputs: branch!.outputs.map((output) => output.shape) });
    }
  }

  /** Where an operand's numbers lie in order, copied there if they do not lie so, or `mustCopy`. */
  private rowMajor(arg: Node, mustCopy = false): Place {
    const from = this.values.slotOf(arg);
    const place = this.values.places[from]!;
    const ordered = ownPlace(from, arg.shape).strides;
    const isOrdered = arg.shape.every((length, i) => length === 1 || place.strides[i] === ordered[i]);
    const isThere = isOrdered && !mustCopy;
    if (isThere || elementCount(arg.shape) === 0 || this.values.numbers[from] !== undefined) return place;
    const root = this.values.addRoot(elementCount(arg.shape), this.maps.steps.length);
    const target = { root, offset: 0, strides: ordered };
    const step = this.maps.join(-1, undefined, noAttrs, arg.shape, [{ slot: from }], target);
    this.values.touch(root, step);
    this.values.touch(root, this.maps.steps.length);
    return target;
  }

  private addNode(kind: NodeStep["kind"], slot: number, given?: readonly Place[]): void {
    const { args } = this.values.nodes[slot]!;
    this.addStep({
      kind,
      slot,
      operands: given ?? args.map((arg) => this.values.places[this.values.slotOf(arg)]!),
    });
  }

  /** Adds a step that reads a node's operands from memory and writes its value there. */
  private addStep(made: NodeStep | BodyStep): void {
    const { slot, operands } = made;
    const { args } = this.values.nodes[slot]!;
    const own = this.values.places[slot]!;
    const step = this.maps.push(made);
    args.forEach((arg, i) => {
      // What the value begins as is there already.
      if (elementCount(arg.shape) === 0 || operands[i] === own) return;
      if (operands[i]!.root < this.values.nodes.length) this.values.read(this.values.slotOf(arg), step);
      else this.values.touch(operands[i]!.root, step);
    });
    this.values.stepOf[slot] = step;
    this.values.isStored[slot] = 1;
    this.values.touch(own.root, step);
  }
}

function samePlace(a: Place, b: Place, shape: Shape): boolean {
  const isSame = (length: number, i: number) => length === 1 || a.strides[i] === b.strides[i];
  return a.root === b.root && a.offset === b.offset && shape.every(isSame);
}
