import type { Attrs } from "./attribute.ts";
import type { Body, Form, Operator, Primitive, View } from "./operator.ts";

/** The form of an operator that can run; undefined for composites and leaves. */
export function runnableForm({ form }: Operator): Primitive | undefined {
  return form.kind === "composite" || form.kind === "functional" || form.kind === "leaf" ? undefined : form;
}

/** The form of an operator that is known to run. */
export function primitiveForm(operator: Operator): Primitive {
  const form = runnableForm(operator);
  if (!form) throw new Error(`${operator.name} is not a primitive`);
  return form;
}

/** The form of an operator that is known to be of one kind. */
export function formOf<K extends Form["kind"]>({ name, form }: Operator, kind: K): Extract<Form, { kind: K }> {
  if (!isOfKind(form, kind)) throw new Error(`${name} is not ${kind}`);
  return form;
}

/** Whether an operator shows the storage of its operand; with a layout, whether in that one. */
export function isView({ form }: Operator, layout?: View["layout"]): boolean {
  return form.kind === "view" && (layout === undefined || form.layout === layout);
}

/** The bodies that a form runs with some attributes; none of most. */
export function bodiesOf(form: Form, attrs: Attrs): readonly Body[] {
  switch (form.kind) {
    case "loop":
      return [form.rows(attrs)];
    case "until": {
      const { condition, body } = form.repetition(attrs);
      return [condition, body];
    }
    case "choice":
      return form.branches(attrs);
    default:
      return [];
  }
}

function isOfKind<K extends Form["kind"]>(form: Form, kind: K): form is Extract<Form, { kind: K }> {
  return form.kind === kind;
}
