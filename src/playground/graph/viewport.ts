/** The part of a drawing that is seen: its left top corner in the drawing's units, and how large a unit is on the screen. */
export interface Viewport {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

/** A width and a height. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

const scaleMax = 4;
const scaleMin = 0.02;
// A small graph that fills a wide screen looks like a poster, not like a drawing.
const wholeMax = 1.6;

/** Shows all of a drawing, in the middle. */
export function whole(drawing: Size, screen: Size): Viewport {
  const scale = Math.max(scaleMin, Math.min(wholeMax, screen.width / drawing.width, screen.height / drawing.height));
  return {
    x: (drawing.width - screen.width / scale) / 2,
    y: (drawing.height - screen.height / scale) / 2,
    scale,
  };
}

/** Enlarges by a factor; the place on the screen stays where it is. */
export function zoom(
  { x, y, scale }: Viewport,
  factor: number,
  at: { readonly x: number; readonly y: number },
): Viewport {
  const next = Math.max(scaleMin, Math.min(scaleMax, scale * factor));
  return { x: x + at.x / scale - at.x / next, y: y + at.y / scale - at.y / next, scale: next };
}

/** Moves by a way on the screen. */
export function pan({ x, y, scale }: Viewport, dx: number, dy: number): Viewport {
  return { x: x - dx / scale, y: y - dy / scale, scale };
}
