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
  return `${core}\n${operators.filter(isPlain).map(functionOf).join("\n")}`;
}

// What applies functions of a document, which this does not build.
const functional = new Set(["function", "condition", "body", "branches", "residual"]);

/** Whether an operator takes tensors and plain attributes only. */
export function isPlain({ attributes }: Pick<PublishedOperator, "attributes">): boolean {
  return !attributes.some(({ name }) => functional.has(name));
}

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
  const members = attributes.map(({ name, required, schema }) => `${name}${required ? "" : "?"}: ${typeOf(schema)}`);
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

const core = `// Written by \`npm run generate\` from the table of operators, of which \`var\` has a line at its end; those that
// apply functions are left out. Builds graphs for Cotangent:
//
//   const g = graph();
//   const x = g.input("x", [3]);
//   const document = g.output("y", sum(square(x))).document();

/** Nested lists of numbers, which become constants. */
export type Constant = number | boolean | readonly Constant[];

/** What an operator is applied to. */
export type Operand = Node | Constant;

/** The type of an input's or output's elements. */
export type DType = "float64" | "float32" | "int32" | "bool";

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

/** A graph while it is built: its inputs in order, and its outputs by name. */
export class Graph {
  private readonly inputs = new Map<Node, { name: string; shape: readonly number[]; dtype: DType }>();
  private readonly outputs: { name: string; node: Node; dtype?: DType }[] = [];

  input(name: string, shape: readonly number[] = [], dtype: DType = "float64"): Node {
    const node = new Node("input");
    this.inputs.set(node, { name, shape, dtype });
    return node;
  }

  output(name: string, node: Node, dtype?: DType): this {
    this.outputs.push({ name, node, ...(dtype ? { dtype } : {}) });
    return this;
  }

  /** The graph as the service takes it. */
  document() {
    const used = new Set([...this.inputs.values()].map(({ name }) => name));
    const ids = new Map<Node, string>([...this.inputs].map(([node, { name }]) => [node, name]));
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
        else if (node.op === "input") throw new Error("an input of another graph is used");
        else {
          let id: string;
          do id = \`v\${++count}\`;
          while (used.has(id));
          const { op, attrs } = node;
          const args = node.args.map((arg) => (arg instanceof Node ? reference(arg) : arg));
          nodes.push({ id, op, args, ...(attrs ? { attrs } : {}) });
          ids.set(node, id);
        }
      }
    };
    for (const { node } of this.outputs) visit(node);
    const outputs = this.outputs.map(({ node, ...output }) => ({ ...output, node: reference(node) }));
    return { inputs: [...this.inputs.values()], nodes, outputs };
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
