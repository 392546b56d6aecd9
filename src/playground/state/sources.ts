import { computed, signal } from "@preact/signals";
import { service } from "../api/client.ts";
import { Refused } from "../api/problem.ts";
import { type Json, prettyJson } from "../snippets/json.ts";
import { documentText, formulaOf } from "./forms.ts";
import { resource } from "./resource.ts";
import type { Source } from "./session.ts";
import { call, change, checked, session, traced, translation } from "./store.ts";

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

const asDocument = resource(
  computed(() => {
    const { data } = checked.value;
    const isWanted = session.value.source.form === "formula" && view.value !== "formula";
    if (!isWanted || !call.value || !data || !translation.value) return undefined;
    return { id: data.graph, text: documentText(translation.value, session.value.inputs) };
  }),
  async ({ id, text }, stop) => {
    try {
      const { graph } = await service.put({ graph: JSON.parse(text) }, stop);
      if (graph === id) return text;
    } catch (thrown) {
      if (!(thrown instanceof Refused)) throw thrown;
    }
    // Formulas say things in one word that take operators to say: these are the service's to choose.
    return prettyJson(plain((await service.get({ graph: id }, stop)).document), 76);
  },
  0,
);

/** The function in a form: as it was written, or translated; undefined where that form cannot say it. */
export function textIn(form: Source["form"]): string | undefined {
  const { source } = session.value;
  if (source.form === form) return source.text;
  if (form === "json") return asDocument.value.data;
  const isSame = proven.value.data !== undefined && proven.value.data.graph === written.value?.id;
  return isSame ? written.value?.formula?.expression : undefined;
}

function plain(document: unknown): Json {
  return JSON.parse(JSON.stringify(document));
}

/** Makes what was typed in a form the function. */
export function write(form: Source["form"], text: string): void {
  const { source } = session.peek();
  if (source.form === form) change({ source: { ...source, text } });
  else if (form === "json") change({ source: { form, text } });
  else
    change({ source: { form, text, ...(written.peek()?.formula && { outputs: written.peek()!.formula!.outputs }) } });
}

/** Shows a form; the function stays as it was written until somebody writes in another. */
export function show(next: typeof view.value): void {
  view.value = next;
}
