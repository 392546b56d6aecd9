import type { Limits } from "../../config.ts";
import { quote } from "../../errors.ts";
import type { Budget } from "../../graph/budget.ts";
import type { FunctionEntry } from "../document.ts";
import type { Definition, RuleHead } from "./heads.ts";
import { describe, faultAt, type Token } from "./lexer.ts";
import type { FreshName } from "./naming.ts";
import { Nodes } from "./nodes.ts";
import { type Derived, FunctionName, type Value } from "./values.ts";

/** The functions that a formula defines, and those that derivatives handed on as functions are. */
export class Functions {
  /** What they are in the graph form. */
  readonly entries: Record<string, FunctionEntry> = {};
  private readonly definitions: ReadonlyMap<string, Definition>;
  private readonly fresh: FreshName;
  private readonly limits: Pick<Limits, "nodes">;
  private readonly budget: Budget;
  private readonly used = new Set<string>();
  private readonly parameters = new Map<string, readonly string[]>();
  private readonly made = new Map<string, string>();
  private readonly aliases = new Map<string, FunctionName | Derived>();

  constructor(
    definitions: ReadonlyMap<string, Definition>,
    fresh: FreshName,
    limits: Pick<Limits, "nodes">,
    budget: Budget,
  ) {
    this.definitions = definitions;
    this.fresh = fresh;
    this.limits = limits;
    this.budget = budget;
    for (const [name, { parameters }] of definitions) {
      this.parameters.set(
        name,
        parameters.map(({ text }) => text),
      );
    }
  }

  /** Whether a name is a function's. */
  has(name: string): boolean {
    return this.definitions.has(name) || this.aliases.has(name);
  }

  /** Where a function is defined; undefined for one that is made up. */
  definition(name: string): Definition | undefined {
    return this.definitions.get(name);
  }

  /** Gives a function another name. */
  alias(name: string, value: FunctionName | Derived): void {
    this.aliases.set(name, value);
  }

  /** The number of inputs of a function that has a name. */
  arity(name: string): number {
    return this.parameters.get(name)!.length;
  }

  /** The nodes of a body, or of the formula itself. */
  newNodes(): Nodes {
    return new Nodes(this.fresh, this.limits, this.budget, this);
  }

  /** A function by its name, which counts as a use of it. */
  refer(token: Token): FunctionName | Derived {
    const alias = this.aliases.get(token.text);
    if (alias) return alias;
    this.used.add(token.text);
    return new FunctionName(token.text, token);
  }

  /** Keeps what a definition is: its body is in `nodes`, and gives `values`. */
  define({ name, parameters, dtypes }: Definition, nodes: Nodes, values: readonly Value[]): void {
    this.entries[name.text] = {
      ...this.entries[name.text],
      inputs: parameters.map(({ text }, i) => ({ name: text, ...(dtypes.has(i) && { dtype: dtypes.get(i)! }) })),
      constants: nodes.constants,
      nodes: nodes.entries,
      outputs: values.map((value) => nodes.reference(value, name, undefined)),
    };
  }

  /** Keeps that a function is the derivative of another; both may be defined later. */
  rule({ of, mode, rule }: RuleHead): void {
    for (const token of [of, rule]) {
      if (!this.definitions.has(token.text)) throw faultAt(token, `${describe(token)} is no function of the formula`);
    }
    const known = this.entries[of.text];
    if (known?.jvp !== undefined || known?.vjp !== undefined) {
      throw faultAt(of, `${describe(of)} has a derivative already`);
    }
    this.entries[of.text] = { inputs: [], nodes: [], outputs: [], ...known, [mode]: rule.text };
    this.used.add(rule.text);
  }

  /** The functions that nothing uses. */
  get unused(): string[] {
    return [...this.definitions.keys()].filter((name) => !this.used.has(name));
  }

  /** What a function is called in the graph form; a derivative, which has no name, becomes one that has. */
  nameOf(value: FunctionName | Derived): string {
    if (value instanceof FunctionName) return value.name;
    const { op, of, attrs, token } = value;
    const key = JSON.stringify([op, of, attrs]);
    const known = this.made.get(key);
    if (known !== undefined) return known;
    const parameters = this.parameters.get(of)!;
    if (op === "jvp" || op === "vjp" || (attrs.wrt === undefined && parameters.length !== 1)) {
      const why = op === "jvp" || op === "vjp" ? "apply it" : `say by which of its inputs, ${op}(…, wrt=0)`;
      throw faultAt(token, `${describe(token)} of ${quote(of)} has several results, where one is meant: ${why}`);
    }
    const name = this.fresh(`${op}_${of}`, token);
    const id = this.fresh(op, token);
    this.made.set(key, name);
    this.parameters.set(name, parameters);
    this.entries[name] = {
      inputs: parameters.map((parameter) => ({ name: parameter })),
      nodes: [{ id, op, args: parameters, attrs: { ...attrs, function: of } }],
      outputs: [id],
    };
    return name;
  }
}
