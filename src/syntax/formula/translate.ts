import type { Limits } from "../../config.ts";
import { invalidGraph, limitExceeded, quote } from "../../errors.ts";
import { Budget } from "../../graph/budget.ts";
import { type Position, placeAt } from "../../text/place.ts";
import type { FormulaDocument, GraphDocument, OutputEntry } from "../document.ts";
import type { SentTypes } from "../source.ts";
import { ignored, partsOf, readBlock } from "./block.ts";
import { parseExpression } from "./expression.ts";
import { Functions } from "./functions.ts";
import {
  type Definition,
  definitionAt,
  findDefinitions,
  findFunctions,
  type Head,
  headAt,
  isBlockAt,
  ruleAt,
  ruleLength,
} from "./heads.ts";
import { describe, FormulaFault, faultAt, type Token, TooDeep, tokenize } from "./lexer.ts";
import { inputNames, labels, namesBeside, positionIn } from "./naming.ts";
import { type Nodes, targetOf } from "./nodes.ts";
import { isFunction, type Value } from "./values.ts";

/** A formula in the graph form, and what is known of it beside. */
export interface FormulaGraph {
  readonly document: GraphDocument;
  /** The named statements that nothing uses. */
  readonly unused: readonly string[];
  /** The inputs of which nothing says that they are scalars. */
  readonly assumed: ReadonlySet<string>;
  /** The names of results of nodes that have several, by the references to them. */
  readonly resultNames: ReadonlyMap<string, string>;
  /** Where the operator of a node stands in the formula; undefined for what is no node. */
  positionOf(node: string): Position | undefined;
  /** Where a function is defined. */
  definitionOf(name: string): Position | undefined;
}

/**
 * Turns a formula into the graph form, in linear time and constant call depth. A node bears the name of its statement or
 * else `<operator>_at_<line>_<column>`. Throws `invalid_graph` with the position, or `limit_exceeded`.
 */
export function translateFormula(
  formula: FormulaDocument,
  limits: FormulaLimits,
  budget = Budget.unlimited(),
  sent: SentTypes = new Map(),
): FormulaGraph {
  try {
    return translate(formula, limits, budget, sent);
  } catch (fault) {
    if (fault instanceof TooDeep) {
      const { allowed, position } = fault;
      throw limitExceeded("formulaDepth", allowed, allowed + 1, placeAt(formula.expression, position));
    }
    if (!(fault instanceof FormulaFault)) throw fault;
    throw invalidGraph(fault.message, {}, placeAt(formula.expression, fault.position));
  }
}

type FormulaLimits = Pick<Limits, "formulaLength" | "formulaDepth" | "nodes">;

function translate(formula: FormulaDocument, limits: FormulaLimits, budget: Budget, sent: SentTypes): FormulaGraph {
  const { expression } = formula;
  if (expression.length > limits.formulaLength) {
    throw limitExceeded("formulaLength", limits.formulaLength, expression.length);
  }
  const { tokens, names } = tokenize(expression, budget);
  const given = formula.inputs === undefined ? undefined : inputNames(formula.inputs, tokens);
  const fresh = namesBeside([...names, ...(given ?? [])]);
  const functions = new Functions(findFunctions(tokens), fresh, limits, budget);
  return new Translator(formula, tokens, given, functions, sent).translate(limits.formulaDepth);
}

/** Reads statements one after the other. */
class Translator {
  private readonly formula: FormulaDocument;
  private readonly tokens: readonly Token[];
  private readonly functions: Functions;
  private readonly nodes: Nodes;
  private readonly sent: SentTypes;
  private readonly definitions: ReadonlyMap<string, Token>;
  private readonly declaresAll: boolean;
  private readonly free: { name: string; shape?: readonly number[]; dtype?: string }[] = [];
  private readonly assumed = new Set<string>();
  private readonly scope: Map<string, Value>;
  private readonly unused = new Set<string>();
  /** The names of a statement that gives several, by each of them. */
  private readonly together = new Map<string, readonly string[]>();
  /** Outputs that are called as inputs are. */
  private readonly besideInputs = new Map<string, Value>();
  private readonly typed = new Map<string, NonNullable<Head["dtype"]>>();
  private readonly resultNames = new Map<string, string>();
  private readonly operators = new Map<string, Token>();

  constructor(
    formula: FormulaDocument,
    tokens: readonly Token[],
    given: readonly string[] | undefined,
    functions: Functions,
    sent: SentTypes,
  ) {
    this.formula = formula;
    this.tokens = tokens;
    this.functions = functions;
    this.nodes = functions.newNodes();
    this.sent = sent;
    this.declaresAll = given !== undefined;
    this.definitions = findDefinitions(tokens);
    this.scope = new Map(given?.map((name) => [name, name]));
  }

  translate(depthMax: number): FormulaGraph {
    const { tokens } = this;
    const target = targetOf(this.nodes, this.symbol.bind(this));
    let last: Statement | undefined;
    for (let at = 0; tokens[at]!.kind !== "end"; ) {
      const token = tokens[at]!;
      if (token.kind === "separator") {
        at += 1;
        continue;
      }
      const rule = ruleAt(tokens, at);
      if (rule) {
        this.functions.rule(rule);
        at += ruleLength;
        continue;
      }
      const definition = definitionAt(tokens, at);
      if (definition) {
        at = this.defineFunction(definition, at, depthMax);
        continue;
      }
      if (last !== undefined && last.names.length === 0) {
        throw faultAt(last.token, "this statement has no effect: name it or remove it");
      }
      const head = headAt(tokens, at);
      for (const name of head.names) this.checkDefinable(name, head.dtype !== undefined);
      const options = { depthMax, several: head.names.length > 1 };
      const { values, end } = parseExpression(tokens, at + head.length, target, options);
      at = end;
      if (head.names.length > 1) this.takeApart(head.names, values);
      else if (head.names.length === 1) this.define(head.names[0]!, values[0]!, head.dtype);
      last = { names: head.names.map(({ text }) => text), value: values[0]!, token };
    }
    if (last === undefined) throw faultAt(tokens.at(-1)!, "expected a statement, found the end of the formula");
    return this.graphEndingIn(last);
  }

  /** Reads the body of a function; answers the place after it. */
  private defineFunction(definition: Definition, at: number, depthMax: number): number {
    const { name, parameters, length } = definition;
    if (name.value !== undefined) throw faultAt(name, `${describe(name)} is reserved and cannot be redefined`);
    const other = this.definitions.get(name.text);
    if (other) throw faultAt(name, `${describe(name)} is already defined on line ${other.line}`);
    const own = new Set(parameters.map(({ text }) => text));
    const locals = new Map<string, Value>();
    const symbol = (token: Token): Value => {
      if (own.has(token.text)) return token.text;
      const local = locals.get(token.text);
      if (local !== undefined) return local;
      if (this.functions.has(token.text)) return this.functions.refer(token);
      const rule = `a function sees its inputs only, ${[...own].map((parameter) => quote(parameter)).join(", ") || "none"}`;
      throw faultAt(token, `${describe(token)} is unknown in ${quote(name.text)}: ${rule}`);
    };
    const nodes = this.functions.newNodes();
    const target = targetOf(nodes, symbol);
    const start = at + length;
    const { values, end } = isBlockAt(this.tokens, start)
      ? readBlock(this.tokens, start + 1, { target, nodes, locals, depthMax })
      : parseExpression(this.tokens, start, target, { depthMax, several: true });
    this.functions.define(definition, nodes, values);
    return end;
  }

  private symbol(token: Token): Value {
    const name = token.text;
    if (this.functions.has(name)) return this.functions.refer(token);
    const known = this.scope.get(name);
    if (known !== undefined) {
      if (this.unused.size > 0) this.use(name);
      return known;
    }
    const definition = this.definitions.get(name);
    if (definition !== undefined) {
      throw faultAt(token, `${quote(name)} is used before it is defined, on line ${definition.line}`);
    }
    const type = this.sent.get(name);
    if (this.declaresAll && !type) {
      throw faultAt(token, `unknown symbol ${quote(name)}: neither one of \`inputs\` nor defined before`);
    }
    if (!type) this.assumed.add(name);
    this.free.push({ name, ...type });
    this.scope.set(name, name);
    return name;
  }

  /** A name is used, and with it all those of its statement: of several results one may be all that is wanted. */
  private use(name: string): void {
    this.unused.delete(name);
    for (const other of this.together.get(name) ?? []) {
      this.unused.delete(other);
      this.together.delete(other);
    }
  }

  private define({ text: name }: Token, value: Value, dtype: Head["dtype"]): void {
    if (isFunction(value)) {
      this.functions.alias(name, value);
      return;
    }
    if (dtype) this.typed.set(name, dtype);
    if (this.scope.has(name)) {
      this.besideInputs.set(name, value);
      return;
    }
    // The statement's own node is its last, and nothing refers to it yet; without one the name is an alias.
    const own = this.nodes.rename(value, name);
    if (own) this.operators.set(name, own);
    this.scope.set(name, own ? name : value);
    this.unused.add(name);
  }

  /** Names several values: those of a row, or the results of one call. */
  private takeApart(names: readonly Token[], values: readonly Value[]): void {
    const { values: parts, isCall } = partsOf(names, values, this.nodes);
    const group = names.map(({ text }) => text);
    for (const [i, name] of group.entries()) {
      if (name === ignored) continue;
      this.scope.set(name, parts[i]!);
      this.unused.add(name);
      this.together.set(name, group);
      if (isCall) this.resultNames.set(parts[i] as string, name);
    }
  }

  /** What declares its dtype is an output, and those have names of their own: one may be called as an input is. */
  private checkDefinable(token: Token, isTyped: boolean): void {
    const name = describe(token);
    if (token.value !== undefined) throw faultAt(token, `${name} is reserved and cannot be redefined`);
    const first = this.definitions.get(token.text);
    if (first !== undefined && first !== token && token.text !== ignored) {
      throw faultAt(token, `${name} is already defined on line ${first.line}`);
    }
    if (this.functions.has(token.text)) throw faultAt(token, `${name} is a function and cannot be redefined`);
    if (this.scope.has(token.text) && !isTyped) throw faultAt(token, `${name} is an input and cannot be redefined`);
  }

  private graphEndingIn(last: Statement): FormulaGraph {
    const { formula, nodes, free, unused, assumed, resultNames, operators } = this;
    const wanted = formula.outputs ?? (last.names.length > 0 ? last.names : [outputNameDefault]);
    const outputs = wanted.map((name) => this.output(name, last));
    for (const { token } of this.typed.values()) throw faultAt(token, "only outputs have a dtype of their own");
    for (const name of wanted) this.use(name);
    const { constants } = nodes;
    const { entries: functions } = this.functions;
    return {
      document: {
        ...(Object.keys(functions).length > 0 && { functions }),
        inputs: formula.inputs && free.length === 0 ? formula.inputs : [...(formula.inputs ?? []), ...free],
        ...(constants.length > 0 && { constants }),
        nodes: nodes.entries,
        outputs,
        ...labels(formula),
      },
      unused: [...this.functions.unused, ...unused],
      assumed,
      resultNames,
      definitionOf: (name) => this.functions.definition(name)?.name,
      positionOf: (node) => operators.get(node) ?? positionIn(node),
    };
  }

  private output(name: string, last: Statement): OutputEntry {
    const { nodes, scope } = this;
    const isUnnamed = last.names.length === 0;
    const wanted = this.formula.outputs;
    if (isUnnamed && wanted && (!wanted.includes(outputNameDefault) || scope.has(outputNameDefault))) {
      throw faultAt(last.token, "this statement has no effect beside `outputs`: name it or remove it");
    }
    const isLast = isUnnamed && name === outputNameDefault;
    const beside = this.besideInputs.get(name);
    const value = isLast ? last.value : (beside ?? scope.get(name));
    if (value === undefined) throw invalidGraph(`\`outputs\`: ${quote(name)} is neither a statement nor an input`);
    const node = nodes.reference(value, last.token, isLast || beside !== undefined ? undefined : name);
    const dtype = this.typed.get(name)?.name;
    this.typed.delete(name);
    return name === node && dtype === undefined ? name : { name, node, ...(dtype !== undefined && { dtype }) };
  }
}

interface Statement {
  readonly names: readonly string[];
  readonly value: Value;
  readonly token: Token;
}

const outputNameDefault = "y";
