import { useSignal } from "@preact/signals";
import { fault, traced } from "../state/store.ts";
import { DirectionChoice, PlayerBar } from "../steps/player-bar.tsx";
import { DownloadButtons } from "./download.tsx";
import { focus, folding, isFolding, layout, model, unfolded, whole } from "./drawing.ts";
import { Inspector } from "./inspector.tsx";
import { GraphView } from "./view.tsx";

/** The drawing of the graph, the sweep through it, and what is known of the node that is pointed at. */
export function GraphCard() {
  const pointed = useSignal<string | undefined>(undefined);
  const { problem } = traced.value;
  return (
    <section class={`card graph-card ${fault.value ? "stale" : ""}`} aria-labelledby="graph-title">
      <header class="card-head">
        <h2 id="graph-title">Graph</h2>
        <FoldChoice />
        <span class="grow" />
        <DownloadButtons />
        <DirectionChoice />
      </header>
      {problem && (
        <p class="verdict bad" role="status">
          {problem.message}
          {whole.value && "; drawn without values"}
        </p>
      )}
      {model.value && layout.value && <GraphView model={model.value} layout={layout.value} pointed={pointed} />}
      {!layout.value && <div class="graph-frame" />}
      <LeftOut />
      <PlayerBar />
      <Inspector name={pointed.value} />
    </section>
  );
}

/** Whether nodes without a name are folded into the statements that use them. */
function FoldChoice() {
  const count = whole.value?.nodes.length ?? 0;
  const folds = (model.value?.folded.size ?? 0) > 0;
  if (!folds && (!folding.value || count === 0) && isFolding.value === undefined) return null;
  return (
    <button
      type="button"
      class="button"
      aria-pressed={folding.value}
      onClick={() => {
        isFolding.value = !folding.peek();
        unfolded.value = new Set();
      }}
    >
      {folding.value ? "Unfold all" : "Fold"}
    </button>
  );
}

function LeftOut() {
  const { leftOut = 0, nodes = [] } = model.value ?? {};
  if (leftOut === 0) return null;
  return (
    <p class="note pad" data-testid="left-out">
      {nodes.length} of {nodes.length + leftOut} nodes are drawn, those nearest to{" "}
      {focus.value === undefined ? "the outputs" : focus.value}; {leftOut} are left out.{" "}
      {focus.value !== undefined && (
        <button
          type="button"
          class="button"
          onClick={() => {
            focus.value = undefined;
          }}
        >
          Back to the outputs
        </button>
      )}
    </p>
  );
}
