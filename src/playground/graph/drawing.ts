import { computed } from "@preact/signals";
import { traced, translation } from "../state/store.ts";
import { layoutOf } from "./layout.ts";
import { type GraphModel, modelOfTrace, outputNodes } from "./model.ts";

/** The graph that is drawn. */
export const model = computed<GraphModel | undefined>(() => {
  const { data } = traced.value;
  return data && modelOfTrace(data, outputNodes(translation.value?.document));
});

const structure = computed(() => {
  const drawn = model.value;
  return drawn && JSON.stringify([drawn.nodes.map(({ name, kind, outputs }) => [name, kind, outputs]), drawn.edges]);
});

let laidOut: { readonly key: string; readonly layout: ReturnType<typeof layoutOf> } | undefined;

/** Where its parts are; numbers that change move nothing. */
export const layout = computed(() => {
  const key = structure.value;
  const drawn = model.peek();
  if (key === undefined || !drawn || drawn.nodes.length === 0) return undefined;
  if (laidOut?.key !== key) laidOut = { key, layout: layoutOf(drawn) };
  return laidOut.layout;
});
