import type { Limits } from "../../config.ts";
import { invalidGraph, limitExceeded, quote } from "../../errors.ts";
import { Budget } from "../../graph/budget.ts";
import { dtypes } from "../../graph/dtype.ts";
import { type Position, placeAt } from "../../text/place.ts";
import type { Argument, FormulaDocument, GraphDocument, Labels, OutputEntry } from "../document.ts";
import type { SentTypes } from "../source.ts";
import { parseExpression } from "./expression.ts";
import { isReserved } from "./grammar.ts";
import { describe, FormulaFault, faultAt, type Token, tokenize } from "./lexer.ts";
import { type FreshName, Nodes } from "./nodes.ts";
import { List, type Value } from "./values.ts";

/** A formula in the graph form, and what is known of it beside. */
export interface FormulaGraph {
  readonly document: GraphDocument;
  /** The named statements that nothing uses. */
  readonly unused: readonly string[];
  /** The inputs of which nothing says that they are scalars. */
  readonly assumed: ReadonlySet<string>;
  /** Where the operator of a node stands in the formula; undefined for what is no node. */
  positionOf(node: string): Position | undefined;
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
    if (!(fault instanceof FormulaFault)) throw fault;
    throw invalidGraph(fault.message, {}, placeAt(formula.expression, fault.position));
  }
}

/** Whether {@link translateFormula} made a name up. */
export function isMadeUp(name: string): boolean {
  return madeUp.test(name);
}

type FormulaLimits = Pick<Limits, "formulaLength" | "formulaDepth" | "nodes">;

const madeUp = /_at_(\d+)_(\d+)(_\d+)?$/;

function translate(formula: FormulaDocument, limits: FormulaLimits, budget: Budget, sent: SentTypes): FormulaGraph {
  const { expression } = formula;
  if (expression.length > limits.formulaLength) {
    throw limitExceeded("formulaLength", limits.formulaLength, expression.length);
  }
  const { tokens, names } = tokenize(expression, budget);
  const given = formula.inputs === undefined ? undefined : inputNames(formula.inputs, tokens);
  const freshName = namesBeside([...names, ...(given ?? [])]);
  const definitions = findDefinitions(tokens);
  const free: { name: string; shape?: readonly number[]; dtype?: string }[] = [];
  const assumed = new Set<string>();
  const nodes = new Nodes(freshName, limits, budget);
  const scope = new Map<string, Value>(given?.map((name) => [name, name]));
  const unused = new Set<string>();
  const typed = new Map<string, DeclaredType>();
  const operators = new Map<string, Token>();

  const symbol = (token: Token): Value => {
    const name = token.text;
    const known = scope.get(name);
    if (known !== undefined) {
      if (unused.size > 0) unused.delete(name);
      return known;
    }
    const definition = definitions.get(name);
    if (definition !== undefined) {
      throw faultAt(token, `${quote(name)} is used before it is defined, on line ${definition.line}`);
    }
    const type = sent.get(name);
    if (given !== undefined && !type) {
      throw faultAt(token, `unknown symbol ${quote(name)}: neither one of \`inputs\` nor defined before`);
    }
    if (!type) assumed.add(name);
    free.push({ name, ...type });
    scope.set(name, name);
    return name;
  };
  const target = {
    symbol,
    node: nodes.node.bind(nodes),
    call: nodes.call.bind(nodes),
    stack: nodes.stack.bind(nodes),
    index: nodes.index.bind(nodes),
    member: nodes.member.bind(nodes),
  };

  let last: Statement | undefined;
  for (let at = 0; tokens[at]!.kind !== "end"; ) {
    const head = tokens[at]!;
    if (head.kind === "separator") {
      at += 1;
      continue;
    }
    if (last !== undefined && last.name === undefined) {
      throw faultAt(last.head, "this statement has no effect: name it or remove it");
    }
    const begin = definitionLength(tokens, at);
    const name = begin > 0 ? head.text : undefined;
    if (name !== undefined) checkDefinable(head, scope, definitions);
    if (name !== undefined && begin > plainDefinition) typed.set(name, typeAt(tokens[at + 2]!));
    const nodesBefore = nodes.entries.length;
    const parsed = parseExpression(tokens, at + begin, target, limits.formulaDepth);
    at = parsed.end;
    let { value } = parsed;
    if (name !== undefined) {
      // The statement's own node is its last, and nothing refers to it yet; without one the name is an alias.
      if (nodes.entries.length > nodesBefore && value === nodes.entries.at(-1)!.id) {
        value = nodes.entries.at(-1)!.id = name;
        operators.set(name, nodes.newest!);
      }
      scope.set(name, value);
      unused.add(name);
    }
    last = { name, value, head };
  }
  if (last === undefined) throw faultAt(tokens.at(-1)!, "expected a statement, found the end of the formula");

  const outputs = resolveOutputs(formula.outputs, last, scope, nodes, freshName).map(({ name, node }): OutputEntry => {
    const dtype = typed.get(name)?.dtype;
    typed.delete(name);
    return name === node && dtype === undefined ? name : { name, node, ...(dtype !== undefined && { dtype }) };
  });
  for (const { token } of typed.values()) throw faultAt(token, "only outputs have a dtype of their own");
  for (const name of formula.outputs ?? (last.name === undefined ? [] : [last.name])) unused.delete(name);
  const { constants } = nodes;
  return {
    document: {
      inputs: formula.inputs && free.length === 0 ? formula.inputs : [...(formula.inputs ?? []), ...free],
      ...(constants.length > 0 && { constants }),
      nodes: nodes.entries,
      outputs,
      ...labels(formula),
    },
    unused: [...unused],
    assumed,
    positionOf: (node) => operators.get(node) ?? positionIn(node),
  };
}

function positionIn(name: string): Position | undefined {
  const [, line, column] = madeUp.exec(name) ?? [];
  return line === undefined ? undefined : { line: Number(line), column: Number(column) };
}

interface Statement {
  readonly name: string | undefined;
  readonly value: Value;
  readonly head: Token;
}

const outputNameDefault = "y";

/** Names made of a word and a position; two positions never give the same name, so only foreign names are looked at. */
function namesBeside(others: readonly string[]): FreshName {
  const taken = new Set(others.filter((name) => name.includes("_at_")));
  const wordLengthMax = 80; // leaves room for position and suffix within the 128 characters of a name
  return (word, { line, column }) => {
    const name = `${word.slice(0, wordLengthMax)}_at_${line}_${column}`;
    let unique = name;
    for (let suffix = 2; taken.has(unique); suffix += 1) unique = `${name}_${suffix}`;
    return unique;
  };
}

/** The names of declared inputs. One that formulas reserve has to be in backticks wherever it is meant, and so has it to be. */
function inputNames(inputs: readonly unknown[], tokens: readonly Token[]): string[] {
  const names: string[] = [];
  for (const input of inputs) {
    if (typeof input !== "object" || input === null || !("name" in input) || typeof input.name !== "string") continue;
    const { name } = input;
    if (isReserved(name)) {
      const uses = tokens.filter(({ kind, text }) => text === name && (kind === "name" || kind === "symbol"));
      const bare = uses.find(({ kind, value }) => kind === "symbol" || value !== undefined);
      const rule = `${quote(name)} is reserved in formulas`;
      if (bare) throw faultAt(bare, `${rule}: write \`${name}\` in backticks for the input`);
      if (uses.length === 0) throw invalidGraph(`\`inputs\`: ${rule}`);
    }
    names.push(name);
  }
  return names;
}

function findDefinitions(tokens: readonly Token[]): ReadonlyMap<string, Token> {
  const definitions = new Map<string, Token>();
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at]!;
    const starts = at === 0 || tokens[at - 1]!.kind === "separator";
    if (starts && definitionLength(tokens, at) > 0 && !definitions.has(token.text)) definitions.set(token.text, token);
  }
  return definitions;
}

const plainDefinition = 2;
const typedDefinition = 4;

/** The number of tokens up to what a statement at a place gives a name, `v =` or `v: float32 =`; 0 where it gives none. */
function definitionLength(tokens: readonly Token[], at: number): number {
  if (tokens[at]!.kind !== "name") return 0;
  const is = (offset: number, text: string) =>
    tokens[at + offset]?.kind === "symbol" && tokens[at + offset]!.text === text;
  if (is(1, "=")) return plainDefinition;
  return is(1, ":") && tokens[at + 2]?.kind === "name" && is(3, "=") ? typedDefinition : 0;
}

/** A dtype that a statement declares. */
interface DeclaredType {
  readonly dtype: string;
  readonly token: Token;
}

function typeAt(token: Token): DeclaredType {
  const dtype = dtypes.find((name) => name === token.text);
  if (!dtype) throw faultAt(token, `${describe(token)} is no dtype; known: ${dtypes.join(", ")}`);
  return { dtype, token };
}

function checkDefinable(
  token: Token,
  scope: ReadonlyMap<string, Value>,
  definitions: ReadonlyMap<string, Token>,
): void {
  const name = describe(token);
  if (token.value !== undefined) throw faultAt(token, `${name} is reserved and cannot be redefined`);
  const first = definitions.get(token.text);
  if (first !== undefined && first !== token) throw faultAt(token, `${name} is already defined on line ${first.line}`);
  if (scope.has(token.text)) throw faultAt(token, `${name} is an input and cannot be redefined`);
}

function resolveOutputs(
  names: FormulaDocument["outputs"],
  last: Statement,
  scope: ReadonlyMap<string, Value>,
  nodes: Nodes,
  freshName: FreshName,
): { readonly name: string; readonly node: string }[] {
  const unnamed = last.name === undefined;
  if (unnamed && names !== undefined && (!names.includes(outputNameDefault) || scope.has(outputNameDefault))) {
    throw faultAt(last.head, "this statement has no effect beside `outputs`: name it or remove it");
  }
  return (names ?? [last.name ?? outputNameDefault]).map((name) => {
    const isLast = unnamed && name === outputNameDefault;
    const value = isLast ? last.value : scope.get(name);
    if (value === undefined) throw invalidGraph(`\`outputs\`: ${quote(name)} is neither a statement nor an input`);
    const argument = value instanceof List && !isLast ? nodes.constant(value, name) : nodes.argument(value, last.head);
    if (isReference(argument)) return { name, node: argument };
    const node = isLast ? freshName("constant", last.head) : name;
    nodes.constants.push({ name: node, value: argument });
    return { name, node };
  });
}

function isReference(value: Argument): value is string {
  return typeof value === "string" && value !== "NaN" && value !== "Infinity" && value !== "-Infinity";
}

function labels({ name, description, version }: Labels): Labels {
  return {
    ...(name !== undefined && { name }),
    ...(description !== undefined && { description }),
    ...(version !== undefined && { version }),
  };
}
