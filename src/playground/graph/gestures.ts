import { useEffect, useRef } from "preact/hooks";

/** What a person does to a drawing. */
export interface Gestures {
  turn(factor: number, at?: Place): void;
  move(dx: number, dy: number): void;
  showWhole(): void;
}

interface Place {
  readonly x: number;
  readonly y: number;
}

/** Hears of pointer, wheel and keys in a place: they turn, move, or show all. */
export function useGestures(place: { readonly current: HTMLDivElement | null }, gestures: Gestures): void {
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
