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
/** Smaller text than this cannot be read; what does not fit is shown a little larger. */
const legibleMin = 0.48;
const legibleScale = 0.7;
const scaleMin = 0.02;
// A small graph that fills a wide screen looks like a poster, not like a drawing.
const wholeMax = 2;

/** Shows all of a drawing, in the middle. */
export function whole(drawing: Size, screen: Size): Viewport {
  const scale = Math.max(scaleMin, Math.min(wholeMax, screen.width / drawing.width, screen.height / drawing.height));
  return {
    x: (drawing.width - screen.width / scale) / 2,
    y: (drawing.height - screen.height / scale) / 2,
    scale,
  };
}

/** Shows all of a drawing where that can be read, else what is around a place of it. */
export function legible(drawing: Size, screen: Size, around: { readonly x: number; readonly y: number }): Viewport {
  const all = whole(drawing, screen);
  if (all.scale >= legibleMin) return all;
  const scale = legibleScale;
  const along = (length: number, room: number, at: number) =>
    length <= room ? (length - room) / 2 : Math.max(0, Math.min(length - room, at - room / 2));
  return {
    x: along(drawing.width, screen.width / scale, around.x),
    y: along(drawing.height, screen.height / scale, around.y),
    scale,
  };
}

/** Moves so that a box is seen, its middle in the middle, unless it is seen already. */
export function holding(
  view: Viewport,
  screen: Size,
  box: Size & { readonly x: number; readonly y: number },
): Viewport {
  const [width, height] = [screen.width / view.scale, screen.height / view.scale];
  const isSeen =
    Math.abs(box.x - view.x - width / 2) <= (width - box.width) / 2 &&
    Math.abs(box.y - view.y - height / 2) <= (height - box.height) / 2;
  return isSeen ? view : { ...view, x: box.x - width / 2, y: box.y - height / 2 };
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
