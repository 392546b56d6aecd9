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
        Constant: tags.constant(tags.name),
        Name: tags.variableName,
        "Definition/Name": tags.definition(tags.variableName),
        "Call/Name": tags.function(tags.variableName),
        Operator: tags.operator,
        Equals: tags.definitionOperator,
        "( )": tags.paren,
        ", ;": tags.separator,
      }),
    ],
  }),
  languageData: { closeBrackets: { brackets: ["("] } },
});
