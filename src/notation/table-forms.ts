import { recurrence } from "../operators/families/cumulative.ts";
import { counts_between, histogram, last_writers } from "../operators/families/tables/along.ts";
import { argsort, sorted_places } from "../operators/families/tables/order.ts";
import { running_places } from "../operators/families/tables/running.ts";
import { search_rows, searchsorted } from "../operators/families/tables/search.ts";
import type { Op } from "../operators/kinds.ts";
import type { PublicForm } from "./linear-algebra-forms.ts";

const unsaid: PublicForm = () => undefined;

/** What operators of tables and order that documents cannot name are in those that they can. */
export const tableForms: readonly (readonly [Op, PublicForm])[] = [
  [sorted_places, ([x], { attrs }, builder) => builder.apply(argsort.operator, [x!], attrs)],
  [
    search_rows,
    ([a, v], { attrs }, builder) =>
      a!.shape.length === 1
        ? builder.apply(searchsorted.operator, [a!, v!], { side: attrs.right ? "right" : "left" })
        : undefined,
  ],
  [
    counts_between,
    ([x], { attrs }, builder) => (x!.shape.length === 1 ? builder.apply(histogram.operator, [x!], attrs) : undefined),
  ],
  [last_writers, unsaid],
  [running_places, unsaid],
  [recurrence, unsaid],
];
