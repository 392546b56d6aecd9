import { binaries, constants, prefixes, words } from "../../syntax/formula/grammar.ts";

/**
 * The Lezer grammar of formulas, made from the tables that the service's own reader uses: symbols, words and reserved names.
 * It knows operands from what stands between them, and brackets, but not how tightly operators hold: it only colours what
 * is being typed.
 */
export function formulaGrammar(): string {
  const isWord = (symbol: string) => words.has(symbol);
  const symbols = [...new Set([...binaries.keys(), ...prefixes.keys(), "|"])].filter((symbol) => !isWord(symbol));
  const special = (node: string, names: Iterable<string>) =>
    [...names].map((name) => `@specialize[@name=${node}]<Name, ${quoted(name)}>`).join(" | ");
  return `
@precedence { postfix, definition }
@top Formula { (Definition | FunctionDefinition | part)* }
Definition { Name (!definition ":" Type { Name })? !definition Equals }
FunctionDefinition { Call Equals }
Attribute { Name !definition Equals }
part { operand | Operator | Word | Punctuation }
operand { atom postfix* }
postfix { !postfix Index | !postfix Transpose | !postfix Member Equals? }
atom { Number | Text | constant | Name | Quoted | Call | Parenthesized | Array }
constant { ${special("Constant", constants.keys())} }
Word { ${special("Keyword", words)} }
Call { Name !postfix "(" Apostrophes? (Attribute Apostrophes? | part)* ")" }
Apostrophes[@name=Text] { apostrophes }
Parenthesized { "(" (Definition | part)* ")" }
Array { "[" part* "]" }
Index { "[" part* "]" }
Punctuation { "," | ";" | ":" | "..." }
@skip { space | Comment }
@tokens {
  space { $[ \\t\\n\\r]+ }
  Comment { "#" ![\\n\\r]* }
  Name { $[A-Za-z_] $[A-Za-z0-9_]* }
  Quoted { "\`" ![\`\\n\\r]* "\`" }
  Number { ($[0-9]+ ("." $[0-9]*)? | "." $[0-9]+) ($[eE] $[+\\-]? $[0-9]+)? }
  Text { '"' (![\\\\"\\n\\r] | "\\\\" _)* '"' }
  apostrophes { "'" (![\\\\'\\n\\r] | "\\\\" _)* "'" }
  Member { "." $[A-Za-z_] $[A-Za-z0-9_]* }
  Transpose { "'" }
  Operator { ${symbols.map(quoted).join(" | ")} }
  Equals { "=" }
  "(" ")" "[" "]" "," ";" ":" "..."
  @precedence { Member, Number }
}
@detectDelim
`;
}

function quoted(text: string): string {
  return JSON.stringify(text);
}
