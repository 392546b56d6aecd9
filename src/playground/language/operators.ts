import type { Completion, CompletionContext, CompletionResult } from "@codemirror/autocomplete";
import { syntaxTree } from "@codemirror/language";
import { EditorState, type Extension, RangeSetBuilder } from "@codemirror/state";
import { Decoration, type DecorationSet, type EditorView, ViewPlugin, type ViewUpdate } from "@codemirror/view";
import type { Wire } from "../api/wire.ts";

/** What the service publishes of an operator. */
export type OperatorInfo = Wire["Operator"];

/** Completes operators, with what they are and how they are differentiated, and names that the formula has. */
export function operatorCompletion(operators: readonly OperatorInfo[]): Extension {
  const offered = operators.flatMap((operator) => [completionOf(operator), ...elsewhereOf(operator)]);
  const autocomplete = (context: CompletionContext): CompletionResult | null => {
    const word = context.matchBefore(/[A-Za-z_]\w*/);
    if (!word && !context.explicit) return null;
    const from = word?.from ?? context.pos;
    return { from, options: [...offered, ...namesIn(context.state, from)], validFor: /^\w*$/ };
  };
  // One and the same source at each place, or what it answers counts as another's.
  const data = [{ autocomplete }];
  return EditorState.languageData.of(() => data);
}

/** Marks the calls of operators that exist. */
export function operatorNames(operators: readonly OperatorInfo[]): Extension {
  const names = new Set(operators.flatMap(({ name, aliases }) => [name, ...aliases]));
  const marked = (view: EditorView) => {
    const builder = new RangeSetBuilder<Decoration>();
    syntaxTree(view.state).iterate({
      enter(node) {
        const { name, from, to } = node;
        if (name !== "Name" || !node.matchContext(["Call"])) return;
        if (names.has(view.state.sliceDoc(from, to)) && view.state.sliceDoc(to, to + 1) === "(") {
          builder.add(from, to, mark);
        }
      },
    });
    return builder.finish();
  };
  return ViewPlugin.fromClass(
    class {
      decorations: DecorationSet;

      constructor(view: EditorView) {
        this.decorations = marked(view);
      }

      update({ docChanged, view }: ViewUpdate) {
        if (docChanged) this.decorations = marked(view);
      }
    },
    { decorations: ({ decorations }) => decorations },
  );
}

const mark = Decoration.mark({ class: "cm-operator-name" });

/** An operator by the names that it has elsewhere, which are found by and not written. */
function elsewhereOf(operator: OperatorInfo): Completion[] {
  const own = completionOf(operator);
  const others = (operator.elsewhere ?? []).filter((word) => !operator.aliases.includes(word));
  return others.map((word) => ({ ...own, label: word, detail: ` is ${operator.name}`, boost: -60 }));
}

function completionOf(operator: OperatorInfo): Completion {
  const { name, signature, summary, derivative, kinks, cost, example } = operator;
  const needsMore = operator.attributes.some(({ required }) => required);
  return {
    label: name,
    detail: signature.slice(name.length),
    type: "function",
    boost: needsMore ? -50 : 0,
    apply: `${name}(`,
    info: () => {
      const box = document.createElement("div");
      const add = (tag: string, text: string) => {
        const element = document.createElement(tag);
        element.textContent = text;
        box.append(element);
      };
      add("p", summary);
      add("code", derivative);
      if (kinks !== undefined) add("p", `kinks: ${kinks}`);
      if (example !== undefined) add("code", example);
      add("p", `cost: ${cost}`);
      return box;
    },
  };
}

function namesIn(state: EditorState, typedAt: number): Completion[] {
  const names = new Set<string>();
  syntaxTree(state).iterate({
    enter(node) {
      const isCalled = node.matchContext(["Call"]) && state.sliceDoc(node.to, node.to + 1) === "(";
      if (node.name === "Name" && node.from !== typedAt && !isCalled) names.add(state.sliceDoc(node.from, node.to));
    },
  });
  return [...names].map((label) => ({ label, type: "variable", boost: 1 }));
}
