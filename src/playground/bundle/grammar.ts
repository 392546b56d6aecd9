import { reservedNames } from "../../syntax/formula-lexer.ts";
import { binaries, precedences } from "../../syntax/symbols.ts";

/**
 * The Lezer grammar of formulas, made from the tables that the service's own reader uses: symbols, how tightly they hold,
 * and reserved names. It is more lenient, as it only colours what is being typed.
 */
export function formulaGrammar(): string {
  const { unary, power } = precedences;
  const levels = [...new Set([...[...binaries.values()].map(({ precedence }) => precedence), unary])].sort(
    (a, b) => b - a,
  );
  const declared = levels.map((level) => `p${level}${level === power ? " @right" : level === unary ? "" : " @left"}`);
  const binary = [...binaries].map(
    ([symbol, { precedence }]) => `expression !p${precedence} Operator${index(symbol)} expression`,
  );
  const symbols = [...binaries.keys()].map(
    (symbol) => `Operator${index(symbol)}[@name=Operator] { ${quoted(symbol)} }`,
  );
  const constants = [...reservedNames.keys()].map((name) => `@specialize[@name=Constant]<Name, ${quoted(name)}>`);
  return `
@precedence { call, ${declared.join(", ")} }
@top Formula { (Definition | expression | ";")* }
Definition { Name Equals expression }
expression { Number | ${constants.join(" | ")} | Name | Call | Parenthesized | Negated | Binary }
Call { Name !call "(" (expression ("," expression)*)? ")" }
Parenthesized { "(" expression ")" }
Negated { !p${unary} Sign expression }
Sign[@name=Operator] { "-" | "+" }
Binary { ${binary.join(" | ")} }
${symbols.join("\n")}
@skip { space }
@tokens {
  space { $[ \\t\\n\\r]+ }
  Name { $[A-Za-z_] $[A-Za-z0-9_]* }
  Number { ($[0-9]+ ("." $[0-9]*)? | "." $[0-9]+) ($[eE] $[+\\-]? $[0-9]+)? }
  Equals { "=" }
  "(" ")" "," ";"
}
@detectDelim
`;
}

const symbolNames = [...binaries.keys()];

function index(symbol: string): number {
  return symbolNames.indexOf(symbol);
}

function quoted(text: string): string {
  return JSON.stringify(text);
}
