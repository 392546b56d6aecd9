import type { Signal } from "@preact/signals";
import { session, setSeed } from "../state/store.ts";
import { shapeOf, shownTensor, tensorOf } from "../state/tensor.ts";
import type { Known } from "../steps/steps.ts";
import type { Box } from "./layout.ts";
import type { ModelNode } from "./model.ts";
import { nameParts, operatorSign } from "./symbols.ts";

/** A node of the drawing: its name, operator and value, and under it the derivative, once there is one. */
export function NodeFigure(props: {
  readonly node: ModelNode;
  readonly box: Box;
  readonly known: Known | undefined;
  readonly isNow: boolean;
  readonly pointed: Signal<string | undefined>;
}) {
  const { node, box, known, isNow, pointed } = props;
  const { name, kind, outputs } = node;
  const { direction } = session.value;
  const side = direction === "forward" && kind === "input" ? "seeds" : outputs.length > 0 ? "cotangents" : undefined;
  const seedName = side === "seeds" ? name : outputs[0]!;
  const isSeeded = side !== undefined && session.value[side][seedName] !== undefined;
  const isRole = side !== undefined && (direction === "forward") === (side === "seeds");
  const { width, height } = box;
  const [left, top] = [box.x - width / 2, box.y - height / 2];
  const toggle = () => {
    if (!isRole || node.value === undefined) return;
    setSeed(side, seedName, isSeeded ? undefined : tensorOf(shapeOf(node.value), () => 1));
  };
  const derivative = known?.derivative;
  const classes = [
    "node",
    kind,
    outputs.length > 0 && "output",
    isNow && "now",
    known?.value === undefined && "ahead",
    isSeeded && isRole && "seeded",
    pointed.value === name && "pointed",
  ];
  const label = [
    `${kind} ${name}`,
    node.formula,
    known?.value !== undefined && `value ${shownTensor(known.value)}`,
    derivative !== undefined && `${direction === "forward" ? "tangent" : "adjoint"} ${shownTensor(derivative)}`,
  ];
  const point = () => {
    pointed.value = name;
  };
  return (
    <g
      class={classes.filter(Boolean).join(" ")}
      transform={`translate(${left} ${top})`}
      data-node={name}
      tabIndex={0}
      role="button"
      aria-pressed={isRole ? isSeeded : undefined}
      aria-label={label.filter(Boolean).join(", ")}
      onMouseEnter={point}
      onFocus={point}
      onClick={toggle}
      onKeyDown={(event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        toggle();
      }}
    >
      <rect class="body" width={width} height={height} rx={kind === "operator" ? 10 : height / 2} />
      <NodeName name={name} x={kind === "operator" ? 14 : width / 2} isMiddle={kind !== "operator"} />
      {kind === "operator" && (
        <text class="sign" x={width - 14} y={22}>
          {clipped(operatorSign(node.op), 8)}
        </text>
      )}
      <text class="value" x={width / 2} y={43}>
        {known?.value === undefined ? "" : shownTensor(known.value)}
      </text>
      <text class="derivative" x={width / 2} y={62}>
        {derivative === undefined ? "" : shownTensor(derivative)}
      </text>
      {outputs.length > 0 && !outputs.includes(name) && (
        <text class="output-name" x={width / 2} y={-6}>
          {outputs.join(", ")}
        </text>
      )}
    </g>
  );
}

function NodeName({ name, x, isMiddle }: { readonly name: string; readonly x: number; readonly isMiddle: boolean }) {
  const { base, index } = nameParts(clipped(name, 11));
  return (
    <text class={isMiddle ? "node-name middle" : "node-name"} x={x} y={22}>
      {base}
      {index !== "" && (
        <tspan class="index" dy={3}>
          {index}
        </tspan>
      )}
    </text>
  );
}

function clipped(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}
