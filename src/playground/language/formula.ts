import { parser } from "virtual:formula-parser";
import { LanguageSupport, LRLanguage } from "@codemirror/language";
import { styleTags, tags } from "@lezer/highlight";

/** Formulas, for the editor. */
export function formula(): LanguageSupport {
  return new LanguageSupport(language);
}

const language = LRLanguage.define({
  name: "formula",
  parser: parser.configure({
    props: [
      styleTags({
        Number: tags.number,
        Text: tags.string,
        Comment: tags.lineComment,
        Constant: tags.constant(tags.name),
        "Name Quoted": tags.variableName,
        "Definition/Name": tags.definition(tags.variableName),
        "Attribute/Name Member": tags.propertyName,
        "Call/Name": tags.function(tags.variableName),
        "Operator Transpose": tags.operator,
        "Word/Keyword": tags.operatorKeyword,
        Equals: tags.definitionOperator,
        "( )": tags.paren,
        "[ ]": tags.squareBracket,
        "Punctuation!": tags.separator,
      }),
    ],
  }),
  languageData: { closeBrackets: { brackets: ["(", "[", '"'] }, commentTokens: { line: "#" } },
});
