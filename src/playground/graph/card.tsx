import { useSignal } from "@preact/signals";
import { traced } from "../state/store.ts";
import { DirectionChoice, PlayerBar } from "../steps/player-bar.tsx";
import { layout, model } from "./drawing.ts";
import { Inspector } from "./inspector.tsx";
import { GraphView } from "./view.tsx";

/** The drawing of the graph, the sweep through it, and what is known of the node that is pointed at. */
export function GraphCard() {
  const pointed = useSignal<string | undefined>(undefined);
  const { problem } = traced.value;
  return (
    <section class="card graph-card" aria-labelledby="graph-title">
      <header class="card-head">
        <h2 id="graph-title">Graph</h2>
        <span class="grow" />
        <DirectionChoice />
      </header>
      {problem && !model.value ? (
        <p class="verdict bad" role="status">
          {problem.message}
        </p>
      ) : (
        model.value && layout.value && <GraphView model={model.value} layout={layout.value} pointed={pointed} />
      )}
      <PlayerBar />
      <Inspector name={pointed.value} />
    </section>
  );
}
