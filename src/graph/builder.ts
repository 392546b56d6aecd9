import { createHash, randomInt } from "node:crypto";
import { limitExceeded } from "../errors.ts";
import { type Attrs, attributesKey, noAttributes, noAttrs, parseAttributes } from "./attribute.ts";
import { Budget } from "./budget.ts";
import { computedDType, type DType } from "./dtype.ts";
import { primitiveForm } from "./form.ts";
import { integerDType } from "./integers.ts";
import { canonicalBytes, type NdArray, ndarray, rowMajorData, scalar } from "./ndarray.ts";
import {
  type Builder,
  constantOperator,
  type Inferred,
  inputOperator,
  type Node,
  type Operator,
  type TensorLimits,
} from "./operator.ts";
import { elementCount, type Shape, scalarShape } from "./shape.ts";

const budgetPerNode = 60;
const probesPerSpend = 16;

// Chosen anew by each process, so that no document can be made of nodes that all collide.
const hashSeed = randomInt(1, 2 ** 31);

/** The one {@link Builder}: a table of the nodes made. It serves one parsing or one compilation and is then let go. */
export class GraphBuilder implements Builder {
  readonly limits: TensorLimits;
  readonly budget: Budget;
  readonly family: object;
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
    family: object = {},
  ) {
    this.family = family;
    this.limits = limits;
    this.budget = budget;
    this.improve = improve;
  }

  another(): GraphBuilder {
    return new GraphBuilder(this.limits, this.budget, this.improve, this.family);
  }

  get size(): number {
    return this.nodes.length;
  }

  at(index: number): Node {
    return this.nodes[index]!;
  }

  input(name: string, shape: Shape, dtype: DType): Node {
    return this.make(inputOperator, [], { name }, shape, computedDType(dtype), 0);
  }

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

  apply(op: Operator, args: readonly Node[], attrs: unknown): Node {
    const inferred = op.infer(args, parseAttributes(op.attributes, attrs));
    const dtype = integerDType(op, args, inferred.attrs) ?? inferred.dtype;
    return this.intern(op, args, inferred.attrs, inferred.shape, dtype);
  }

  build(op: Operator, operands: readonly (Node | number | boolean)[], attrs: Attrs): Node {
    const args = operands.map((x) => (typeof x === "object" ? x : this.constant(x)));
    const inferred = op.infer(args, op.attributes === noAttributes ? attrs : withDefaults(op, attrs));
    return this.expand(op, args, inferred);
  }

  expand(op: Operator, args: readonly Node[], inferred: Inferred): Node {
    if (op.form.kind === "composite") return op.form.compose(args, inferred, this);
    if (op.form.kind === "functional") throw new Error(`${op.name} takes passes to be expanded`);
    const { coerce } = primitiveForm(op);
    const coerced = coerce ? coerce(args, inferred) : args;
    return this.intern(op, coerced, inferred.attrs, inferred.shape, inferred.dtype);
  }

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
