import { type Signal, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { session } from "../state/store.ts";
import { current, known } from "../steps/player.ts";
import { type Layout, pathData } from "./layout.ts";
import type { GraphModel } from "./model.ts";
import { NodeFigure } from "./node.tsx";
import { pan, type Size, type Viewport, whole, zoom } from "./viewport.ts";

/** The drawing: dragged and turned by the mouse, and by arrows, plus and minus when it has the focus. */
export function GraphView(props: {
  readonly model: GraphModel;
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
  // Another drawing is shown whole.
  useEffect(() => {
    chosen.value = undefined;
  }, [layout]);
  const view = chosen.value ?? whole(layout, size.value);
  const middle = { x: size.value.width / 2, y: size.value.height / 2 };
  const turn = (factor: number, at = middle) => {
    chosen.value = zoom(view, factor, at);
  };
  const move = (dx: number, dy: number) => {
    chosen.value = pan(view, dx, dy);
  };
  const showWhole = () => {
    chosen.value = undefined;
  };
  useGestures(place, { turn, move, showWhole });
  const { width, height } = size.value;
  const seen = `${view.x} ${view.y} ${width / view.scale} ${height / view.scale}`;
  const { direction } = session.value;
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
            isNow={current.value?.row === node.name}
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

function Edges({ layout }: { readonly layout: Layout }) {
  const lit = new Set(current.value?.edges.map(({ from, to }) => `${from} ${to}`) ?? []);
  const { direction } = session.value;
  return (
    <g class="edges">
      {layout.edges.map(({ from, to, points }) => {
        const isLit = lit.has(`${from} ${to}`);
        const end = direction === "reverse" && isLit ? points[0]! : points.at(-1)!;
        const way = direction === "reverse" && isLit ? 1 : -1;
        return (
          <g key={`${from} ${to}`} class={isLit ? "edge lit" : "edge"} data-edge={`${from} ${to}`}>
            <path d={pathData(points)} />
            <path class="head" d={`M${end.x} ${end.y}l${way * 7} -4v8z`} />
          </g>
        );
      })}
    </g>
  );
}

interface Gestures {
  turn(factor: number, at?: Place): void;
  move(dx: number, dy: number): void;
  showWhole(): void;
}

interface Place {
  readonly x: number;
  readonly y: number;
}

/** Drags and enlarges by pointer, wheel and keys. */
function useGestures(place: { readonly current: HTMLDivElement | null }, gestures: Gestures): void {
  const latest = useRef(gestures);
  latest.current = gestures;
  useEffect(() => {
    const frame = place.current!;
    let from: Place | undefined;
    const controller = new AbortController();
    const { signal } = controller;
    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      const { left, top } = frame.getBoundingClientRect();
      latest.current.turn(Math.exp(-event.deltaY / 400), { x: event.clientX - left, y: event.clientY - top });
    };
    const onDown = ({ button, target, clientX, clientY, pointerId }: PointerEvent) => {
      if (button !== 0 || (target as Element).closest("[data-node], button")) return;
      from = { x: clientX, y: clientY };
      frame.setPointerCapture(pointerId);
    };
    const onMove = ({ clientX, clientY }: PointerEvent) => {
      if (!from) return;
      latest.current.move(clientX - from.x, clientY - from.y);
      from = { x: clientX, y: clientY };
    };
    const onUp = () => {
      from = undefined;
    };
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || !actOn(event.key, latest.current)) return;
      event.preventDefault();
    };
    frame.addEventListener("wheel", onWheel, { signal, passive: false });
    frame.addEventListener("pointerdown", onDown, { signal });
    frame.addEventListener("pointermove", onMove, { signal });
    frame.addEventListener("pointerup", onUp, { signal });
    frame.addEventListener("pointercancel", onUp, { signal });
    frame.addEventListener("keydown", onKey, { signal });
    return () => controller.abort();
  }, [place]);
}

/** Does what a key stands for; answers whether it stands for anything. */
function actOn(key: string, { turn, move, showWhole }: Gestures): boolean {
  if (key === "+" || key === "=") turn(1.25);
  else if (key === "-") turn(0.8);
  else if (key === "0") showWhole();
  else if (key === "ArrowLeft") move(60, 0);
  else if (key === "ArrowRight") move(-60, 0);
  else if (key === "ArrowUp") move(0, 60);
  else if (key === "ArrowDown") move(0, -60);
  else return false;
  return true;
}
