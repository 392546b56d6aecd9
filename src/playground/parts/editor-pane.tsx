import { effect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { createEditor } from "../language/editor.ts";
import { change, checked, operators, session } from "../state/store.ts";

/** The editor of the function's source. */
export function SourceEditor() {
  const place = useRef<HTMLDivElement>(null);
  const { form } = session.value.source;
  useEffect(() => {
    const editor = createEditor(place.current!, {
      form,
      label: form === "json" ? "The graph as JSON" : "The function, as a formula",
      changed: (text) => change({ source: { ...session.peek().source, text } }),
    });
    const stops = [
      effect(() => {
        const { source } = session.value;
        if (source.form === form) editor.show(source.text);
      }),
      effect(() => editor.know(operators.value.data?.operators ?? [])),
      effect(() => {
        const { problem, isPending } = checked.value;
        if (!isPending) editor.mark(problem);
      }),
    ];
    return () => {
      for (const stop of stops) stop();
      editor.view.destroy();
    };
  }, [form]);
  return <div class="editor" key={form} ref={place} data-testid="editor" />;
}
