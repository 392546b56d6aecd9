import { type Signal, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Direction } from "../state/session.ts";
import { session } from "../state/store.ts";
import { known } from "../steps/player.ts";
import { nodeNow } from "./drawing.ts";
import { Edges } from "./edges.tsx";
import type { FoldedModel } from "./fold.ts";
import { useGestures } from "./gestures.ts";
import type { Box, Layout } from "./layout.ts";
import { NodeFigure } from "./node.tsx";
import { holding, legible, pan, type Size, type Viewport, whole, zoom } from "./viewport.ts";

/** The drawing: dragged and turned by the mouse, and by arrows, plus and minus when it has the focus. */
export function GraphView(props: {
  readonly model: FoldedModel;
  readonly layout: Layout;
  readonly pointed: Signal<string | undefined>;
}) {
  const { model, layout, pointed } = props;
  const place = useRef<HTMLDivElement>(null);
  const size = useSignal<Size>({ width: 600, height: 400 });
  const chosen = useSignal<Viewport | undefined>(undefined);
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => {
      const { width, height } = entry!.contentRect;
      size.value = { width, height };
    });
    observer.observe(place.current!);
    return () => observer.disconnect();
  }, [size]);
  const { direction } = session.value;
  // Another drawing begins where its sweep does.
  useEffect(() => {
    chosen.value = undefined;
  }, [layout, direction]);
  const view = chosen.value ?? legible(layout, size.value, beginning(model, layout, direction));
  const latest = useRef(view);
  latest.current = view;
  const now = nodeNow.value;
  useEffect(() => {
    const box = now === undefined ? undefined : layout.nodes.get(now);
    if (box) chosen.value = holding(latest.current, size.value, box);
  }, [now, layout]);
  const middle = { x: size.value.width / 2, y: size.value.height / 2 };
  const turn = (factor: number, at = middle) => {
    chosen.value = zoom(view, factor, at);
  };
  const move = (dx: number, dy: number) => {
    chosen.value = pan(view, dx, dy);
  };
  const showWhole = () => {
    chosen.value = whole(layout, size.value);
  };
  useGestures(place, { turn, move, showWhole });
  const { width, height } = size.value;
  const seen = `${view.x} ${view.y} ${width / view.scale} ${height / view.scale}`;
  return (
    <div class={`graph-frame ${direction}`} ref={place}>
      <svg
        class="graph"
        viewBox={seen}
        aria-label="Graph of the function. Arrow keys move it, plus and minus enlarge it, 0 shows all of it."
      >
        <title>Graph of the function</title>
        <Edges layout={layout} />
        {model.nodes.map((node) => (
          <NodeFigure
            key={node.name}
            node={node}
            box={layout.nodes.get(node.name)!}
            known={known.value.get(node.name)}
            isNow={now === node.name}
            folded={model.folded.get(node.name) ?? 0}
            pointed={pointed}
          />
        ))}
      </svg>
      <div class="zoom">
        <button type="button" aria-label="Enlarge" onClick={() => turn(1.25)}>
          +
        </button>
        <button type="button" aria-label="Make smaller" onClick={() => turn(0.8)}>
          −
        </button>
        <button type="button" aria-label="Show all of the graph" onClick={showWhole}>
          ⤢
        </button>
      </div>
    </div>
  );
}

/** Where a sweep begins: at the first input, or at the output that something is sent into. */
function beginning({ nodes }: FoldedModel, layout: Layout, direction: Direction): Box {
  const sent = (name: string) => session.value.cotangents[name] !== undefined;
  const node =
    direction === "forward"
      ? nodes.find(({ kind }) => kind === "input")
      : (nodes.find(({ outputs }) => outputs.some(sent)) ?? nodes.find(({ outputs }) => outputs.length > 0));
  return layout.nodes.get((node ?? nodes[0]!).name)!;
}
