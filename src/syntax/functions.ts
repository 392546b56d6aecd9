import type { Limits } from "../config.ts";
import { invalidGraph, limitExceeded, quote, ServiceError } from "../errors.ts";
import type { Budget } from "../graph/budget.ts";
import { GraphBuilder } from "../graph/builder.ts";
import { type DType, dtypes } from "../graph/dtype.ts";
import { OperandFault } from "../graph/fault.ts";
import { type Callable, type CustomRule, checkArguments, GraphFunction } from "../graph/function.ts";
import type { Graph } from "../graph/graph.ts";
import type { Builder, Operator, TensorType } from "../graph/operator.ts";
import { findOperator } from "../operators/index.ts";
import { circleText } from "./members.ts";
import type { Members } from "./source.ts";

/** Reads the graph of a function for inputs of some types. Throws `invalid_graph`. */
type ReadBody = (document: Members, builder: Builder, types: readonly TensorType[]) => Graph;

const shownMax = 20;

/**
 * The functions of a document by name. Each is read once for every list of types that it is applied to. What can be
 * checked without types is checked of all of them: that they are objects, that they refer to functions that are there,
 * in no circle, and not too deep.
 */
export class DocumentFunctions {
  private readonly documents = new Map<string, Members>();
  private readonly limits: Limits;
  private readonly budget: Budget;
  private readonly readBody: ReadBody;
  private readonly callables = new Map<string, Callable>();
  private readonly made = new Map<string, GraphFunction>();
  /** Nodes of all functions that were read, for each list of types. */
  private nodes = 0;

  constructor(
    document: unknown,
    checkName: (name: string) => void,
    limits: Limits,
    budget: Budget,
    readBody: ReadBody,
  ) {
    this.limits = limits;
    this.budget = budget;
    this.readBody = readBody;
    if (document === undefined) return;
    if (typeof document !== "object" || document === null || Array.isArray(document)) {
      throw invalidGraph("functions must be an object");
    }
    const entries = Object.entries(document);
    if (entries.length > limits.nodes) throw limitExceeded("nodes", limits.nodes, entries.length);
    for (const [name, body] of entries) {
      checkName(name);
      if (typeof body !== "object" || body === null || Array.isArray(body)) {
        throw invalidGraph(`function ${quote(name)} must be an object`);
      }
      this.documents.set(name, body as Members);
    }
    this.checkReferences();
  }

  /** The function of a name, for whatever types it is applied to; undefined where there is none. */
  find(name: string): Callable | undefined {
    const document = this.documents.get(name);
    if (!document) return undefined;
    const known = this.callables.get(name);
    if (known) return known;
    const callable: Callable = {
      name,
      arity: parametersOf(document).length,
      instantiate: (types, first = 0) => this.instantiate(name, document, types, first),
    };
    this.callables.set(name, callable);
    return callable;
  }

  /** Attributes with functions in place of their names. */
  inAttributes({ attributes }: Operator, attrs: unknown): unknown {
    if (typeof attrs !== "object" || attrs === null || Array.isArray(attrs)) return attrs;
    const keys = Object.keys(attributes).filter((key) => attributes[key]!.isFunction && Object.hasOwn(attrs, key));
    if (keys.length === 0) return attrs;
    const named = (value: unknown, key: string): unknown => {
      if (Array.isArray(value)) return value.map((entry) => named(entry, key));
      if (typeof value !== "string") throw new OperandFault(`attribute "${key}" must name a function`);
      const found = this.find(value);
      if (!found) throw new OperandFault(`attribute "${key}": ${noFunction(value, [...this.documents.keys()])}`);
      return found;
    };
    const given = attrs as Members;
    return { ...given, ...Object.fromEntries(keys.map((key) => [key, named(given[key], key)])) };
  }

  private instantiate(name: string, document: Members, types: readonly TensorType[], first: number): GraphFunction {
    checkArguments(name, parametersOf(document), types, first);
    const key = `${name} ${JSON.stringify(types.map(({ shape, dtype }) => [shape, dtype]))}`;
    const known = this.made.get(key);
    if (known) return known;
    this.nodes += Array.isArray(document.nodes) ? document.nodes.length : 0;
    if (this.nodes > this.limits.nodes) throw limitExceeded("nodes", this.limits.nodes, this.nodes);
    const graph = this.within(name, () => this.readBody(document, new GraphBuilder(this.limits, this.budget), types));
    const made = new GraphFunction(
      name,
      graph,
      this.within(name, () => this.ruleOf(document, graph)),
    );
    this.made.set(key, made);
    return made;
  }

  private ruleOf(document: Members, { inputs, outputs }: Graph): CustomRule | undefined {
    const { jvp, vjp } = document;
    if (jvp === undefined && vjp === undefined) return undefined;
    if (jvp !== undefined && vjp !== undefined) throw invalidGraph('a function has "jvp" or "vjp", not both');
    const mode = jvp === undefined ? "vjp" : "jvp";
    const callable = this.find(String(document[mode]))!;
    const [primals, results] = [inputs.map(({ node }) => node), outputs.map(({ node }) => node)];
    const [given, expected] = mode === "jvp" ? [primals, results] : [results, primals];
    const moving = given.map(({ shape }): TensorType => ({ shape, dtype: "float64" }));
    const rule = this.faulty(`"${mode}"`, () => callable.instantiate([...primals, ...moving]));
    checkTangents(mode, rule, expected);
    return { mode, function: rule };
  }

  /** Says of an operand's fault where it is. */
  private faulty<T>(what: string, make: () => T): T {
    try {
      return make();
    } catch (fault) {
      if (fault instanceof OperandFault) throw invalidGraph(`${what}: ${fault.message}`);
      throw fault;
    }
  }

  /** Says of an error in a function in which one it is. */
  private within<T>(name: string, read: () => T): T {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof ServiceError) || error.type !== "invalid_graph" || "function" in error.data) throw error;
      throw new ServiceError("invalid_graph", `function ${quote(name)}: ${error.message}`, {
        ...error.data,
        function: name,
      });
    }
  }

  /** Looks for functions that are not there, circles and too deep nesting, without recursion. */
  private checkReferences(): void {
    const depths = new Map<string, number>();
    const references = new Map([...this.documents].map(([name, body]) => [name, referencesOf(body)]));
    for (const [name, list] of references) {
      for (const { to, node } of list) {
        if (references.has(to)) continue;
        const where = node === undefined ? {} : { node };
        throw this.within(name, () => invalidGraph(noFunction(to, [...references.keys()]), where));
      }
    }
    for (const root of references.keys()) {
      const path = [root];
      const next = [0];
      const entered = new Set(path);
      while (path.length > 0) {
        const name = path.at(-1)!;
        const list = references.get(name)!;
        const reference = depths.has(name) ? undefined : list[next[next.length - 1]!++];
        if (!reference) {
          if (!depths.has(name)) {
            depths.set(name, 1 + list.reduce((deepest, { to }) => Math.max(deepest, depths.get(to)!), 0));
          }
          this.checkDepth(depths.get(name)!);
          entered.delete(name);
          path.pop();
          next.pop();
        } else if (entered.has(reference.to)) {
          throw circle(path.slice(path.indexOf(reference.to)));
        } else if (!depths.has(reference.to)) {
          path.push(reference.to);
          next.push(0);
          entered.add(reference.to);
        }
      }
    }
  }

  private checkDepth(depth: number): void {
    const { functionDepth } = this.limits;
    if (depth > functionDepth) throw limitExceeded("functionDepth", functionDepth, depth);
  }
}

/** Says that there is no function of a name. */
function noFunction(name: string, known: readonly string[]): string {
  const list = known.slice(0, shownMax).map(quote).join(", ");
  return `no function is called ${quote(name)}${known.length > 0 ? `; there are ${list}` : "; the document has none"}`;
}

interface Reference {
  readonly to: string;
  /** The node that refers, where it is one. */
  readonly node: string | undefined;
}

/** The functions that a function names, in its nodes' attributes and as its own derivative. */
function referencesOf({ nodes, jvp, vjp }: Members): Reference[] {
  const found: Reference[] = [];
  for (const node of Array.isArray(nodes) ? nodes : []) {
    const { op, attrs, id } = (node ?? {}) as Members;
    const specs = typeof op === "string" ? findOperator(op)?.attributes : undefined;
    if (!specs || typeof attrs !== "object" || attrs === null) continue;
    for (const [key, { isFunction }] of Object.entries(specs)) {
      if (!isFunction) continue;
      for (const to of [(attrs as Members)[key]].flat()) {
        if (typeof to === "string") found.push({ to, node: typeof id === "string" ? id : undefined });
      }
    }
  }
  for (const to of [jvp, vjp]) if (to !== undefined) found.push({ to: String(to), node: undefined });
  return found;
}

function circle(path: readonly string[]): ServiceError {
  const reason = `functions use each other in a circle: ${circleText(path, " -> ")}; scan and while repeat one`;
  return new ServiceError("invalid_graph", reason, { reason, function: path[0]! });
}

/** The inputs of a function as declared; what is wrong with them is found when they are read. */
function parametersOf({ inputs }: Members) {
  return (Array.isArray(inputs) ? inputs : []).map((entry: unknown, i) => {
    const { name, shape, dtype } = (entry ?? {}) as Members;
    return {
      name: typeof name === "string" ? name : String(i),
      shape: Array.isArray(shape) ? (shape as number[]) : undefined,
      dtype: dtypes.includes(dtype as DType) ? (dtype as DType) : undefined,
    };
  });
}

/** Throws unless a derivative gives as many tensors as what it is about, and of the same shapes. */
function checkTangents(mode: string, { name, outputs }: GraphFunction, expected: readonly TensorType[]): void {
  const shown = (list: readonly TensorType[]) => list.map(({ shape }) => `[${shape.join(",")}]`).join(", ");
  const isSame =
    outputs.length === expected.length && outputs.every(({ shape }, i) => `${shape}` === `${expected[i]!.shape}`);
  if (!isSame) {
    throw invalidGraph(
      `"${mode}": function ${quote(name)} gives shapes ${shown(outputs)}, and ${shown(expected)} are needed`,
    );
  }
}
