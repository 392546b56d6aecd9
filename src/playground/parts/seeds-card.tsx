import { checked, session, setSeed, traced, translation } from "../state/store.ts";
import { shapeOf, tensorOf } from "../state/tensor.ts";
import { TensorField } from "./inputs-card.tsx";
import { Name } from "./name.tsx";

/** What is sent through the graph: tangents into inputs or cotangents into outputs, one, several, or whole vectors. */
export function SeedsCard() {
  const { direction } = session.value;
  const isForward = direction === "forward";
  const names = isForward
    ? (translation.value?.inputs ?? []).map(({ name }) => name)
    : (checked.value.data?.outputs ?? []).map(({ name }) => name);
  const only = names[0];
  const isImplied =
    !isForward && names.length === 1 && Object.keys(session.value.cotangents).every((name) => name !== only);
  return (
    <section class={`card ${direction}`} aria-labelledby="seeds-title">
      <header class="card-head">
        <h2 id="seeds-title">{isForward ? "Tangents sent in" : "Cotangents sent in"}</h2>
        <span class="note">{isForward ? "how the inputs move" : "how much each output counts"}</span>
      </header>
      <ul class="seeds">
        {names.map((name) => (
          <SeedRow key={name} name={name} side={isForward ? "seeds" : "cotangents"} isImplied={isImplied} />
        ))}
      </ul>
    </section>
  );
}

function SeedRow(props: { readonly name: string; readonly side: "seeds" | "cotangents"; readonly isImplied: boolean }) {
  const { name, side, isImplied } = props;
  const seed = session.value[side][name];
  const isOn = seed !== undefined;
  const { data } = traced.value;
  const of = side === "seeds" ? session.value.inputs[name]?.value : data?.outputs[name];
  const isScalar = of === undefined || shapeOf(of).length === 0;
  const accent = side === "seeds" ? "dot" : "bar";
  return (
    <li class="seed-row">
      <button
        type="button"
        class="seed"
        aria-pressed={isOn || (isImplied && isScalar)}
        aria-label={`Seed ${name}`}
        onClick={() => setSeed(side, name, isOn ? undefined : tensorOf(shapeOf(of ?? 1), () => 1))}
      >
        <Name name={name} accent={accent} />
      </button>
      {isOn ? (
        <TensorField label={`${name}, seed`} value={seed} set={(value) => setSeed(side, name, value)} />
      ) : (
        <span class="note">{isImplied && isScalar ? "1, as it is the only one" : "0"}</span>
      )}
    </li>
  );
}
