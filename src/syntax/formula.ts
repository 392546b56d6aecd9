import type { Limits } from "../config.ts";
import { invalidGraph, limitExceeded, quote } from "../errors.ts";
import { Budget } from "../graph/budget.ts";
import { type Position, placeAt } from "../text/place.ts";
import type { Argument, FormulaDocument, GraphDocument, Inline, Labels, OutputEntry } from "./document.ts";
import { parseExpression } from "./formula-expression.ts";
import { describe, FormulaFault, faultAt, reservedNames, type Token, tokenize } from "./formula-lexer.ts";

/** A formula in the graph form, and what is known of it beside. */
export interface FormulaGraph {
  readonly document: GraphDocument;
  /** The named statements that nothing uses. */
  readonly unused: readonly string[];
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
): FormulaGraph {
  try {
    return translate(formula, limits, budget);
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

const budgetPerNode = 10;
const madeUp = /_at_(\d+)_(\d+)(_\d+)?$/;

function translate(formula: FormulaDocument, limits: FormulaLimits, budget: Budget): FormulaGraph {
  const { expression } = formula;
  if (expression.length > limits.formulaLength) {
    throw limitExceeded("formulaLength", limits.formulaLength, expression.length);
  }
  const { tokens, names } = tokenize(expression, budget);
  const given = formula.inputs === undefined ? undefined : inputNames(formula.inputs);
  const freshName = namesBeside([...names, ...(given ?? [])]);
  const definitions = findDefinitions(tokens);
  const free: { name: string }[] = [];
  const nodes: { id: string; op: string; args: readonly Argument[] }[] = [];
  const scope = new Map<string, Argument>(given?.map((name) => [name, name]));
  const unused = new Set<string>();
  const operators = new Map<string, Token>();

  const symbol = (token: Token): Argument => {
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
    if (given !== undefined) {
      throw faultAt(token, `unknown symbol ${quote(name)}: neither one of \`inputs\` nor defined before`);
    }
    free.push({ name });
    scope.set(name, name);
    return name;
  };
  let newest: Token | undefined;
  const node = (op: string, args: readonly Argument[], token: Token): Argument => {
    newest = token;
    budget.spend(budgetPerNode);
    if (nodes.length >= limits.nodes) throw limitExceeded("nodes", limits.nodes, nodes.length + 1);
    const id = freshName(op, token);
    nodes.push({ id, op, args });
    return id;
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
    const name = isDefinition(tokens, at) ? head.text : undefined;
    if (name !== undefined) checkDefinable(head, scope, definitions);
    const nodesBefore = nodes.length;
    const parsed = parseExpression(tokens, name === undefined ? at : at + 2, { symbol, node }, limits.formulaDepth);
    at = parsed.end;
    let { value } = parsed;
    if (name !== undefined) {
      // The statement's own node is its last, and nothing refers to it yet; without one the name is an alias.
      if (nodes.length > nodesBefore) {
        value = nodes.at(-1)!.id = name;
        operators.set(name, newest!);
      }
      scope.set(name, value);
      unused.add(name);
    }
    last = { name, value, head };
  }
  if (last === undefined) throw faultAt(tokens.at(-1)!, "expected a statement, found the end of the formula");

  const { outputs, constants } = resolveOutputs(formula.outputs, last, scope, freshName);
  for (const name of formula.outputs ?? (last.name === undefined ? [] : [last.name])) unused.delete(name);
  return {
    document: {
      inputs: formula.inputs ?? free,
      ...(constants.length > 0 && { constants }),
      nodes,
      outputs,
      ...labels(formula),
    },
    unused: [...unused],
    positionOf: (node) => operators.get(node) ?? positionIn(node),
  };
}

function positionIn(name: string): Position | undefined {
  const [, line, column] = madeUp.exec(name) ?? [];
  return line === undefined ? undefined : { line: Number(line), column: Number(column) };
}

interface Statement {
  readonly name: string | undefined;
  readonly value: Argument;
  readonly head: Token;
}

type FreshName = (word: string, position: Position) => string;

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

function inputNames(inputs: readonly unknown[]): string[] {
  const names: string[] = [];
  for (const input of inputs) {
    if (typeof input !== "object" || input === null || !("name" in input) || typeof input.name !== "string") continue;
    if (reservedNames.has(input.name)) throw invalidGraph(`\`inputs\`: ${quote(input.name)} is reserved in formulas`);
    names.push(input.name);
  }
  return names;
}

function findDefinitions(tokens: readonly Token[]): ReadonlyMap<string, Token> {
  const definitions = new Map<string, Token>();
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at]!;
    const starts = at === 0 || tokens[at - 1]!.kind === "separator";
    if (starts && isDefinition(tokens, at) && !definitions.has(token.text)) definitions.set(token.text, token);
  }
  return definitions;
}

function isDefinition(tokens: readonly Token[], at: number): boolean {
  return tokens[at]!.kind === "name" && tokens[at + 1]?.text === "=";
}

function checkDefinable(
  token: Token,
  scope: ReadonlyMap<string, Argument>,
  definitions: ReadonlyMap<string, Token>,
): void {
  const name = describe(token);
  if (token.value !== undefined) throw faultAt(token, `${name} is reserved and cannot be redefined`);
  const first = definitions.get(token.text);
  if (first !== undefined && first !== token) throw faultAt(token, `${name} is already defined on line ${first.line}`);
  if (scope.has(token.text)) throw faultAt(token, `${name} is an input and cannot be redefined`);
}

function resolveOutputs(
  names: readonly string[] | undefined,
  last: Statement,
  scope: ReadonlyMap<string, Argument>,
  freshName: FreshName,
): { outputs: OutputEntry[]; constants: { name: string; value: Inline }[] } {
  const constants: { name: string; value: Inline }[] = [];
  const unnamed = last.name === undefined;
  if (unnamed && names !== undefined && (!names.includes(outputNameDefault) || scope.has(outputNameDefault))) {
    throw faultAt(last.head, "this statement has no effect beside `outputs`: name it or remove it");
  }
  const outputs = (names ?? [last.name ?? outputNameDefault]).map((name): OutputEntry => {
    const isLast = unnamed && name === outputNameDefault;
    const value = isLast ? last.value : scope.get(name);
    if (value === undefined) throw invalidGraph(`\`outputs\`: ${quote(name)} is neither a statement nor an input`);
    if (!isInline(value)) return value === name ? name : { name, node: value };
    const constant = { name: isLast ? freshName("constant", last.head) : name, value };
    constants.push(constant);
    return isLast ? { name, node: constant.name } : name;
  });
  return { outputs, constants };
}

function isInline(value: Argument): value is Inline {
  return typeof value === "number" || value === "NaN" || value === "Infinity" || value === "-Infinity";
}

function labels({ name, description, version }: Labels): Labels {
  return {
    ...(name !== undefined && { name }),
    ...(description !== undefined && { description }),
    ...(version !== undefined && { version }),
  };
}
