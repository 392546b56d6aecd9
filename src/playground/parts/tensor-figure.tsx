import type { Tensor } from "../api/wire.ts";
import { elementsOf, shapeOf, shownShape } from "../state/tensor.ts";
import { shadeOf } from "./colors.ts";

const columnsMax = 24;
const rowsMax = 8;

/** A tensor as a small heat map, its middle at the origin: its last axis to the right, all others down; what is many is thinned out. */
export function TensorFigure(props: { readonly value: Tensor; readonly width: number; readonly height: number }) {
  const { value, width, height } = props;
  const shape = shapeOf(value);
  const elements = elementsOf(value);
  const across = shape.at(-1) ?? 1;
  const down = across === 0 ? 0 : elements.length / across;
  const columns = picked(across, columnsMax);
  const rows = picked(down, rowsMax);
  const largest = elements.reduce((most, x) => (Number.isFinite(x) ? Math.max(most, Math.abs(x)) : most), 0);
  const cell = Math.min(width / columns.length, height / rows.length, 16);
  const [w, h] = [Math.min(width / columns.length, 2.2 * cell), cell];
  const [left, top] = [(-w * columns.length) / 2, (-h * rows.length) / 2];
  return (
    <g class="tensor-figure">
      <title>{`${shownShape(shape)}: ${elements.slice(0, 12).join(", ")}${elements.length > 12 ? ", …" : ""}`}</title>
      {rows.map((row, i) =>
        columns.map((column, j) => {
          const { color, weight } = shadeOf(elements[row * across + column]!, largest);
          return (
            <rect
              key={`${row} ${column}`}
              x={left + w * j}
              y={top + h * i}
              width={Math.max(0.5, w - 0.8)}
              height={Math.max(0.5, h - 0.8)}
              fill={color}
              fill-opacity={weight}
            />
          );
        }),
      )}
    </g>
  );
}

/** The same in a line of text. */
export function TensorMini({ value }: { readonly value: Tensor }) {
  return (
    <svg class="tensor-mini" viewBox="-36 -9 72 18" width={72} height={18} aria-hidden="true">
      <TensorFigure value={value} width={72} height={18} />
    </svg>
  );
}

/** So many indices of a length, evenly. */
function picked(length: number, most: number): number[] {
  const count = Math.min(length, most);
  return Array.from({ length: count }, (_, i) => Math.floor((i * length) / count));
}
