import type { ComponentChildren } from "preact";
import { Name } from "../parts/name.tsx";
import { operators, traced } from "../state/store.ts";
import { shapeOf, shownShape, shownTensor, sizeOf } from "../state/tensor.ts";
import { focus, model, whole } from "./drawing.ts";

/** What is known of the node that is pointed at: formula, partial derivatives, cost and memory. */
export function Inspector({ name }: { readonly name: string | undefined }) {
  const node = whole.value?.nodes.find((each) => each.name === name);
  if (!node) {
    return <p class="inspector note">Point at a node to see its formula, partial derivatives, cost and memory.</p>;
  }
  const published = operators.value.data?.operators.find((operator) => operator.name === node.op);
  const isLarge = (model.value?.leftOut ?? 0) > 0;
  return (
    <dl class="inspector">
      <Item name={<Name name={node.name} />}>{node.formula ?? node.op}</Item>
      {node.value !== undefined && (
        <>
          <Item name="value">{shownTensor(node.value, 10)}</Item>
          {partialsOf(node.name).map(({ wrt, partial }) => (
            <Item
              key={wrt}
              name={
                <>
                  ∂<Name name={node.name} />
                  /∂
                  <Name name={wrt} />
                </>
              }
            >
              {shownTensor(partial, 10)}
            </Item>
          ))}
        </>
      )}
      {published && (
        <>
          <Item name="derivative">{published.derivative}</Item>
          <Item name="cost">{published.cost}</Item>
        </>
      )}
      {node.value !== undefined && <Item name="memory">{memoryText(shapeOf(node.value))}</Item>}
      {isLarge && (
        <Item name="what is around it">
          <button
            type="button"
            class="button"
            onClick={() => {
              focus.value = node.name;
            }}
          >
            Show
          </button>
        </Item>
      )}
    </dl>
  );
}

function Item(props: { readonly name: ComponentChildren; readonly children: ComponentChildren }) {
  return (
    <div>
      <dt>{props.name}</dt>
      <dd>{props.children}</dd>
    </div>
  );
}

/** The derivatives of a node by its operands, as far as the reverse sweep told them. */
function partialsOf(name: string) {
  const nodes = traced.value.data?.nodes ?? [];
  return nodes.flatMap((operand) =>
    (operand.parts ?? []).flatMap(({ from, partial }) =>
      from === name && partial !== undefined ? [{ wrt: operand.name, partial }] : [],
    ),
  );
}

/** Traces are of double numbers. */
function memoryText(shape: readonly number[]): string {
  return `${shownShape(shape)}, ${8 * sizeOf(shape)} bytes`;
}
