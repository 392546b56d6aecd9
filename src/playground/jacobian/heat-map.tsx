import type { Signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { groupColor, shadeOf } from "../parts/colors.ts";
import { shown } from "../state/tensor.ts";
import type { Entry, Matrix } from "./matrix.ts";

type Selected = Signal<{ readonly row: number; readonly column: number }>;

/** So many entries are drawn as figures that can move; more are painted. */
const figuresMax = 2500;

/** The nonzeros of a matrix as cells, shaded by their size; columns or rows of one colour can be pushed together. */
export function HeatMap(props: {
  readonly matrix: Matrix;
  readonly isCompressed: boolean;
  readonly selected: Selected;
}) {
  const { matrix, isCompressed, selected } = props;
  const { rows, columns, entries } = matrix;
  const cell = Math.max(2, Math.min(56, Math.floor(360 / Math.max(columns.length, rows.length, 1))));
  const frame: Frame = {
    cell,
    left: cell >= 12 ? 70 : 16,
    top: cell >= 12 ? 64 : 16,
    largest: Math.max(...entries.map(({ value }) => Math.abs(value)).filter(Number.isFinite), 0),
  };
  const width = frame.left + cell * columns.length + 8;
  const height = frame.top + cell * rows.length + 8;
  const select = (event: MouseEvent & { readonly currentTarget: Element }) => {
    const box = event.currentTarget.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * width - frame.left;
    const y = ((event.clientY - box.top) / box.height) * height - frame.top;
    const [row, column] = [Math.floor(y / cell), Math.floor(x / cell)];
    if (isCompressed || row < 0 || column < 0 || row >= rows.length || column >= columns.length) return;
    selected.value = { row, column };
  };
  return (
    <div class="heat-map-frame">
      {entries.length > figuresMax && <Painting matrix={matrix} frame={frame} width={width} height={height} />}
      <svg
        class="heat-map"
        viewBox={`0 0 ${width} ${height}`}
        width={width}
        height={height}
        role="img"
        aria-label={`Jacobian of ${rows.length} rows and ${columns.length} columns, ${entries.length} entries`}
        onMouseMove={select}
        onPointerDown={select}
      >
        <rect
          class="heat-ground"
          x={frame.left}
          y={frame.top}
          width={cell * columns.length}
          height={cell * rows.length}
        />
        <Labels matrix={matrix} frame={frame} isCompressed={isCompressed} />
        {entries.length <= figuresMax &&
          entries.map((entry) => (
            <Cell
              key={`${entry.row} ${entry.column}`}
              entry={entry}
              matrix={matrix}
              frame={frame}
              isCompressed={isCompressed}
            />
          ))}
        {!isCompressed && (
          <rect
            class="heat-selected"
            x={frame.left + cell * Math.min(selected.value.column, columns.length - 1)}
            y={frame.top + cell * Math.min(selected.value.row, rows.length - 1)}
            width={cell}
            height={cell}
          />
        )}
      </svg>
    </div>
  );
}

interface Frame {
  readonly cell: number;
  readonly left: number;
  readonly top: number;
  /** The largest absolute value, which is shaded most. */
  readonly largest: number;
}

function Cell(props: {
  readonly entry: Entry;
  readonly matrix: Matrix;
  readonly frame: Frame;
  readonly isCompressed: boolean;
}) {
  const { entry, matrix, frame, isCompressed } = props;
  const { row, column, value } = entry;
  const { cell, left, top, largest } = frame;
  const atColumn = isCompressed ? (matrix.columnGroups.of[column] ?? column) : column;
  const atRow = isCompressed ? (matrix.rowGroups.of[row] ?? row) : row;
  const { color, weight } = shadeOf(value, largest);
  return (
    <g
      class={isStrong(entry, weight) ? "heat-cell strong" : "heat-cell"}
      data-entry={`${matrix.rows[row]} ${matrix.columns[column]}`}
      style={{ transform: `translate(${left + cell * atColumn}px, ${top + cell * atRow}px)` }}
    >
      <rect width={cell - (cell > 6 ? 1 : 0)} height={cell - (cell > 6 ? 1 : 0)} fill={color} fill-opacity={weight} />
      {cell >= 40 && (
        <text class="heat-number" x={cell / 2} y={cell / 2 + 4}>
          {shown(value, 3)}
        </text>
      )}
    </g>
  );
}

/** Whether a shade is so dark that only white can be read on it. */
function isStrong({ value }: Entry, weight: number): boolean {
  return value > 0 && weight > 0.75;
}

function Labels(props: { readonly matrix: Matrix; readonly frame: Frame; readonly isCompressed: boolean }) {
  const { matrix, frame, isCompressed } = props;
  const { rows, columns, columnGroups, rowGroups } = matrix;
  const { cell, left, top } = frame;
  const isNamed = cell >= 12;
  return (
    <g class="heat-labels">
      {columns.map((name, j) => {
        const group = columnGroups.of[j] ?? -1;
        const x = left + cell * (isCompressed && group >= 0 ? group : j) + cell / 2;
        return (
          <g key={name} class="heat-cell" style={{ transform: `translate(${x}px, ${top}px)` }}>
            {isNamed && !(isCompressed && group >= 0) && (
              <text class="column" transform="rotate(-50)" x={10} y={-4}>
                {name}
              </text>
            )}
            {group >= 0 && <rect x={-cell / 2} y={-8} width={cell - 1} height={5} fill={groupColor(group)} />}
          </g>
        );
      })}
      {rows.map((name, i) => {
        const group = rowGroups.of[i] ?? -1;
        const y = top + cell * (isCompressed && group >= 0 ? group : i) + cell / 2;
        return (
          <g key={name} class="heat-cell" style={{ transform: `translate(${left}px, ${y}px)` }}>
            {isNamed && !(isCompressed && group >= 0) && (
              <text class="row" x={-13} y={4}>
                {name}
              </text>
            )}
            {group >= 0 && <rect x={-8} y={-cell / 2} width={5} height={cell - 1} fill={groupColor(group)} />}
          </g>
        );
      })}
    </g>
  );
}

/** Many entries, painted: each is a few points of a picture. */
function Painting(props: {
  readonly matrix: Matrix;
  readonly frame: Frame;
  readonly width: number;
  readonly height: number;
}) {
  const { matrix, frame, width, height } = props;
  const place = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const canvas = place.current!;
    const context = canvas.getContext("2d")!;
    const style = getComputedStyle(canvas);
    const { cell, left, top, largest } = frame;
    context.clearRect(0, 0, width, height);
    for (const { row, column, value } of matrix.entries) {
      const { color, weight } = shadeOf(value, largest);
      context.fillStyle = style.getPropertyValue(color.slice("var(".length, -1));
      context.globalAlpha = weight;
      context.fillRect(left + cell * column, top + cell * row, cell, cell);
    }
  }, [matrix, frame, width, height]);
  return <canvas class="heat-painting" ref={place} width={width} height={height} />;
}
