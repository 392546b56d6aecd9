import { useState } from "preact/hooks";
import type { Tensor } from "../api/wire.ts";
import { rangeOf } from "../state/session.ts";
import { session, setInput, translation } from "../state/store.ts";
import { readTensor, shapeOf, shownShape, tensorOf } from "../state/tensor.ts";
import { Name } from "./name.tsx";

/** The point: a row for each input. */
export function InputsCard() {
  const inputs = translation.value?.inputs ?? [];
  return (
    <section class="card" aria-labelledby="point-title">
      <header class="card-head">
        <h2 id="point-title">Point</h2>
        <span class="note">where the derivatives are taken</span>
      </header>
      <ul class="inputs">
        {inputs.map(({ name, shape }) => (
          <InputRow key={name} name={name} shape={shape ?? []} />
        ))}
        {inputs.length === 0 && <li class="note">The function has no inputs.</li>}
      </ul>
    </section>
  );
}

function InputRow({ name, shape }: { readonly name: string; readonly shape: readonly number[] }) {
  const state = session.value.inputs[name] ?? { value: tensorOf(shape, () => 1) };
  const { value } = state;
  const isScalar = typeof value === "number";
  const range = rangeOf(state);
  return (
    <li class="input">
      <span class="input-name">
        <Name name={name} />
      </span>
      {isScalar ? (
        <input
          type="range"
          aria-label={`${name}, slider`}
          min={range.min}
          max={range.max}
          step="any"
          value={value}
          onInput={({ currentTarget }) => setInput(name, { value: rounded(currentTarget.valueAsNumber) })}
        />
      ) : (
        <span class="note">{shownShape(shapeOf(value))}</span>
      )}
      <TensorField label={`${name}, value`} value={value} set={(tensor) => setInput(name, { value: tensor })} />
    </li>
  );
}

/** A field for a number, or for lists of numbers. */
export function TensorField(props: {
  readonly label: string;
  readonly value: Tensor;
  readonly set: (value: Tensor) => void;
}) {
  const [typed, setTyped] = useState<string>();
  const [fault, setFault] = useState<string>();
  const text = typed ?? JSON.stringify(props.value).replaceAll('"', "").replaceAll(",", ", ");
  return (
    <span class="field">
      <input
        type="text"
        class={typeof props.value === "number" ? "number" : "tensor"}
        inputMode={typeof props.value === "number" ? "decimal" : "text"}
        spellcheck={false}
        aria-label={props.label}
        aria-invalid={fault !== undefined}
        title={fault}
        value={text}
        onInput={({ currentTarget }) => {
          setTyped(currentTarget.value);
          try {
            props.set(readTensor(currentTarget.value));
            setFault(undefined);
          } catch (error) {
            setFault((error as Error).message);
          }
        }}
        onBlur={() => {
          setTyped(undefined);
          setFault(undefined);
        }}
      />
    </span>
  );
}

function rounded(value: number): number {
  return Number(value.toPrecision(6));
}
