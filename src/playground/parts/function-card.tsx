import { checked, translation } from "../state/store.ts";
import { SourceEditor } from "./editor-pane.tsx";

/** The function: its source, and what the service says of it. */
export function FunctionCard() {
  return (
    <section class="card function" aria-labelledby="function-title">
      <header class="card-head">
        <h2 id="function-title">Function</h2>
      </header>
      <SourceEditor />
      <Verdict />
    </section>
  );
}

function Verdict() {
  const { problem, data } = checked.value;
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
