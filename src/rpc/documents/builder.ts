import type { JsonSchema } from "./wire.ts";

/** What is published of an operator, as far as a builder needs it. */
export interface PublishedOperator {
  readonly name: string;
  readonly summary: string;
  readonly signature: string;
  readonly attributes: readonly { readonly name: string; readonly required: boolean; readonly schema: JsonSchema }[];
}

/** A module in TypeScript that builds graphs: a function for each operator, typed by its operands and attributes. */
export function typescriptBuilder(operators: readonly PublishedOperator[]): string {
  return `${core}\n${operators.map(functionOf).join("\n")}`;
}

// Attributes that are functions of a document.
const functional = new Set(["function", "condition", "body", "then", "else", "residual"]);

function functionOf({ name, summary, signature, attributes }: PublishedOperator): string {
  const operands = signature
    .slice(name.length + 1, -1)
    .split(";", 1)[0]!
    .split(", ")
    .filter(Boolean);
  const taken = operands.map((operand) => {
    return operand.startsWith("...") ? `${operand.slice("...".length)}: readonly Operand[]` : `${operand}: Operand`;
  });
  const args = `[${operands.join(", ")}]`;
  const members = attributes.map(({ name, required, schema }) => {
    const type = functional.has(name) ? "Func" : name === "branches" ? "readonly Func[]" : typeOf(schema);
    return `${name}${required ? "" : "?"}: ${type}`;
  });
  const isRequired = attributes.some(({ required }) => required);
  const attrs = attributes.length === 0 ? [] : [`attrs${isRequired ? "" : "?"}: { ${members.join("; ")} }`];
  const call = `apply(${JSON.stringify(name)}, ${args}${attrs.length > 0 ? ", attrs" : ""})`;
  const parameters = [...taken, ...attrs].join(", ");
  return `/** ${summary} */\nexport const ${spelled(name)} = (${parameters}): Node => ${call};\n`;
}

// Words of the language, which get a line at their end.
const reserved = new Set(["var", "while", "switch", "for", "case", "if", "function"]);

function spelled(name: string): string {
  return reserved.has(name) ? `${name}_` : name;
}

/** The type of an attribute's values. */
function typeOf({ type, enum: choices, anyOf, items }: JsonSchema): string {
  if (Array.isArray(anyOf)) return [...new Set(anyOf.map(typeOf))].join(" | ");
  if (Array.isArray(choices)) return choices.map((choice) => JSON.stringify(choice)).join(" | ");
  if (Array.isArray(type)) return type.map((one) => typeOf({ type: one })).join(" | ");
  if (type === "array") return `readonly (${typeOf(items as JsonSchema)})[]`;
  return type === "integer" ? "number" : String(type ?? "unknown");
}

const core = `// Written by \`npm run generate\` from the table of operators, of which \`var\`, \`while\` and \`switch\` have a line at
// their end. Builds graphs for Cotangent:
//
//   const g = graph();
//   const x = g.input("x", [3]);
//   const document = g.output("y", sum(square(x))).document();
//
// and functions that operators apply:
//
//   const step = fn((c, x) => add(multiply(0.9, c), x));
//   const last = scan([0, x], { function: step, carry: 1 });

/** Nested lists of numbers, which become constants. */
export type Constant = number | boolean | readonly Constant[];

/** What an operator is applied to. */
export type Operand = Node | Constant;

/** The type of an input's or output's elements. */
export type DType = "float64" | "float32" | "float16" | "int64" | "int32" | "int16" | "int8" | "uint8" | "bool";

/** A value of a graph: an input, or an operator applied to operands. */
export class Node {
  readonly op: string;
  readonly args: readonly Operand[];
  readonly attrs: object | undefined;
  /** Which result it is, of an operator with several. */
  readonly index: number | undefined;

  constructor(op: string, args: readonly Operand[] = [], attrs?: object, index?: number) {
    this.op = op;
    this.args = args;
    this.attrs = attrs;
    this.index = index;
  }

  /** One result of an operator that has several: of \`eigh\` the values are 0 and the vectors 1. */
  result(index: number): Node {
    return new Node(this.op, [this], undefined, index);
  }
}

/** An input of a function; without a shape it has that of the argument. */
export interface Parameter {
  readonly shape?: readonly number[];
  readonly dtype?: DType;
}

/** A function that operators of a graph apply; it sees its inputs only. */
export class Func {
  readonly inputs: readonly (Parameter & { readonly name: string; readonly node: Node })[];
  readonly outputs: readonly Node[];
  /** Functions that are its derivative: of inputs and tangents, or of inputs and cotangents. */
  readonly rules: { readonly jvp?: Func; readonly vjp?: Func };

  constructor(make: Make, parameters: readonly Parameter[], rules: { readonly jvp?: Func; readonly vjp?: Func } = {}) {
    this.inputs = parameters.map((parameter, i) => ({ name: \`a\${i}\`, ...parameter, node: new Node("input") }));
    const made = make(...this.inputs.map(({ node }) => node));
    this.outputs = made instanceof Node ? [made] : made;
    this.rules = rules;
  }
}

/** What makes the outputs of a function of its inputs. */
export type Make = (...inputs: Node[]) => Node | readonly Node[];

/** A function, made by one of nodes. Its inputs are as many as that takes, unless they are told. */
export function fn(
  make: Make,
  parameters: readonly Parameter[] = Array.from({ length: make.length }, () => ({})),
  rules?: { readonly jvp?: Func; readonly vjp?: Func },
): Func {
  return new Func(make, parameters, rules);
}

/** A graph while it is built: its inputs in order, and its outputs by name. */
export class Graph {
  private readonly inputs: { name: string; shape: readonly number[]; dtype: DType; node: Node }[] = [];
  private readonly outputs: { name: string; node: Node; dtype?: DType }[] = [];

  input(name: string, shape: readonly number[] = [], dtype: DType = "float64"): Node {
    const node = new Node("input");
    this.inputs.push({ name, shape, dtype, node });
    return node;
  }

  output(name: string, node: Node, dtype?: DType): this {
    this.outputs.push({ name, node, ...(dtype ? { dtype } : {}) });
    return this;
  }

  /** The graph as the service takes it. */
  document() {
    const functions = new Functions();
    const body = functions.body(this.inputs, this.outputs);
    return { ...body, ...(functions.bodies.size > 0 ? { functions: Object.fromEntries(functions.bodies) } : {}) };
  }
}

interface Output {
  readonly name: string;
  readonly node: Node;
}

/** The functions of a document by name, each once. */
class Functions {
  readonly bodies = new Map<string, object>();
  private readonly names = new Map<Func, string>();

  body<I extends Output, O extends Output>(inputs: readonly I[], outputs: readonly O[]) {
    const used = new Set(inputs.map(({ name }) => name));
    const ids = new Map<Node, string>(inputs.map(({ node, name }) => [node, name]));
    const nodes: { id: string; op: string; args: Constant[] | (Constant | string)[]; attrs?: object }[] = [];
    const reference = (node: Node): string => {
      const owner = node.index === undefined ? node : (node.args[0] as Node);
      return \`\${ids.get(owner)}\${node.index === undefined ? "" : \`:\${node.index}\`}\`;
    };
    let count = 0;
    const visit = (root: Node) => {
      const pending = [root];
      for (let node = pending.at(-1); node; node = pending.at(-1)) {
        const waiting = node.args.filter((arg): arg is Node => arg instanceof Node && !ids.has(arg));
        if (ids.has(node) || waiting.length === 0) pending.pop();
        if (ids.has(node)) continue;
        if (waiting.length > 0) pending.push(...waiting.reverse());
        else if (node.index !== undefined) ids.set(node, "");
        else if (node.op === "input") throw new Error("an input of another graph or function is used");
        else {
          let id: string;
          do id = \`v\${++count}\`;
          while (used.has(id));
          const { op, attrs } = node;
          const args = node.args.map((arg) => (arg instanceof Node ? reference(arg) : arg));
          nodes.push({ id, op, args, ...(attrs ? { attrs: this.attributes(attrs) } : {}) });
          ids.set(node, id);
        }
      }
    };
    for (const { node } of outputs) visit(node);
    return {
      inputs: inputs.map(({ node: _, ...input }) => input),
      nodes,
      outputs: outputs.map(({ node, ...output }) => ({ ...output, node: reference(node) })),
    };
  }

  /** Attributes with functions by name. */
  private attributes(attrs: object): object {
    const named = (value: unknown): unknown => {
      if (value instanceof Func) return this.name(value);
      return Array.isArray(value) ? value.map(named) : value;
    };
    return Object.fromEntries(Object.entries(attrs).map(([name, value]) => [name, named(value)]));
  }

  private name(func: Func): string {
    const known = this.names.get(func);
    if (known !== undefined) return known;
    const body = this.body(func.inputs, func.outputs.map((node, i) => ({ name: \`y\${i}\`, node })));
    const rules = Object.entries(func.rules).map(([rule, of]) => [rule, this.name(of)]);
    const name = \`f\${this.bodies.size + 1}\`;
    this.names.set(func, name);
    this.bodies.set(name, { ...body, ...Object.fromEntries(rules) });
    return name;
  }
}

/** A graph to be built. */
export function graph(): Graph {
  return new Graph();
}

/** Applies an operator by its name. */
export function apply(op: string, args: readonly Operand[], attrs?: object): Node {
  return new Node(op, args, attrs);
}
`;
