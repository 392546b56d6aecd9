import { shown } from "../state/tensor.ts";
import { costsOf, type Matrix } from "./matrix.ts";

/** What each way would cost, as bars, and why it was this one. */
export function CostBars({ matrix, isChosen }: { readonly matrix: Matrix; readonly isChosen: boolean }) {
  const { ways } = costsOf(matrix);
  const most = Math.max(...ways.map(({ operations }) => operations));
  const { mode, passes } = matrix.plan;
  const taken = ways.find(({ isTaken }) => isTaken);
  const others = ways.filter((way) => way !== taken && !way.isTaken);
  const next = others.sort((a, b) => a.operations - b.operations)[0];
  return (
    <section class="costs" aria-label="What each way costs">
      <h3>What each way costs</h3>
      <ul class="bars">
        {ways.map(({ name, passes: swept, operations, isTaken }) => (
          <li key={name} class={isTaken ? "taken" : ""}>
            <span class="bar-name">{name}</span>
            <span class="bar-place">
              <span
                class={`bar ${name.startsWith("reverse") ? "reverse" : "forward"}`}
                style={{ width: `${(100 * operations) / most}%` }}
              />
            </span>
            <span class="bar-figure">
              {swept} {swept === 1 ? "pass" : "passes"}, {shown(operations, 7)} operations
            </span>
          </li>
        ))}
      </ul>
      <p class="note" data-testid="why">
        {isChosen
          ? `${capital(mode)} was asked for: ${counted(passes)}.`
          : mode === "none"
            ? "There is nothing to sweep."
            : `auto took ${taken?.name ?? mode}, ${counted(passes)}${next ? `: the next, ${next.name}, would take ${shown(next.operations, 7)} operations` : ""}.`}
      </p>
    </section>
  );
}

function counted(passes: number): string {
  return `${passes} ${passes === 1 ? "pass" : "passes"}`;
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
