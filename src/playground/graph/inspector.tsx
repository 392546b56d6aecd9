import { Name } from "../parts/name.tsx";
import { operators, traced } from "../state/store.ts";
import { shapeOf, shownShape, shownTensor, sizeOf } from "../state/tensor.ts";

/** What is known of the node that is pointed at: formula, partial derivatives, cost and memory. */
export function Inspector({ name }: { readonly name: string | undefined }) {
  const nodes = traced.value.data?.nodes ?? [];
  const node = nodes.find((each) => each.name === name);
  if (!node) {
    return <p class="inspector note">Point at a node to see its formula, partial derivatives, cost and memory.</p>;
  }
  const shape = shapeOf(node.value);
  const published = operators.value.data?.operators.find((operator) => operator.name === node.op);
  const partials = nodes.flatMap((operand) =>
    (operand.parts ?? []).flatMap(({ from, partial }) =>
      from === node.name && partial !== undefined ? [{ wrt: operand.name, partial }] : [],
    ),
  );
  return (
    <dl class="inspector">
      <div>
        <dt>
          <Name name={node.name} />
        </dt>
        <dd>{node.formula ?? node.op}</dd>
      </div>
      <div>
        <dt>value</dt>
        <dd>{shownTensor(node.value, 10)}</dd>
      </div>
      {partials.map(({ wrt, partial }) => (
        <div key={wrt}>
          <dt>
            ∂<Name name={node.name} />
            /∂
            <Name name={wrt} />
          </dt>
          <dd>{shownTensor(partial, 10)}</dd>
        </div>
      ))}
      {published && (
        <>
          <div>
            <dt>derivative</dt>
            <dd>{published.derivative}</dd>
          </div>
          <div>
            <dt>cost</dt>
            <dd>{published.cost}</dd>
          </div>
        </>
      )}
      <div>
        <dt>memory</dt>
        <dd>
          {shownShape(shape)}, {8 * sizeOf(shape)} bytes
        </dd>
      </div>
    </dl>
  );
}
