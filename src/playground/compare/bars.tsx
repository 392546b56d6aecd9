import type { Wire } from "../api/wire.ts";
import { logarithmic } from "../plots/scale.ts";
import { shown } from "../state/tensor.ts";
import { nameOf } from "./names.ts";

/** The smallest error that is drawn: what double numbers cannot tell apart. */
const least = 2 ** -53;

/** Errors and times as bars on scales of powers of ten. */
export function CompareBars({ rows }: { readonly rows: readonly Wire["ComparedRow"][] }) {
  const times = rows.map(({ timeMs }) => timeMs).filter((time) => time > 0);
  const slowest = Math.max(...times);
  const fastest = Math.min(...times) / 3;
  const errorScale = logarithmic([least / 4, 1], [0, 100]);
  const timeScale = logarithmic([fastest, slowest], [0, 100]);
  return (
    <section class="costs" aria-label="Errors and times">
      <div class="two-bars" aria-hidden="true">
        <span />
        <h3>Error</h3>
        <h3>Time</h3>
        {rows.map((row) => {
          const error = Number(row.error);
          return [
            <span key={`${nameOf(row)} name`} class="bar-name">
              {nameOf(row)}
            </span>,
            <span key={`${nameOf(row)} error`} class="bar-place">
              <span
                class={`bar ${error < 1e-12 ? "good" : "doubtful"}`}
                style={{ width: `${error > 0 ? errorScale(Math.min(1, error)) : 0}%` }}
              />
            </span>,
            <span key={`${nameOf(row)} time`} class="bar-place">
              <span class={`bar ${row.method}`} style={{ width: `${timeScale(row.timeMs)}%` }} />
            </span>,
          ];
        })}
        <span />
        <span class="note">0 … 10⁻¹⁶ … 1, each step ten times</span>
        <span class="note">
          {shown(fastest * 1000, 2)} … {shown(slowest * 1000, 2)} µs
        </span>
      </div>
    </section>
  );
}
