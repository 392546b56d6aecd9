import type { Limits } from "../config.ts";
import { invalidGraph, limitExceeded, quote, ServiceError } from "../errors.ts";
import { convertsTo, type DType } from "../graph/dtype.ts";
import { OperandFault } from "../graph/fault.ts";
import type { Graph, GraphInput, GraphOutput } from "../graph/graph.ts";
import type { Builder, Node, Operator, TensorType } from "../graph/operator.ts";
import { findOperator } from "../operators/index.ts";
import { appliedIn, resultNode, resultTypes } from "../operators/results.ts";
import { specialNumbers } from "../wire/json/tensor-value.ts";
import { asDeclared } from "./boundary.ts";
import { DocumentFunctions } from "./functions.ts";
import {
  checkKeys,
  checkLabels,
  checkName,
  circleText,
  constantKeys,
  dtypeOf,
  functionKeys,
  graphKeys,
  inputKeys,
  membersOf,
  nodeKeys,
  outputKeys,
  shapeOf,
  sugarKeys,
} from "./members.ts";
import { otherArity, unknownOperator } from "./operator-names.ts";
import type { Members } from "./source.ts";
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
  checkKeys(document, graphKeys, "a graph");
  checkLabels(document);
  const functions = readFunctions(document.functions, builder, limits);
  const reader = new Reader(builder, limits, functions);
  return { graph: reader.read(document), named: reader.made, results: reader.results };
}

/** What follows the name of a node in a reference to one of its results. */
const resultPattern = /:(0|[1-9]\d*)$/;

/** A node while it is read: made once its operands are. */
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

function readFunctions(document: unknown, builder: Builder, limits: Limits): DocumentFunctions {
  const functions: DocumentFunctions = new DocumentFunctions(
    document,
    (name) => checkName(name, "functions", limits),
    limits,
    builder.budget,
    (body, inner, types) => {
      checkKeys(body, functionKeys, "a function");
      checkLabels(body);
      return new Reader(inner, limits, functions, types).read(body);
    },
  );
  return functions;
}

class Reader {
  private readonly builder: Builder;
  private readonly limits: Limits;
  private readonly functions: DocumentFunctions;
  /** Of a function, what its inputs are where they do not say; undefined for a document. */
  private readonly types: readonly TensorType[] | undefined;
  readonly made = new Map<string, Node>();
  /** Names of results, as documents refer to them. */
  readonly results = new Map<Node, string>();
  private readonly pending = new Map<string, Pending>();

  constructor(builder: Builder, limits: Limits, functions: DocumentFunctions, types?: readonly TensorType[]) {
    this.builder = builder;
    this.limits = limits;
    this.functions = functions;
    this.types = types;
  }

  read(document: Members): Graph {
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
    // Those of functions are told apart by their positions.
    for (const { name } of this.types ? [] : outputs) {
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
    const argument = this.types?.[i];
    const type = dtypeOf(dtype, known) ?? argument?.dtype ?? "float64";
    const lengths = shape === undefined && argument ? argument.shape : shapeOf(shape, known);
    const node = this.builder.input(known, lengths, type);
    this.made.set(known, this.types ? asDeclared(node, type, `input ${quote(known)}`) : node);
    return { name: known, shape: node.shape, dtype: this.types ? node.dtype : type, node };
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
      const given = op ? this.functions.inAttributes(op, attrs) : attrs;
      const node = sugar
        ? resolve(sugar, this.builder, op, operands, Object(given))
        : this.builder.apply(op!, operands, given);
      const iterations = op?.iterations?.(appliedIn(node)) ?? 0;
      if (iterations > this.limits.iterations) {
        throw limitExceeded("iterations", this.limits.iterations, iterations);
      }
      return node;
    } catch (fault) {
      if (!(fault instanceof OperandFault)) throw fault;
      const { operand } = fault;
      const hint = !op || args.length === op.operands.length ? "" : otherArity(op, operands);
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
      const fault = invalidGraph(`${quote(name)} has ${types.length} results, of which one is meant: ${names}`, {
        node: name,
        ...where,
      });
      throw new ServiceError("invalid_graph", fault.message, { ...fault.data, reference: name, results: types.length });
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
    const known = this.outputName(name, typeof entry === "string", i);
    if (typeof node !== "string") throw invalidGraph(`output ${quote(known)}: node must be a name`);
    const value = this.referred(node, {}) ?? this.dangling(node, {});
    const declared = dtypeOf(dtype, known) ?? value.dtype;
    if (!convertsTo(value.dtype, declared)) {
      throw invalidGraph(`output ${quote(known)}: ${value.dtype} does not convert to ${declared}`, { node });
    }
    const given = this.types ? asDeclared(value, declared, `output ${quote(known)}`) : value;
    return { name: known, dtype: this.types ? given.dtype : declared, node: given };
  }

  /** Outputs of functions are told apart by their positions, so that a result needs no name there. */
  private outputName(name: unknown, isReference: boolean, i: number): string {
    if (!isReference || !resultPattern.test(String(name))) return checkName(name, `outputs[${i}].name`, this.limits);
    if (this.types) return String(name).replace(":", "_");
    throw invalidGraph(`outputs[${i}]: a result needs a name: {"name": …, "node": ${quote(String(name))}}`);
  }

  private newName(name: unknown, where: string): string {
    const known = checkName(name, where, this.limits);
    if (this.made.has(known) || this.pending.has(known)) {
      throw invalidGraph(`two inputs, constants or nodes are called ${quote(known)}`, { node: known });
    }
    return known;
  }
}

function cycle(path: readonly Pending[]): ServiceError {
  const names = path.map((node) => node.id);
  return invalidGraph(`nodes depend on each other: ${circleText(names, " <- ")}`, { node: names[0]! });
}
