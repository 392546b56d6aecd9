import { computed, effect } from "@preact/signals";
import { show, textIn, view } from "../state/sources.ts";
import { checked, fault, session, translation } from "../state/store.ts";
import { SourceEditor } from "./editor-pane.tsx";

const views = { formula: "Formula", json: "JSON", both: "Both" } as const;

// What is opened is seen in the form that it is written in.
const form = computed(() => session.value.source.form);
effect(() => {
  const written = form.value;
  if (view.peek() !== "both") view.value = written;
});

/** The function: its source, as a formula, as JSON or both side by side, and what the service says of it. */
export function FunctionCard() {
  const forms = view.value === "both" ? (["formula", "json"] as const) : [view.value];
  return (
    <section class={`card function ${view.value}`} aria-labelledby="function-title">
      <header class="card-head">
        <h2 id="function-title">Function</h2>
        <span class="grow" />
        <fieldset class="segments">
          <legend class="hidden">Form</legend>
          {(["formula", "json", "both"] as const).map((name) => (
            <button key={name} type="button" aria-pressed={view.value === name} onClick={() => show(name)}>
              {views[name]}
            </button>
          ))}
        </fieldset>
      </header>
      <div class="forms">
        {forms.map((form) => (
          <div class="form" key={form}>
            {textIn(form) === undefined ? (
              <p class="note pad">{form === "formula" ? "This graph has something that formulas cannot say." : "…"}</p>
            ) : (
              <SourceEditor form={form} />
            )}
          </div>
        ))}
      </div>
      <Verdict />
    </section>
  );
}

function Verdict() {
  const problem = fault.value;
  const { data } = checked.value;
  if (problem) {
    const { line, column, message } = problem;
    return (
      <p class="verdict bad" role="status" data-testid="problem">
        {line !== undefined && (
          <span class="place">
            line {line}, column {column}
          </span>
        )}
        {message}
      </p>
    );
  }
  const inputs = data?.inputs.length ?? 0;
  const warnings = data?.warnings ?? [];
  return (
    <p class={`verdict ${warnings.length > 0 ? "doubtful" : ""}`} role="status">
      {data && translation.value
        ? `${counted(data.nodes, "step")}, ${counted(inputs, "input")}, ${counted(data.outputs.length, "output")}`
        : "…"}
      {warnings.map(({ message }) => (
        <span key={message} class="warning">
          {message}
        </span>
      ))}
    </p>
  );
}

function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}
