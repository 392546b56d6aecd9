import { shown } from "../state/tensor.ts";
import type { Scale } from "./scale.ts";

/** The room of a plot, and where its axes are in it. */
export interface PlotFrame {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** The frame of the plots of the panels. */
export const plotFrame: PlotFrame = { width: 440, height: 300, left: 58, right: 430, top: 12, bottom: 258 };

/** Marks, lines behind the plot, and what each axis is. */
export function Axes(props: {
  readonly frame: PlotFrame;
  readonly x: Scale;
  readonly y: Scale;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly digits?: number;
}) {
  const { frame, x, y, xLabel, yLabel, digits = 4 } = props;
  const { left, right, top, bottom } = frame;
  return (
    <g class="axes">
      {x.ticks.map((tick) => (
        <g key={`x${tick}`} transform={`translate(${x(tick)} 0)`}>
          <line y1={top} y2={bottom} />
          <text class="middle" y={bottom + 17}>
            {shownTick(tick, digits)}
          </text>
        </g>
      ))}
      {y.ticks.map((tick) => (
        <g key={`y${tick}`} transform={`translate(0 ${y(tick)})`}>
          <line x1={left} x2={right} />
          <text class="end" x={left - 7} y={4}>
            {shownTick(tick, digits)}
          </text>
        </g>
      ))}
      <text class="middle label" x={(left + right) / 2} y={frame.height - 6}>
        {xLabel}
      </text>
      <text class="middle label" transform={`translate(13 ${(top + bottom) / 2}) rotate(-90)`}>
        {yLabel}
      </text>
    </g>
  );
}

/** Points as the data of a path; where a number is none the line is broken. */
export function linePath(points: readonly (readonly [number, number])[], x: Scale, y: Scale): string {
  let data = "";
  let isBroken = true;
  for (const [at, value] of points) {
    const isThere = Number.isFinite(at) && Number.isFinite(value);
    if (isThere) data += `${isBroken ? "M" : "L"}${x(at).toFixed(1)} ${y(value).toFixed(1)}`;
    isBroken = !isThere;
  }
  return data;
}

function shownTick(tick: number, digits: number): string {
  const exponent = Math.log10(Math.abs(tick));
  if (tick !== 0 && (exponent < -3 || exponent > 5) && Number.isInteger(Number(exponent.toFixed(9)))) {
    return `10${superscript(Math.round(exponent))}`;
  }
  return shown(tick, digits);
}

function superscript(exponent: number): string {
  return [...String(exponent)].map((digit) => (digit === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(digit)])).join("");
}
