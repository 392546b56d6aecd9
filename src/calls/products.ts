import { type Kind, kinds } from "../engine/derived.ts";
import { collectProducts, result } from "../engine/runs/collect.ts";
import { Spans } from "../engine/runs/spans.ts";
import { outputParts } from "./answer-size.ts";
import { kinksOf } from "./doubt/kinks.ts";
import { headingsOf, type Side } from "./headings.ts";
import { tensors } from "./leaves.ts";
import type { Collector, Plan } from "./plan.ts";
import type { Question } from "./question.ts";
import { routeProducts } from "./routes.ts";
import { select, selectScalar } from "./selection.ts";

/** Plans products with the seeds of a call, or a gradient, or an evaluation. */
export function planProducts(kind: Kind): (question: Question) => Plan {
  const { seeded, gives, hasGradient, seedless } = kinds[kind];
  return (question) => {
    const selection =
      kind === "evaluate" ? question.named : hasGradient ? selectScalar(question, kind) : select(question);
    const count = seeded ? question.seeds.length : 0;
    // Without a seed there is nothing to multiply with.
    const hasSeeds = count > 0 || !seeded;
    const route = routeProducts(question, hasSeeds ? kind : seedless, selection, passesOf(kind, count));
    const headings = headingsOf(question, selection);
    const gradient = hasGradient ? headings.wrt : undefined;
    const products: Side = gives ? headings[gives] : none;
    return {
      selection,
      operations: route.operations,
      parts: [
        ...outputParts(question),
        { rows: gradient?.spans.shapes ?? [] },
        { rows: products.spans.shapes, copies: count },
      ],
      sweeps: [{ derived: route.derived, seeds: seeded && count > 0 ? { side: headings[seeded], count } : undefined }],
      gradient,
      collect: (points) =>
        productsCollector(products, gives, count, question.hasSeedList, route.derived.firstSeeded, points),
      ranges: undefined,
      kinks: kind === "evaluate" ? undefined : kinksOf(question, selection, kind === "hvp"),
      verify: undefined,
      told: route.told,
    };
  };
}

const none: Side = { names: [], spans: new Spans([]) };

function passesOf(kind: Kind, seeds: number): number {
  return kind === "evaluate" ? 0 : Math.max(1, seeds);
}

function productsCollector(
  { names, spans }: Side,
  gives: "wrt" | "of" | undefined,
  count: number,
  isList: boolean,
  firstSeeded: number,
  points: number | undefined,
): Collector {
  const all = Array.from({ length: count }, () => spans.shapes.map((shape) => result(shape, "float64", points)));
  const arraysOf = (results: (typeof all)[number]) => results.map(({ array }) => array);
  return {
    sink: () => (count > 0 ? collectProducts(all, firstSeeded) : undefined),
    arrays: () => all.map(arraysOf),
    held: () =>
      all.flatMap((results) =>
        results.map(({ array, size }, i) => {
          const scalar = (entry: number) => spans.starts[i]! + entry;
          return { array, size, ...(gives === "of" ? { row: scalar } : { column: scalar }) };
        }),
      ),
    answer(encoding) {
      const list = all.map((results) => tensors(names, arraysOf(results), encoding));
      return isList ? list : list[0];
    },
  };
}
