import { computed, signal } from "@preact/signals";
import { service } from "../api/client.ts";
import { resource } from "../state/resource.ts";
import { call, session } from "../state/store.ts";
import { shown } from "../state/tensor.ts";
import { CostBars } from "./cost-bars.tsx";
import { HeatMap } from "./heat-map.tsx";
import { type Matrix, matrixOf } from "./matrix.ts";
import { SelectedEntry } from "./selected-entry.tsx";

const modes = ["auto", "forward", "reverse", "bidirectional"] as const;
const mode = signal<(typeof modes)[number]>("auto");
const isCompressed = signal(false);

const answered = resource(
  computed(() =>
    call.value && session.value.tab === "jacobian"
      ? ({ ...call.value, mode: mode.value, layout: "matrix", format: "coo" } as const)
      : undefined,
  ),
  service.jacobian,
  0,
);

/** The entry that is pointed at. */
const selected = signal({ row: 0, column: 0 });

const matrix = computed<Matrix | undefined>(() => {
  const { data } = answered.value;
  return data && matrixOf(data);
});

/** The Jacobian as a heat map: its pattern, its colours, the sweep that found each entry, and what each way costs. */
export function JacobianPanel() {
  const { problem } = answered.value;
  const shownMatrix = matrix.value;
  return (
    <div class="jacobian">
      <header class="panel-head">
        <h2>Jacobian</h2>
        <label class="choice small">
          <span>Mode </span>
          <select
            value={mode.value}
            onChange={({ currentTarget }) => {
              mode.value = modes.find((name) => name === currentTarget.value) ?? "auto";
            }}
          >
            {modes.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        {shownMatrix && isCompressible(shownMatrix) && (
          <button
            type="button"
            class="button"
            aria-pressed={isCompressed.value}
            onClick={() => {
              isCompressed.value = !isCompressed.value;
            }}
          >
            {isCompressed.value ? "Spread" : "Compress by colours"}
          </button>
        )}
      </header>
      {problem && (
        <p class="verdict bad" role="status">
          {problem.message}
        </p>
      )}
      {shownMatrix && !problem && (
        <>
          <p class="note pad-sides">{summary(shownMatrix)}</p>
          <HeatMap
            matrix={shownMatrix}
            isCompressed={isCompressed.value && isCompressible(shownMatrix)}
            selected={selected}
          />
          <SelectedEntry matrix={shownMatrix} selected={selected} />
          <CostBars matrix={shownMatrix} isChosen={mode.value !== "auto"} />
        </>
      )}
    </div>
  );
}

function isCompressible({ columnGroups, rowGroups, columns, rows }: Matrix): boolean {
  const [c, r] = [columnGroups.count, rowGroups.count];
  // Of both directions together some entries would be pushed over others.
  if (c > 0 && r > 0) return false;
  return (c > 0 && c < columns.length) || (r > 0 && r < rows.length);
}

function summary({ rows, columns, entries, plan }: Matrix): string {
  const size = `${rows.length} × ${columns.length}`;
  const share = plan.density === undefined || plan.density === 1 ? "" : `, ${shown(100 * plan.density, 3)} % of all`;
  return `${size}; ${entries.length} ${entries.length === 1 ? "entry" : "entries"} can be other than 0${share}`;
}
