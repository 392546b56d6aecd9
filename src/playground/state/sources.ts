import { computed, signal } from "@preact/signals";
import { service } from "../api/client.ts";
import { documentText, formulaOf } from "./forms.ts";
import { resource } from "./resource.ts";
import type { Source } from "./session.ts";
import { change, checked, session, traced, translation } from "./store.ts";

/** Which forms of the function are seen. */
export const view = signal<"formula" | "json" | "both">("formula");

const written = computed(() => {
  const { form } = session.value.source;
  const { document } = translation.value ?? {};
  const { data } = traced.value;
  if (form !== "json" || !document || !data || data.graph !== checked.value.data?.graph) return undefined;
  return { formula: formulaOf(document, data), id: data.graph };
});

const proven = resource(
  computed(() => written.value?.formula && { graph: written.value.formula }),
  service.put,
  0,
);

/** The function in a form: as it was written, or translated; undefined where that form cannot say it. */
export function textIn(form: Source["form"]): string | undefined {
  const { source, inputs } = session.value;
  if (source.form === form) return source.text;
  if (form === "json") return translation.value && documentText(translation.value, inputs);
  const isSame = proven.value.data !== undefined && proven.value.data.graph === written.value?.id;
  return isSame ? written.value?.formula?.expression : undefined;
}

/** Makes what was typed in a form the function. */
export function write(form: Source["form"], text: string): void {
  const { source } = session.peek();
  if (source.form === form) change({ source: { ...source, text } });
  else if (form === "json") change({ source: { form, text } });
  else
    change({ source: { form, text, ...(written.peek()?.formula && { outputs: written.peek()!.formula!.outputs }) } });
}

/** Shows a form, and makes it the one that is written in, where it can say the function. */
export function show(next: typeof view.value): void {
  view.value = next;
  if (next === "both" || next === session.peek().source.form) return;
  const text = textIn(next);
  if (text !== undefined) write(next, text);
}
