import type { Signal } from "@preact/signals";
import { shown } from "../state/tensor.ts";
import type { Matrix } from "./matrix.ts";

/** The entry that is pointed at: its value, and the sweep that found it; chosen by sliders too. */
export function SelectedEntry(props: {
  readonly matrix: Matrix;
  readonly selected: Signal<{ readonly row: number; readonly column: number }>;
}) {
  const { matrix, selected } = props;
  const { rows, columns, entries } = matrix;
  const row = Math.min(selected.value.row, rows.length - 1);
  const column = Math.min(selected.value.column, columns.length - 1);
  if (row < 0 || column < 0) return null;
  const entry = entries.find((each) => each.row === row && each.column === column);
  const sweep = entry?.sweep;
  const count = sweep?.direction === "forward" ? matrix.columnGroups.count : matrix.rowGroups.count;
  return (
    <div class="selected-entry">
      <p data-testid="entry">
        <span class="entry-name">
          ∂{rows[row]} / ∂{columns[column]}
        </span>
        {" = "}
        <strong>{entry ? shown(entry.value, 10) : "0"}</strong>
        <span class="note">
          {entry
            ? sweep
              ? ` · ${sweep.direction} sweep ${sweep.number + 1} of ${count}`
              : ""
            : " · nothing of it depends on that"}
        </span>
      </p>
      {rows.length > 1 && (
        <Slider
          label="Row"
          max={rows.length - 1}
          value={row}
          set={(next) => {
            selected.value = { row: next, column };
          }}
        />
      )}
      {columns.length > 1 && (
        <Slider
          label="Column"
          max={columns.length - 1}
          value={column}
          set={(next) => {
            selected.value = { row, column: next };
          }}
        />
      )}
    </div>
  );
}

function Slider(props: {
  readonly label: string;
  readonly max: number;
  readonly value: number;
  readonly set: (value: number) => void;
}) {
  const { label, max, value, set } = props;
  return (
    <label class="entry-slider">
      <span>{label}</span>
      <input
        type="range"
        min={0}
        max={max}
        step={1}
        value={value}
        onInput={({ currentTarget }) => set(currentTarget.valueAsNumber)}
      />
    </label>
  );
}
