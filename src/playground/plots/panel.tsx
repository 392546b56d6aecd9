import { computed, signal } from "@preact/signals";
import { service } from "../api/client.ts";
import { resource } from "../state/resource.ts";
import { call, checked, session } from "../state/store.ts";
import { CurvePlot } from "./curve-plot.tsx";
import { MapPlot } from "./map-plot.tsx";
import { curveCall, curveOf, mapCall, mapOf, type PlotChoice } from "./questions.ts";

const wanted = signal<Partial<PlotChoice>>({});

/** Scalar inputs and outputs can be plotted. */
const scalars = computed(() => {
  const { data } = checked.value;
  const names = (all: readonly { name: string; shape: number[]; dtype: string }[] = []) =>
    all.filter(({ shape, dtype }) => shape.length === 0 && dtype === "float64").map(({ name }) => name);
  return { inputs: names(data?.inputs), outputs: names(data?.outputs) };
});

const choice = computed<PlotChoice | undefined>(() => {
  const { inputs, outputs } = scalars.value;
  const one = (name: string | undefined, all: readonly string[]) => (name && all.includes(name) ? name : all[0]);
  const output = one(wanted.value.output, outputs);
  const across = one(wanted.value.across, inputs);
  if (output === undefined || across === undefined) return undefined;
  const { up } = wanted.value;
  return { output, across, ...(up && up !== across && inputs.includes(up) && { up }) };
});

const isOpen = computed(() => session.value.tab === "plot");

const curve = resource(
  computed(() => {
    const chosen = choice.value;
    if (!call.value || !isOpen.value || !chosen || chosen.up) return undefined;
    return { chosen, params: curveCall(call.value, chosen, session.value.inputs) };
  }),
  async ({ chosen, params }, stop) => ({ chosen, ...curveOf(params, await service.jvp(params, stop), chosen) }),
  0,
);

const map = resource(
  computed(() => {
    const chosen = choice.value;
    if (!call.value || !isOpen.value || !chosen?.up) return undefined;
    return { chosen, params: mapCall(call.value, chosen, session.value.inputs) };
  }),
  async ({ chosen, params }, stop) => ({ chosen, ...mapOf(params, await service.vjp(params, stop), chosen) }),
  0,
);

/** An output against an input with its tangent line, or against two as contours with the gradient. */
export function PlotPanel() {
  const { inputs, outputs } = scalars.value;
  const chosen = choice.value;
  const problem = (chosen?.up ? map : curve).value.problem;
  return (
    <div>
      <header class="panel-head">
        <h2>Plot</h2>
        <Choice label="of" all={outputs} value={chosen?.output} set={(output) => choose({ output })} />
        <Choice label="against" all={inputs} value={chosen?.across} set={(across) => choose({ across })} />
        <Choice
          label="and"
          all={["", ...inputs.filter((name) => name !== chosen?.across)]}
          value={chosen?.up ?? ""}
          set={(up) => choose({ up })}
        />
      </header>
      {problem && (
        <p class="verdict bad" role="status">
          {problem.message}
        </p>
      )}
      {!chosen && <p class="note pad">There is no scalar input, or no scalar output, to plot.</p>}
      {chosen && !problem && !chosen.up && curve.value.data && <CurvePlot curve={curve.value.data} />}
      {chosen?.up && !problem && map.value.data && <MapPlot map={map.value.data} />}
    </div>
  );
}

function choose(part: Partial<PlotChoice>): void {
  wanted.value = { ...choice.peek(), ...part };
}

function Choice(props: {
  readonly label: string;
  readonly all: readonly string[];
  readonly value: string | undefined;
  readonly set: (value: string) => void;
}) {
  const { label, all, value, set } = props;
  return (
    <label class="choice small">
      <span>{label} </span>
      <select value={value} onChange={({ currentTarget }) => set(currentTarget.value)}>
        {all.map((name) => (
          <option key={name} value={name}>
            {name === "" ? "nothing else" : name}
          </option>
        ))}
      </select>
    </label>
  );
}
