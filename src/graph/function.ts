import { notDifferentiable, quote, ServiceError } from "../errors.ts";
import type { AttributeSpec } from "./attribute.ts";
import { type Canonical, identityOf } from "./canonical.ts";
import { convertsTo } from "./dtype.ts";
import { OperandFault } from "./fault.ts";
import { type Graph, nodesOf } from "./graph.ts";
import type { Node, TensorType } from "./operator.ts";
import { sameShape, showShape } from "./shape.ts";

/** What a document's function attribute names: a function for whatever types it is applied to. */
export interface Callable {
  readonly name: string;
  /** How many inputs it has. */
  readonly arity: number;
  /**
   * The function for arguments of some types. Throws an `OperandFault` where it does not take them, the first argument
   * being operand `first`.
   */
  instantiate(types: readonly TensorType[], first?: number): GraphFunction;
}

/** A derivative that a document gives for a function, trusted by all methods. */
export interface CustomRule {
  /** Of inputs and as many tangents the outputs' tangents; or of inputs and outputs' cotangents the inputs' cotangents. */
  readonly mode: "jvp" | "vjp";
  readonly function: GraphFunction;
}

/**
 * A closed graph that nodes hold as an attribute. It has an identity of its own, of which the names of its inputs and
 * outputs are no part, and a builder of its own.
 */
export class GraphFunction implements Callable {
  readonly name: string;
  readonly graph: Graph;
  readonly canonical: Canonical;
  readonly rule: CustomRule | undefined;
  /** Types of inputs and outputs inside. */
  readonly inputs: readonly TensorType[];
  readonly outputs: readonly TensorType[];

  constructor(name: string, graph: Graph, rule?: CustomRule) {
    this.name = name;
    this.graph = graph;
    this.rule = rule;
    this.inputs = graph.inputs.map((input) => input.node);
    this.outputs = graph.outputs.map((output) => output.node);
    const types = graph.inputs.map(({ node: { shape, dtype } }) => [shape, dtype]);
    const custom = rule ? ` ${rule.mode} ${rule.function.id}` : "";
    this.canonical = identityOf(graph, `cotangent/function/1 ${JSON.stringify(types)}${custom}`, () => "");
  }

  get arity(): number {
    return this.inputs.length;
  }

  get id(): string {
    return this.canonical.id;
  }

  instantiate(types: readonly TensorType[], first = 0): GraphFunction {
    checkArguments(this.name, this.graph.inputs, types, first);
    return this;
  }

  /** What stands for it in the key of attributes. */
  toJSON(): unknown {
    return { function: this.id };
  }
}

/** A declared input of a function; what is absent is as the argument. */
interface Parameter {
  readonly name: string;
  readonly shape?: TensorType["shape"] | undefined;
  readonly dtype?: TensorType["dtype"] | undefined;
}

/** Throws an `OperandFault` unless a function with such inputs takes arguments of such types. */
export function checkArguments(
  name: string,
  inputs: readonly Parameter[],
  types: readonly TensorType[],
  first: number,
): void {
  if (inputs.length !== types.length) {
    const many = (count: number, what: string) => `${count} ${what}${count === 1 ? "" : "s"}`;
    throw new OperandFault(`function "${name}" has ${many(inputs.length, "input")}, received ${types.length}`);
  }
  inputs.forEach((input, i) => {
    const { shape, dtype } = types[i]!;
    if (input.shape && !sameShape(input.shape, shape)) {
      throw new OperandFault(
        `input "${input.name}" of function "${name}" has shape ${showShape(input.shape)}, received ${showShape(shape)}`,
        first + i,
      );
    }
    if (input.dtype && !convertsTo(dtype, input.dtype)) {
      throw new OperandFault(
        `input "${input.name}" of function "${name}" is ${input.dtype}, received ${dtype}`,
        first + i,
      );
    }
  });
}

/** A required attribute that names a function. */
export function functionAttribute(doc: string): AttributeSpec<Callable> {
  return {
    doc,
    required: true,
    fallback: undefined,
    schema: { type: "string" },
    isFunction: true,
    parse: (value) => {
      if (!isCallable(value)) throw new OperandFault("must be the name of a function");
      return value;
    },
  };
}

/** A required attribute that lists names of functions. */
export function functionsAttribute(doc: string): AttributeSpec<readonly Callable[]> {
  return {
    doc,
    required: true,
    fallback: undefined,
    schema: { type: "array", items: { type: "string" }, minItems: 1, maxItems: branchesMax },
    isFunction: true,
    parse: (value) => {
      if (!Array.isArray(value) || value.length === 0 || !value.every(isCallable)) {
        throw new OperandFault("must be a list of names of functions");
      }
      if (value.length > branchesMax) throw new OperandFault(`must have at most ${branchesMax} entries`);
      return value;
    },
  };
}

const branchesMax = 64;

/** Functions are objects that no document can make. */
function isCallable(value: unknown): value is Callable {
  return typeof value === "object" && value !== null && typeof (value as Partial<Callable>).instantiate === "function";
}

/** What is thrown where a loop without a limit is to be differentiated in reverse. */
export function notReversible(name: string): ServiceError {
  return notDifferentiable(
    `reverse mode through "while" with the body ${quote(name)} has to keep what each step made: give the node a "limit" of steps, or use mode "forward"`,
  );
}

/** What is thrown where a program would need what only the other mode has. */
export function notRunnable(why: string): ServiceError {
  return notDifferentiable(why);
}

/** What is thrown where a function's own derivative is none. */
export function badRule(name: string, rule: string, why: string): ServiceError {
  const reason = `function ${quote(name)}: ${quote(rule)}, which it names as its derivative, ${why}`;
  return new ServiceError("invalid_graph", reason, { reason, function: name });
}

/** The functions that the attributes of a node hold. */
export function functionsIn({ attrs }: Node): GraphFunction[] {
  return Object.values(attrs).flatMap((value) => [value].flat().filter((entry) => entry instanceof GraphFunction));
}

/** Whether the steps that some nodes take, in functions that they hold too, are no more than what is known beforehand. */
export function areBounded(nodes: readonly Node[]): boolean {
  const lists = [nodes, ...functionsOf(nodes).map((held) => nodesOf(held.graph))];
  return !lists.some((list) => list.some((node) => node.op.isUnbounded?.(node)));
}

/** All functions that some nodes hold, at any depth, each once and after those that it holds itself. */
export function functionsOf(nodes: readonly Node[]): GraphFunction[] {
  const found = new Map<string, GraphFunction>();
  const entered = new Set<string>();
  const visit = (list: readonly Node[]) => {
    for (const node of list) for (const held of functionsIn(node)) enter(held);
  };
  // Functions are nested no deeper than documents may nest them.
  const enter = (held: GraphFunction) => {
    if (entered.has(held.id)) return;
    entered.add(held.id);
    visit(nodesOf(held.graph));
    if (held.rule) enter(held.rule.function);
    found.set(held.id, held);
  };
  visit(nodes);
  return [...found.values()];
}
