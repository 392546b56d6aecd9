import { session } from "../state/store.ts";
import { lit } from "./drawing.ts";
import { type Layout, pathData } from "./layout.ts";

/** The edges; what flows now flows along the ones that are lit, in reverse mode from the user back to the operand. */
export function Edges({ layout }: { readonly layout: Layout }) {
  const isReverse = session.value.direction === "reverse";
  return (
    <g class="edges">
      {layout.edges.map(({ from, to, points }) => {
        const isLit = lit.value.has(`${from} ${to}`);
        const isBack = isReverse && isLit;
        const end = isBack ? points[0]! : points.at(-1)!;
        return (
          <g key={`${from} ${to}`} class={isLit ? "edge lit" : "edge"} data-edge={`${from} ${to}`}>
            <path d={pathData(points)} />
            <path class="head" d={`M${end.x} ${end.y}l${isBack ? 7 : -7} -4v8z`} />
          </g>
        );
      })}
    </g>
  );
}
