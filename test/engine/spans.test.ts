import fc from "fast-check";
import { expect, test } from "vitest";
import { Spans } from "../../src/engine/runs/spans.ts";
import { elementCount } from "../../src/graph/shape.ts";

const shapes = fc.array(fc.array(fc.nat({ max: 3 }), { maxLength: 3 }), { maxLength: 6 });

test("starts are the running sums of sizes, and each scalar is in the span of its owner", () => {
  fc.assert(
    fc.property(shapes, (list) => {
      const spans = new Spans(list);
      expect(spans.sizes).toEqual(list.map(elementCount));
      spans.starts.forEach((start, i) => {
        expect(start).toBe(spans.sizes.slice(0, i).reduce((a, b) => a + b, 0));
      });
      expect(spans.owners.length).toBe(spans.total);
      const scalars = Float64Array.from({ length: spans.total }, (_, at) => at);
      const all = list.flatMap((_, i) => [...spans.part(scalars, i)].map((at) => [at, i]));
      expect(all).toEqual([...spans.owners].map((owner, at) => [at, owner]));
    }),
  );
});
