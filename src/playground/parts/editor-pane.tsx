import { effect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { createEditor } from "../language/editor.ts";
import type { Source } from "../state/session.ts";
import { textIn, write } from "../state/sources.ts";
import { checked, fault, operators, session } from "../state/store.ts";

/** The editor of the function in one of its forms. */
export function SourceEditor({ form }: { readonly form: Source["form"] }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const editor = createEditor(place.current!, {
      form,
      label: form === "json" ? "The graph as JSON" : "The function, as a formula",
      changed: (text) => write(form, text),
    });
    const stops = [
      effect(() => {
        const text = textIn(form);
        if (text !== undefined) editor.show(text);
      }),
      effect(() => editor.know(operators.value.data?.operators ?? [])),
      effect(() => {
        if (!checked.value.isPending) editor.mark(session.value.source.form === form ? fault.value : undefined);
      }),
    ];
    return () => {
      for (const stop of stops) stop();
      editor.view.destroy();
    };
  }, [form]);
  return <div class="editor" ref={place} data-testid={`editor-${form}`} />;
}
