import { setInput } from "../state/store.ts";
import { shown } from "../state/tensor.ts";
import { Axes, linePath, plotFrame } from "./axes.tsx";
import { dragHandlers } from "./drag.ts";
import type { Curve, PlotChoice } from "./questions.ts";
import { extent, linear } from "./scale.ts";

/** A curve, and its tangent line at the point, which can be dragged along. */
export function CurvePlot({ curve }: { readonly curve: Curve & { readonly chosen: PlotChoice } }) {
  const { points, here, chosen } = curve;
  const { left, right, top, bottom, width, height } = plotFrame;
  const xs = points.map(({ x }) => x);
  const [from, to] = [Math.min(...xs, here.x), Math.max(...xs, here.x)];
  const x = linear([from, to], [left, right]);
  const y = linear(extent([...trimmed(points.map((point) => point.y)), here.y]), [bottom, top]);
  const tangent = [from, to].map((at) => [at, here.y + here.slope * (at - here.x)] as const);
  const isThere = Number.isFinite(here.y) && Number.isFinite(here.slope);
  const drag = dragHandlers(plotFrame, (at) => setInput(chosen.across, { value: Number(x.invert(at).toPrecision(5)) }));
  return (
    <div class="pad-plot">
      <svg
        class="plot draggable"
        viewBox={`0 0 ${width} ${height}`}
        role="img"
        aria-label={`${chosen.output} against ${chosen.across}: ${shown(here.y)} at ${shown(here.x)}, with slope ${shown(here.slope)}`}
        data-testid="curve"
        {...drag}
      >
        <clipPath id="curve-room">
          <rect x={left} y={top} width={right - left} height={bottom - top} />
        </clipPath>
        <Axes frame={plotFrame} x={x} y={y} xLabel={chosen.across} yLabel={chosen.output} />
        <g clip-path="url(#curve-room)">
          <path
            class="line curve"
            d={linePath(
              points.map((point) => [point.x, point.y]),
              x,
              y,
            )}
          />
          {isThere && <path class="line tangent" d={linePath(tangent, x, y)} />}
        </g>
        {isThere && <circle class="here" cx={x(here.x)} cy={y(here.y)} r={7} />}
      </svg>
      <p class="note" data-testid="tangent">
        {chosen.output} = {shown(here.y)}, slope ∂{chosen.output}/∂{chosen.across} ={" "}
        <span class="tangent-ink">{shown(here.slope)}</span>. Drag the point, or use the slider of {chosen.across}.
      </p>
    </div>
  );
}

/** Without the few that are far from all others, beside a pole. */
function trimmed(values: readonly number[]): number[] {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  const cut = Math.floor(sorted.length / 50);
  return sorted.slice(cut, sorted.length - cut);
}
