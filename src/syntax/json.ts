import type { Limits } from "../config.ts";
import { invalidGraph, limitExceeded, quote, type ServiceError } from "../errors.ts";
import { type DType, dtypes } from "../graph/dtype.ts";
import { OperandFault } from "../graph/fault.ts";
import type { Graph, GraphInput, GraphOutput } from "../graph/graph.ts";
import type { Builder, Node, Operator } from "../graph/operator.ts";
import type { Shape } from "../graph/shape.ts";
import { findOperator } from "../operators/index.ts";
import { resultNode, resultTypes } from "../operators/results.ts";
import { specialNumbers } from "../wire/json/tensor-value.ts";
import { otherArity, unknownOperator } from "./operator-names.ts";
import { type Members, sharedKeys } from "./source.ts";
import { resolve } from "./sugar/resolve.ts";
import { type Sugar, sugarOf } from "./sugar/sugar.ts";
import { decodeConstant, TensorFault } from "./tensor.ts";

/** A graph in the graph form, and all that it names in it: inputs, constants, nodes, and results as they are referred to. */
export interface ReadGraph {
  readonly graph: Graph;
  readonly named: ReadonlyMap<string, Node>;
  readonly results: ReadonlyMap<Node, string>;
}

/** Reads a document in the graph form, checking everything but its `derivatives`; throws `invalid_graph`. */
export function readGraphForm(document: Members, builder: Builder, limits: Limits): ReadGraph {
  const reader = new Reader(builder, limits);
  return { graph: reader.read(document), named: reader.made, results: reader.results };
}

const graphKeys = new Set(["inputs", "constants", "nodes", "outputs", ...sharedKeys]);
const reservedKeys = new Set(["functions", "onnx", "cppad", "nl", "mathjson"]);
const nodeKeys = new Set(["id", "op", "args", "attrs"]);
const sugarKeys = new Set([...nodeKeys, "sugar"]);
const inputKeys = new Set(["name", "shape", "dtype"]);
const constantKeys = new Set(["name", "value"]);
const outputKeys = new Set(["name", "node", "dtype"]);
const namePattern = /^[A-Za-z_][A-Za-z0-9_.-]*$/;
const refusedNames = new Set(["NaN", "Infinity", "__proto__"]);
const cycleNamesShown = 20;
/** What follows the name of a node in a reference to one of its results. */
const resultPattern = /:(0|[1-9]\d*)$/;

/** A node of the document while it is read: made once its operands are. */
interface Pending {
  readonly id: string;
  readonly name: string;
  /** Undefined where `sugar` does without. */
  readonly op: Operator | undefined;
  readonly args: readonly unknown[];
  readonly attrs: unknown;
  readonly sugar: Sugar | undefined;
  state: "new" | "entered" | "made";
  /** The next operand to look at. */
  next: number;
}

class Reader {
  private readonly builder: Builder;
  private readonly limits: Limits;
  readonly made = new Map<string, Node>();
  /** Names of results, as documents refer to them. */
  readonly results = new Map<Node, string>();
  private readonly pending = new Map<string, Pending>();

  constructor(builder: Builder, limits: Limits) {
    this.builder = builder;
    this.limits = limits;
  }

  read(document: Members): Graph {
    checkKeys(document, graphKeys, "a graph");
    checkLabels(document);
    const inputs = this.list(document.inputs ?? [], "inputs").map((entry, i) => this.input(entry, i));
    this.list(document.constants ?? [], "constants").forEach((entry, i) => {
      this.constant(entry, i);
    });
    this.list(document.nodes ?? [], "nodes").forEach((entry, i) => {
      this.announce(entry, i);
    });
    for (const node of this.pending.values()) this.make(node);
    const outputs = this.list(document.outputs, "outputs").map((entry, i) => this.output(entry, i));
    if (outputs.length === 0) throw invalidGraph("outputs must name at least one");
    const names = new Set<string>();
    for (const { name } of outputs) {
      if (names.has(name)) throw invalidGraph(`two outputs are called ${quote(name)}`);
      names.add(name);
    }
    return { inputs, outputs };
  }

  private list(value: unknown, name: string): readonly unknown[] {
    if (!Array.isArray(value)) throw invalidGraph(`${name} must be a list`);
    if (value.length > this.limits.nodes) throw limitExceeded("nodes", this.limits.nodes, value.length);
    return value;
  }

  private input(entry: unknown, i: number): GraphInput {
    const { name, shape, dtype } = membersOf(entry, inputKeys, `inputs[${i}]`);
    const known = this.newName(name, `inputs[${i}].name`);
    const type = dtypeOf(dtype, known) ?? "float64";
    const lengths = this.shapeOf(shape, known);
    const node = this.builder.input(known, lengths, type);
    this.made.set(known, node);
    return { name: known, shape: node.shape, dtype: type, node };
  }

  private constant(entry: unknown, i: number): void {
    const { name, value } = membersOf(entry, constantKeys, `constants[${i}]`);
    const known = this.newName(name, `constants[${i}].name`);
    this.made.set(known, this.inline(value, { node: known }));
  }

  private announce(entry: unknown, i: number): void {
    const sugar = sugarOf(entry);
    const { id, op: name, args, attrs } = membersOf(entry, sugar ? sugarKeys : nodeKeys, `nodes[${i}]`);
    const node = this.newName(id, `nodes[${i}].id`);
    if (typeof name !== "string") throw invalidGraph("op must be a string", { node });
    const op = findOperator(name);
    if (!op && (!sugar || sugar.meaning.kind === "call")) throw invalidGraph(unknownOperator(name), { node });
    if (args !== undefined && !Array.isArray(args)) throw invalidGraph(`${name}: args must be a list`, { node });
    this.pending.set(node, { id: node, name, op, args: args ?? [], attrs, sugar, state: "new", next: 0 });
  }

  /** Makes a node after its operands, without recursion. */
  private make(root: Pending): void {
    const path = [root];
    while (path.length > 0) {
      const node = path.at(-1)!;
      if (node.state === "made") {
        path.pop();
        continue;
      }
      node.state = "entered";
      const operand = this.nextUnmade(node);
      if (!operand) {
        this.made.set(node.id, this.apply(node));
        node.state = "made";
        path.pop();
      } else if (operand.state === "entered") {
        throw cycle(path.slice(path.indexOf(operand)));
      } else {
        path.push(operand);
      }
    }
  }

  private nextUnmade(node: Pending): Pending | undefined {
    for (; node.next < node.args.length; node.next++) {
      const arg = node.args[node.next];
      if (typeof arg !== "string") continue;
      const operand = this.pending.get(arg.replace(resultPattern, ""));
      if (operand && operand.state !== "made") return operand;
    }
    return undefined;
  }

  private apply({ id, name, op, args, attrs, sugar }: Pending): Node {
    const operands = args.map((arg, operand) => this.operand(arg, { node: id, operand }));
    try {
      if (sugar) return resolve(sugar, this.builder, op, operands, Object(attrs));
      return this.builder.apply(op!, operands, attrs);
    } catch (fault) {
      if (!(fault instanceof OperandFault)) throw fault;
      const { operand } = fault;
      const hint = !op || args.length === op.operands.length ? "" : otherArity(op, args.length);
      throw invalidGraph(
        `${op?.name ?? name}: ${fault.message}${hint}`,
        operand === undefined ? { node: id } : { node: id, operand },
      );
    }
  }

  private operand(arg: unknown, where: { node: string; operand: number }): Node {
    if (typeof arg !== "string") return this.inline(arg, where);
    return this.referred(arg, where) ?? this.special(arg) ?? this.dangling(arg, where);
  }

  /** What a reference names: an input, a constant, a node, or one result of a node that may have several. */
  private referred(reference: string, where: { node?: string; operand?: number }): Node | undefined {
    const [name, index] = reference.split(":") as [string, string?];
    const node = this.made.get(name);
    const types = node && resultTypes(node);
    if (!types) return this.made.get(reference);
    if (index === undefined && types.length !== 1) {
      const names = types.length === 0 ? "none" : `${quote(`${name}:0`)} to ${quote(`${name}:${types.length - 1}`)}`;
      throw invalidGraph(`${quote(name)} has ${types.length} results, of which one is meant: ${names}`, where);
    }
    const type = types[Number(index ?? 0)];
    if (!type) return undefined;
    return this.result(name, node, Number(index ?? 0), type.dtype);
  }

  private result(name: string, bundle: Node, index: number, dtype: DType): Node {
    const node = resultNode(bundle, index, dtype);
    this.results.set(node, resultTypes(bundle)!.length === 1 ? name : `${name}:${index}`);
    return node;
  }

  private special(text: string): Node | undefined {
    return Object.hasOwn(specialNumbers, text) ? this.builder.constant(specialNumbers[text]!) : undefined;
  }

  private dangling(reference: string, where: { node?: string; operand?: number }): never {
    const [, base, result] = /^(.*):(\d+)$/.exec(reference) ?? [];
    if (base !== undefined && (this.made.has(base) || this.pending.has(base))) {
      const count = (this.made.get(base) && resultTypes(this.made.get(base)!)?.length) ?? 1;
      const has = count === 1 ? "a single one" : `${count}, counted from 0`;
      throw invalidGraph(`${quote(reference)} asks for result ${result}, but ${quote(base)} has ${has}`, where);
    }
    throw invalidGraph(`no input, constant or node is called ${quote(reference)}`, where);
  }

  private inline(value: unknown, where: { node: string; operand?: number }): Node {
    try {
      return this.builder.constant(decodeConstant(value, this.limits));
    } catch (fault) {
      if (!(fault instanceof TensorFault)) throw fault;
      throw invalidGraph(fault.message, where);
    }
  }

  private output(entry: unknown, i: number): GraphOutput {
    const { name, node, dtype } =
      typeof entry === "string"
        ? { name: entry, node: entry, dtype: undefined }
        : membersOf(entry, outputKeys, `outputs[${i}]`);
    const known = this.checkedName(name, `outputs[${i}].name`);
    if (typeof node !== "string") throw invalidGraph(`output ${quote(known)}: node must be a name`);
    const value = this.referred(node, {}) ?? this.dangling(node, {});
    const declared = dtypeOf(dtype, known) ?? value.dtype;
    if (!convertsTo(value.dtype, declared)) {
      throw invalidGraph(`output ${quote(known)}: ${value.dtype} does not convert to ${declared}`, { node });
    }
    return { name: known, dtype: declared, node: value };
  }

  private newName(name: unknown, where: string): string {
    const known = this.checkedName(name, where);
    if (this.made.has(known) || this.pending.has(known)) {
      throw invalidGraph(`two inputs, constants or nodes are called ${quote(known)}`, { node: known });
    }
    return known;
  }

  private checkedName(name: unknown, where: string): string {
    if (typeof name !== "string") throw invalidGraph(`${where} must be a string`);
    const { nameLength } = this.limits;
    if (name.length > nameLength) throw limitExceeded("nameLength", nameLength, name.length);
    if (refusedNames.has(name) || !namePattern.test(name)) throw invalidGraph(`${where}: ${quote(name)} is no name`);
    return name;
  }

  private shapeOf(shape: unknown, node: string): Shape {
    if (shape === undefined) return [];
    if (!Array.isArray(shape) || shape.some((n) => !Number.isSafeInteger(n) || n < 0)) {
      throw invalidGraph("shape must be a list of lengths", { node });
    }
    return shape.map((n: number) => n + 0);
  }
}

function membersOf(value: unknown, keys: ReadonlySet<string>, what: string): Members {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw invalidGraph(`${what} must be an object`);
  }
  checkKeys(value, keys, what);
  return value as Members;
}

function checkKeys(value: object, keys: ReadonlySet<string>, what: string): void {
  for (const key of Object.keys(value)) {
    if (keys.has(key)) continue;
    const why = keys === graphKeys && reservedKeys.has(key) ? "is reserved and not served yet" : "is unknown";
    throw invalidGraph(`${what}: the key ${quote(key)} ${why}; known: ${[...keys].join(", ")}`);
  }
}

function checkLabels({ version, name, description }: Members): void {
  if (version !== undefined && version !== 1) throw invalidGraph("version must be 1");
  for (const [key, label] of Object.entries({ name, description })) {
    if (label !== undefined && typeof label !== "string") throw invalidGraph(`${key} must be a string`);
  }
}

function dtypeOf(dtype: unknown, node: string): DType | undefined {
  if (dtype === undefined || dtypes.includes(dtype as DType)) return dtype as DType | undefined;
  throw invalidGraph(`dtype must be one of ${dtypes.join(", ")}`, { node });
}

const width: Readonly<Record<DType, number>> = { bool: 0, int32: 1, float32: 2, float64: 2 };

function convertsTo(from: DType, to: DType): boolean {
  return width[from] <= width[to];
}

function cycle(path: readonly Pending[]): ServiceError {
  const names = path.slice(0, cycleNamesShown).map((node) => node.id);
  const more = path.length > names.length ? [`… ${path.length - names.length} more`] : [];
  return invalidGraph(`nodes depend on each other: ${[...names, ...more, names[0]].join(" <- ")}`, { node: names[0]! });
}
