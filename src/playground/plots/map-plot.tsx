import { session, setInput } from "../state/store.ts";
import { shown } from "../state/tensor.ts";
import { Axes, plotFrame } from "./axes.tsx";
import { contour, levelsOf } from "./contours.ts";
import { dragHandlers } from "./drag.ts";
import type { FieldMap, PlotChoice } from "./questions.ts";
import { linear } from "./scale.ts";

const levelCount = 14;
/** An arrow at every so many places of the grid. */
const arrowEvery = 5;

/** Contours, the field of gradients, and the point, which can be dragged. */
export function MapPlot({ map }: { readonly map: FieldMap & { readonly chosen: PlotChoice } }) {
  const { xs, ys, values, dx, dy, chosen } = map;
  const { left, right, top, bottom, width, height } = plotFrame;
  const x = linear([xs[0]!, xs.at(-1)!], [left, right]);
  const y = linear([ys[0]!, ys.at(-1)!], [bottom, top]);
  const across = linear([0, xs.length - 1], [left, right]);
  const up = linear([0, ys.length - 1], [bottom, top]);
  const { across: xName, up: yName = "" } = chosen;
  const levels = levelsOf(values, levelCount);
  const drag = dragHandlers(plotFrame, (atX, atY) => {
    setInput(xName, { value: Number(x.invert(atX).toPrecision(5)) });
    setInput(yName, { value: Number(y.invert(atY).toPrecision(5)) });
  });
  const { inputs } = session.value;
  const [hereX, hereY] = [Number(inputs[xName]?.value ?? 1), Number(inputs[yName]?.value ?? 1)];
  return (
    <div class="pad-plot">
      <svg
        class="plot draggable"
        viewBox={`0 0 ${width} ${height}`}
        role="img"
        aria-label={`${chosen.output} against ${xName} and ${yName}: contours and gradients`}
        data-testid="map"
        {...drag}
      >
        <Axes frame={plotFrame} x={x} y={y} xLabel={xName} yLabel={yName} />
        {levels.map((level, i) => (
          <path
            key={level}
            class="contour"
            stroke-opacity={0.35 + (0.65 * i) / levels.length}
            d={contour({ columns: xs.length, rows: ys.length, values }, level)
              .map(
                ([ax, ay, bx, by]) =>
                  `M${across(ax).toFixed(1)} ${up(ay).toFixed(1)}L${across(bx).toFixed(1)} ${up(by).toFixed(1)}`,
              )
              .join("")}
          >
            <title>
              {chosen.output} = {shown(level)}
            </title>
          </path>
        ))}
        <path class="arrows" d={arrows({ xs, ys, dx, dy }, x, y)} />
        <circle class="here" cx={x(hereX)} cy={y(hereY)} r={7} />
      </svg>
      <p class="note">
        Contours of {chosen.output}; arrows point up the gradient, as reverse mode gives it. Drag the point.
      </p>
    </div>
  );
}

type ToScreen = (value: number) => number;

/** Arrows along the gradient as it is on the screen, longer where it is steeper, but never beyond the next arrow. */
function arrows({ xs, ys, dx, dy }: Omit<FieldMap, "values">, x: ToScreen, y: ToScreen): string {
  const perX = (x(xs.at(-1)!) - x(xs[0]!)) / (xs.at(-1)! - xs[0]!);
  const perY = (y(ys.at(-1)!) - y(ys[0]!)) / (ys.at(-1)! - ys[0]!);
  const places = ys.flatMap((_, j) => xs.map((_, i) => ({ i, j }))).filter(({ i, j }) => isShown(i) && isShown(j));
  const vectors = places.map(({ i, j }) => {
    const at = j * xs.length + i;
    // Steepest on the screen: a gradient is so much for each unit, and units are of different length.
    return { i, j, u: dx[at]! / perX, v: dy[at]! / perY };
  });
  const sizes = vectors.map(({ u, v }) => Math.hypot(u, v)).filter(Number.isFinite);
  const largest = Math.max(...sizes, 0);
  const room = 0.8 * arrowEvery * Math.min(Math.abs(perX * (xs[1]! - xs[0]!)), Math.abs(perY * (ys[1]! - ys[0]!)));
  return vectors
    .map(({ i, j, u, v }) => {
      const size = Math.hypot(u, v);
      if (!(size > 0) || !Number.isFinite(size)) return "";
      const length = room * (0.25 + 0.75 * (size / largest) ** 0.4);
      const [ux, uy] = [u / size, v / size];
      const [fromX, fromY] = [x(xs[i]!) - (ux * length) / 2, y(ys[j]!) - (uy * length) / 2];
      const [toX, toY] = [fromX + ux * length, fromY + uy * length];
      const head = 4;
      return `M${one(fromX)} ${one(fromY)}L${one(toX)} ${one(toY)}M${one(toX - head * (ux + 0.6 * uy))} ${one(toY - head * (uy - 0.6 * ux))}L${one(toX)} ${one(toY)}L${one(toX - head * (ux - 0.6 * uy))} ${one(toY - head * (uy + 0.6 * ux))}`;
    })
    .join("");
}

function isShown(index: number): boolean {
  return index % arrowEvery === Math.floor(arrowEvery / 2);
}

function one(value: number): string {
  return value.toFixed(1);
}
