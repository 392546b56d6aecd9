import { computed, signal } from "@preact/signals";
import { service } from "../api/client.ts";
import type { Tensor, TensorMap } from "../api/wire.ts";
import { examples } from "../examples/index.ts";
import { jsonFault } from "../language/places.ts";
import { resource } from "./resource.ts";
import type { InputState, Session } from "./session.ts";
import { graphParam, pointOf, type Translation, translate } from "./translate.ts";

// What the page knows: what a person has set, what follows from it, and what the service answered to it.

/** What a person has set. */
export const session = signal<Session>(examples[0]!.session);

/** Changes some of it. */
export function change(part: Partial<Session>): void {
  session.value = { ...session.peek(), ...part };
}

/** Replaces all of it. */
export function open(whole: Session): void {
  session.value = whole;
}

/** Sets one coordinate of the point. */
export function setInput(name: string, part: Partial<InputState>): void {
  const { inputs } = session.peek();
  change({ inputs: { ...inputs, [name]: { value: 1, ...inputs[name], ...part } } });
}

/** Sets or clears what is sent into an input or an output. */
export function setSeed(side: "seeds" | "cotangents", name: string, value: Tensor | undefined): void {
  const { [name]: _, ...others } = session.peek()[side];
  change({ [side]: value === undefined ? others : { ...others, [name]: value } });
}

const source = computed(() => session.value.source);
let lastReadable: Translation | undefined;

/** What the source says; of one that cannot be read just now, what it said last. */
export const translation = computed(() => {
  lastReadable = translate(source.value) ?? lastReadable;
  return lastReadable;
});

const graph = computed(() => graphParam(session.value, translation.value));

/** Whether the service takes the graph, and what is wrong with it. */
export const checked = resource(
  computed(() => (graph.value === undefined ? undefined : { graph: graph.value })),
  service.put,
  120,
);

/** What is wrong with the function: what is told of it here, or by the service. */
export const fault = computed(() => {
  const { form, text } = source.value;
  return (form === "json" ? jsonFault(text) : undefined) ?? checked.value.problem;
});

/** The operators, for completion. */
export const operators = resource(
  computed(() => ({})),
  service.operators,
  0,
);

/** The graph and the point of the calls that compute; undefined while the graph is not taken. */
export const call = computed(() => {
  const { data, isPending } = checked.value;
  if (graph.value === undefined || !translation.value || !data || fault.value || isPending) return undefined;
  return { graph: graph.value, inputs: pointOf(session.value, translation.value) };
});

/** Every step of the evaluation. */
export const traced = resource(
  computed(() => {
    if (!call.value || !translation.value) return undefined;
    const { seeds, cotangents } = session.value;
    const names = translation.value.inputs.map(({ name }) => name);
    const seed = only(seeds, names);
    const cotangent = only(cotangents, checked.value.data?.outputs.map(({ name }) => name) ?? []);
    return {
      ...call.value,
      seed,
      ...(Object.keys(cotangent).length > 0 && { cotangent }),
    };
  }),
  service.trace,
  0,
);

function only(tensors: TensorMap, names: readonly string[]): TensorMap {
  return Object.fromEntries(names.flatMap((name) => (name in tensors ? [[name, tensors[name]!]] : [])));
}
