import type { PlotFrame } from "./axes.tsx";

/** Hears where a plot is pressed or dragged, in the plot's own units. */
export function dragHandlers(frame: PlotFrame, moved: (x: number, y: number) => void) {
  const tell = (event: PointerEvent & { readonly currentTarget: Element }) => {
    const { left, top, width, height } = event.currentTarget.getBoundingClientRect();
    const x = ((event.clientX - left) / width) * frame.width;
    const y = ((event.clientY - top) / height) * frame.height;
    moved(Math.max(frame.left, Math.min(frame.right, x)), Math.max(frame.top, Math.min(frame.bottom, y)));
  };
  return {
    onPointerDown(event: PointerEvent & { readonly currentTarget: Element }) {
      event.currentTarget.setPointerCapture(event.pointerId);
      tell(event);
    },
    onPointerMove(event: PointerEvent & { readonly currentTarget: Element }) {
      if (event.currentTarget.hasPointerCapture(event.pointerId)) tell(event);
    },
  };
}
