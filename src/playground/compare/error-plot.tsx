import type { Problem } from "../api/problem.ts";
import { Axes, linePath, plotFrame } from "../plots/axes.tsx";
import { logarithmic } from "../plots/scale.ts";
import { shown } from "../state/tensor.ts";
import { type ErrorLine, stepsTried } from "./steps.ts";

/** What rounding leaves of a number of magnitude 1. */
const rounding = 2 ** -53;

/** Errors of differences against their step: too large a step truncates, too small a one rounds; below both is rounding alone. */
export function ErrorPlot(props: {
  readonly lines: readonly ErrorLine[] | undefined;
  readonly problem: Problem | undefined;
}) {
  const { lines, problem } = props;
  const { left, right, top, bottom, width, height } = plotFrame;
  const x = logarithmic([stepsTried.at(-1)!, 1], [left, right]);
  const y = logarithmic([rounding / 10, 10], [bottom, top]);
  const best = lines?.map(({ scheme, points }) => {
    const [step, error] = points.reduce((least, point) => (point[1] < least[1] ? point : least), [
      1,
      Infinity,
    ] as const);
    return `${scheme}: best ${shown(error, 2)}, at a step of ${shown(step, 2)}`;
  });
  return (
    <section class="costs" aria-label="Error of differences against their step">
      <h3>Error against step: the V of differences</h3>
      {problem && <p class="note">{problem.message}</p>}
      {lines && (
        <>
          <svg
            class="plot"
            viewBox={`0 0 ${width} ${height}`}
            role="img"
            aria-label={`Largest relative error against the step; ${best?.join("; ")}. Automatic differentiation has rounding alone.`}
            data-testid="error-plot"
          >
            <Axes frame={plotFrame} x={x} y={y} xLabel="step h" yLabel="relative error" />
            <path class="line floor" d={`M${left} ${y(rounding)}H${right}`} />
            <text class="floor-name" x={left + 8} y={y(rounding) - 6}>
              automatic differentiation
            </text>
            {lines.map(({ scheme, points }) => (
              <path
                key={scheme}
                class={`line ${scheme}`}
                data-scheme={scheme}
                d={linePath(
                  points.map(([step, error]) => [step, Math.min(10, Math.max(error, rounding / 10))]),
                  x,
                  y,
                )}
              />
            ))}
          </svg>
          <ul class="legend">
            {lines.map(({ scheme }, i) => (
              <li key={scheme}>
                <span class={`swatch ${scheme}`} />
                {best?.[i]}
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}
