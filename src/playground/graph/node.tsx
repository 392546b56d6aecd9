import type { Signal } from "@preact/signals";
import type { Tensor } from "../api/wire.ts";
import { TensorFigure } from "../parts/tensor-figure.tsx";
import { session, setSeed } from "../state/store.ts";
import { shapeOf, shownTensor, tensorOf } from "../state/tensor.ts";
import type { Known } from "../steps/steps.ts";
import { toggleFold } from "./drawing.ts";
import type { Box } from "./layout.ts";
import type { ModelNode } from "./model.ts";
import { nameParts, operatorSign } from "./symbols.ts";

/** A node of the drawing: its name, operator and value, and under it the derivative, once there is one. */
export function NodeFigure(props: {
  readonly node: ModelNode;
  readonly box: Box;
  readonly known: Known | undefined;
  readonly isNow: boolean;
  /** How many nodes are folded into it. */
  readonly folded: number;
  readonly pointed: Signal<string | undefined>;
}) {
  const { node, box, known, isNow, folded, pointed } = props;
  const { name, kind, outputs } = node;
  const { direction } = session.value;
  const side = direction === "forward" && kind === "input" ? "seeds" : outputs.length > 0 ? "cotangents" : undefined;
  const seedName = side === "seeds" ? name : outputs[0]!;
  const isSeeded = side !== undefined && session.value[side][seedName] !== undefined;
  const isRole = side !== undefined && (direction === "forward") === (side === "seeds");
  const { width, height } = box;
  const [left, top] = [box.x - width / 2, box.y - height / 2];
  const toggle = () => {
    if (!isRole) {
      if (folded > 0) toggleFold(name);
      return;
    }
    if (node.value === undefined) return;
    setSeed(side, seedName, isSeeded ? undefined : tensorOf(shapeOf(node.value), () => 1));
  };
  const derivative = known?.derivative;
  const classes = [
    "node",
    kind,
    outputs.length > 0 && "output",
    folded > 0 && "folded",
    isNow && "now",
    known?.value === undefined && "ahead",
    isSeeded && isRole && "seeded",
    pointed.value === name && "pointed",
  ];
  const label = [
    `${kind} ${name}`,
    node.formula,
    folded > 0 && `with ${folded} steps folded into it`,
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
      aria-description={label.filter(Boolean).join(", ")}
      onMouseEnter={point}
      onFocus={point}
      onClick={toggle}
      onKeyDown={(event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        toggle();
      }}
    >
      {folded > 0 && <rect class="behind" x={5} y={5} width={width} height={height} rx={10} />}
      <rect class="body" width={width} height={height} rx={kind === "operator" ? 10 : height / 2} />
      <NodeName name={name} x={kind === "operator" ? 14 : width / 2} isMiddle={kind !== "operator"} />
      {kind === "operator" && (
        <text class="sign" x={width - 14} y={22}>
          {clipped(folded > 0 ? `+ ${folded}` : operatorSign(node.op), 11 - Math.min(name.length, 11))}
        </text>
      )}
      <NumberFigure kind="value" value={known?.value} place={{ x: width / 2, y: 43 }} />
      <NumberFigure kind="derivative" value={derivative} place={{ x: width / 2, y: 62 }} />
      {outputs.length > 0 && !outputs.includes(name) && (
        <text class="output-name" x={width / 2} y={-6}>
          {outputs.join(", ")}
        </text>
      )}
    </g>
  );
}

/** A scalar as a number, a tensor as a small heat map. */
function NumberFigure(props: {
  readonly kind: "value" | "derivative";
  readonly value: Tensor | undefined;
  readonly place: { readonly x: number; readonly y: number };
}) {
  const { kind, value, place } = props;
  const isScalar = value === undefined || shapeOf(value).length === 0;
  return isScalar ? (
    <text class={kind} x={place.x} y={place.y}>
      {value === undefined ? "" : shownTensor(value)}
    </text>
  ) : (
    <g class={kind} transform={`translate(${place.x} ${place.y - 5})`}>
      <TensorFigure value={value} width={88} height={16} />
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

/** As much of a text as there is room for; of less than three letters nothing could be read. */
function clipped(text: string, length: number): string {
  if (length < 3 && text.length > length) return "";
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}
