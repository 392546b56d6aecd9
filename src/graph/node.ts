import { createHash, randomInt } from "node:crypto";
import type { Limits } from "../config.ts";
import { limitExceeded } from "../errors.ts";
import { type Attrs, attributesKey, noAttributes, noAttrs, parseAttributes } from "./attribute.ts";
import { Budget } from "./budget.ts";
import { computedDType, type DType } from "./dtype.ts";
import { type NdArray, ndarray, rowMajorData, scalar } from "./ndarray.ts";
import type { Inferred, Operator } from "./operator.ts";
import { elementCount, type Shape, scalarShape } from "./shape.ts";

/**
 * One value of a graph: an operator applied to earlier nodes. Immutable and hash-consed: within a builder, equal nodes
 * are one object, so equality is identity, and operands always have a smaller `index` than what is made of them.
 */
export interface Node {
  readonly index: number;
  readonly op: Operator;
  readonly args: readonly Node[];
  readonly attrs: Attrs;
  readonly shape: Shape;
  readonly dtype: DType;
  readonly builder: Builder;
}

const leaf = {
  aliases: [],
  family: "internal",
  operands: [],
  attributes: noAttributes,
  formula: "",
  costText: "0",
  cost: () => 0,
  infer: () => {
    throw new Error("leaves are not inferred");
  },
} as const;

/** The operator of an input; `attrs.name` is its name. */
export const inputOperator: Operator = { ...leaf, name: "input", summary: "an input" };

/** The operator of a constant; `attrs.value` is its value, an NdArray with row-major elements. */
export const constantOperator: Operator = { ...leaf, name: "constant", summary: "a constant" };

/** The value of a constant node, or undefined for any other. */
export function constantValue(node: Node): NdArray | undefined {
  return node.op === constantOperator ? (node.attrs.value as NdArray) : undefined;
}

/** Limits that a builder enforces on every node that it makes. */
export type TensorLimits = Pick<Limits, "rank" | "elements">;

const budgetPerNode = 60;
const probesPerSpend = 16;

// Chosen anew by each process, so that no document can be made of nodes that all collide.
const hashSeed = randomInt(1, 2 ** 31);

/** Makes nodes, each distinct one once. One builder serves one parsing or one compilation and is then let go. */
export class Builder {
  readonly limits: TensorLimits;
  readonly budget: Budget;
  private readonly improve: ((node: Node) => Node) | undefined;
  private readonly nodes: Node[] = [];
  /** What nodes were improved to, by their index. */
  private readonly improved: Node[] = [];
  private readonly leaves = new Map<string, Node>();
  private readonly attributeIds = new Map<string, number>([["", 0]]);
  private table = new Int32Array(64);
  private hashes = new Int32Array(32);
  private attrIds = new Int32Array(32);
  private operatorIds = new Map<Operator, number>();

  /** `improve` gives an equal node to use instead of one just made; it may make others on the way. */
  constructor(
    limits: TensorLimits = { rank: 32, elements: 2 ** 27 },
    budget: Budget = Budget.unlimited(),
    improve?: (node: Node) => Node,
  ) {
    this.limits = limits;
    this.budget = budget;
    this.improve = improve;
  }

  /** The number of nodes made so far. */
  get size(): number {
    return this.nodes.length;
  }

  /** The node of an index below {@link size}. */
  at(index: number): Node {
    return this.nodes[index]!;
  }

  /** A new input. Inputs are never shared: two of one name are two. */
  input(name: string, shape: Shape, dtype: DType): Node {
    return this.make(inputOperator, [], { name }, shape, computedDType(dtype), 0);
  }

  /** A constant; equal ones, by dtype, shape and bytes with one NaN, are one node. */
  constant(value: NdArray | number | boolean): Node {
    const array =
      typeof value === "number"
        ? scalar("float64", value)
        : typeof value === "boolean"
          ? scalar("bool", Number(value))
          : ndarray(value.dtype, value.shape, rowMajorData(value));
    const key = constantKey(array);
    const known = this.leaves.get(key);
    if (known) return known;
    const shape = array.shape.length === 0 ? scalarShape : array.shape;
    const node = this.make(constantOperator, [], { value: array }, shape, computedDType(array.dtype), 0);
    this.leaves.set(key, node);
    return node;
  }

  /** An operator applied as a document does: checked, but neither broadcast nor expanded. `attrs` are canonicalised. */
  apply(op: Operator, args: readonly Node[], attrs: unknown): Node {
    const inferred = op.infer(args, parseAttributes(op.attributes, attrs));
    return this.intern(op, args, inferred.attrs, inferred.shape, inferred.dtype);
  }

  /** An operator applied so that it can run: operands coerced and broadcast, composites replaced by what they are. */
  build(op: Operator, operands: readonly (Node | number | boolean)[], attrs: Attrs): Node {
    const args = operands.map((x) => (typeof x === "object" ? x : this.constant(x)));
    const inferred = op.infer(args, op.attributes === noAttributes ? attrs : withDefaults(op, attrs));
    return this.lower(op, args, inferred);
  }

  /** As {@link build}, for operands and attributes whose checks have been made. */
  lower(op: Operator, args: readonly Node[], inferred: Inferred): Node {
    if (op.compose) return op.compose(args, inferred, this);
    const coerced = op.coerce ? op.coerce(args, inferred) : args;
    return this.intern(op, coerced, inferred.attrs, inferred.shape, inferred.dtype);
  }

  /** The node itself, found or made; for passes that copy nodes whose type is already known. */
  intern(op: Operator, given: readonly Node[], attrs: Attrs, shape: Shape, dtype: DType): Node {
    const args = this.improve && op.commutative && given[0]!.index > given[1]!.index ? [given[1]!, given[0]!] : given;
    const attrId = this.attributeId(attrs);
    let hash = Math.imul(this.operatorId(op) + hashSeed, 0x9e3779b1) ^ Math.imul(attrId, 0x85ebca6b);
    for (let i = 0; i < args.length; i++) hash = Math.imul(hash ^ args[i]!.index, 0xc2b2ae35) + 0x27d4eb2f;
    hash ^= hash >>> 15;
    const mask = this.table.length - 1;
    let probes = 0;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const entry = this.table[slot]!;
      if (entry === 0) break;
      if (++probes % probesPerSpend === 0) this.budget.spend(budgetPerNode);
      if (this.hashes[entry - 1] !== hash || this.attrIds[entry - 1] !== attrId) continue;
      const node = this.nodes[entry - 1]!;
      if (node.op === op && sameArgs(node.args, args)) return this.improve ? this.improved[node.index]! : node;
    }
    const node = this.make(op, args, attrs, shape, dtype, attrId);
    this.hashes[node.index] = hash;
    this.insert(hash, node.index);
    if (!this.improve) return node;
    this.improved[node.index] = node;
    const better = this.improve(node);
    this.improved[node.index] = better;
    return better;
  }

  private make(op: Operator, args: readonly Node[], attrs: Attrs, shape: Shape, dtype: DType, attrId: number): Node {
    const elements = elementCount(shape);
    if (elements > this.limits.elements) throw limitExceeded("elements", this.limits.elements, elements);
    if (shape.length > this.limits.rank) throw limitExceeded("rank", this.limits.rank, shape.length);
    this.budget.spend(budgetPerNode);
    const index = this.nodes.length;
    const node: Node = { index, op, args, attrs, shape, dtype, builder: this };
    this.nodes.push(node);
    if (index >= this.hashes.length) {
      this.hashes = grown(this.hashes);
      this.attrIds = grown(this.attrIds);
    }
    this.attrIds[index] = attrId;
    return node;
  }

  private insert(hash: number, index: number): void {
    if ((index + 1) * 2 > this.table.length) {
      this.table = new Int32Array(this.table.length * 4);
      for (const node of this.nodes) {
        const isLeaf = node.op === inputOperator || node.op === constantOperator;
        if (!isLeaf && node.index !== index) this.place(this.hashes[node.index]!, node.index);
      }
    }
    this.place(hash, index);
  }

  private place(hash: number, index: number): void {
    const mask = this.table.length - 1;
    let slot = hash & mask;
    while (this.table[slot] !== 0) slot = (slot + 1) & mask;
    this.table[slot] = index + 1;
  }

  private attributeId(attrs: Attrs): number {
    if (attrs === noAttrs) return 0;
    const key = attributesKey(attrs);
    let id = this.attributeIds.get(key);
    if (id === undefined) {
      id = this.attributeIds.size;
      this.attributeIds.set(key, id);
    }
    return id;
  }

  private operatorId(op: Operator): number {
    let id = this.operatorIds.get(op);
    if (id === undefined) {
      id = this.operatorIds.size;
      this.operatorIds.set(op, id);
    }
    return id;
  }
}

function withDefaults(op: Operator, attrs: Attrs): Attrs {
  const full: Record<string, unknown> = { ...attrs };
  for (const [key, spec] of Object.entries(op.attributes)) {
    if (full[key] === undefined && spec.fallback !== undefined) full[key] = spec.fallback;
  }
  return full;
}

function sameArgs(a: readonly Node[], b: readonly Node[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

function grown(array: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(array.length * 2);
  larger.set(array);
  return larger;
}

/** Under this key equal constants are equal; long ones by their bytes' digest. */
function constantKey(array: NdArray): string {
  const { data, dtype, shape } = array;
  let text = `${dtype}[${shape}]`;
  if (data.length <= 16) {
    for (const x of data) text += Object.is(x, -0) ? " -0" : ` ${x}`;
    return text;
  }
  return text + bytesDigest(data);
}

// A weaker digest would let a hostile graph pass one constant for another.
function bytesDigest(data: NdArray["data"]): string {
  return createHash("sha256").update(canonicalBytes(data)).digest("hex");
}

/** The little-endian bytes of a tensor's elements, every NaN being the same one. */
export function canonicalBytes(data: NdArray["data"]): Uint8Array {
  let canonical = data;
  if (data instanceof Float64Array || data instanceof Float32Array) {
    if (data.some(Number.isNaN)) canonical = data.map((x) => (Number.isNaN(x) ? Number.NaN : x));
  }
  return new Uint8Array(canonical.buffer, canonical.byteOffset, canonical.byteLength);
}
