import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { json } from "@codemirror/lang-json";
import { bracketMatching, syntaxHighlighting } from "@codemirror/language";
import { lintKeymap, setDiagnostics } from "@codemirror/lint";
import { Compartment, EditorState, type Extension } from "@codemirror/state";
import { drawSelection, EditorView, keymap, lineNumbers } from "@codemirror/view";
import type { Problem } from "../api/problem.ts";
import { formula } from "./formula.ts";
import { highlighting, theme } from "./looks.ts";
import { type OperatorInfo, operatorCompletion, operatorNames } from "./operators.ts";
import { rangeOfProblem } from "./places.ts";

/** An editor of formulas or JSON in a part of the page. */
export interface Editor {
  readonly view: EditorView;
  /** Shows another text, without telling of it; the cursor stays where the text is the same. */
  show(text: string): void;
  /** Marks where a problem is, or that there is none. */
  mark(problem: Problem | undefined): void;
  /** Tells which operators there are. */
  know(operators: readonly OperatorInfo[]): void;
}

/** Makes an editor; `changed` hears of each change that a person makes. */
export function createEditor(
  parent: HTMLElement,
  options: { readonly form: "formula" | "json"; readonly label: string; readonly changed: (text: string) => void },
): Editor {
  // In a shadow root, as there its styles are adopted sheets, which the content security policy admits.
  const root = parent.shadowRoot ?? parent.attachShadow({ mode: "open" });
  const known = new Compartment();
  let isShowing = false;
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      extensions: [
        lineNumbers(),
        history(),
        drawSelection(),
        bracketMatching(),
        closeBrackets(),
        autocompletion({ icons: false }),
        EditorView.lineWrapping,
        // Tab leaves the editor, as everywhere on the page.
        keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap, ...completionKeymap, ...lintKeymap]),
        options.form === "json" ? json() : formula(),
        known.of([]),
        syntaxHighlighting(highlighting),
        theme,
        EditorView.contentAttributes.of({ "aria-label": options.label }),
        EditorView.updateListener.of(({ docChanged, state }) => {
          if (docChanged && !isShowing) options.changed(state.doc.toString());
        }),
      ],
    }),
  });
  return {
    view,
    show(text) {
      const { doc } = view.state;
      if (doc.toString() === text) return;
      isShowing = true;
      view.dispatch({ changes: { from: 0, to: doc.length, insert: text } });
      isShowing = false;
    },
    mark(problem) {
      const range = problem && rangeOfProblem(view.state.doc.toString(), problem, options.form);
      const diagnostics = range ? [{ ...range, severity: "error" as const, message: problem.message }] : [];
      view.dispatch(setDiagnostics(view.state, diagnostics));
    },
    know(operators) {
      const aware: Extension = options.form === "json" ? [] : [operatorCompletion(operators), operatorNames(operators)];
      view.dispatch({ effects: known.reconfigure(aware) });
    },
  };
}
