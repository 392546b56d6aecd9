import fc from "fast-check";
import { expect, test } from "vitest";
import type { Place } from "../../src/codegen/place.ts";
import { schedule } from "../../src/codegen/schedule.ts";
import { bytesPerNumber, planStorage } from "../../src/codegen/storage.ts";
import { Budget } from "../../src/graph/budget.ts";
import { type Graph, nodesOf } from "../../src/graph/graph.ts";
import { elementCount, type Shape } from "../../src/graph/shape.ts";
import { vjp } from "../../src/transforms/derive.ts";
import { finished, floats } from "../support/graphs.ts";
import { randomGraph } from "../support/random-graphs.ts";
import { stridedGraph } from "../support/strided-graphs.ts";

/** What a step writes and reads: numbers of a shape at a place. */
interface Access {
  readonly step: number;
  readonly place: Place;
  readonly shape: Shape;
}

function plan({ outputs }: Graph, absorbs: boolean) {
  const nodes = nodesOf({ inputs: [], outputs });
  const ends = outputs.map(({ node }) => node);
  const made = schedule(nodes, ends, absorbs, () => undefined, Budget.unlimited());
  const accesses = made.steps.flatMap((step, index): Access[] => {
    if (step.kind !== "map") {
      const { args, shape } = nodes[step.slot]!;
      const reads = step.operands.map((place, i) => ({ step: index, place, shape: args[i]!.shape }));
      return [...reads, { step: index, place: made.places[step.slot]!, shape }];
    }
    return step.members.flatMap(({ slot, operands, target }) => {
      const isWritten = slot < 0 || made.isStored[slot] === 1;
      const places = [
        ...operands.flatMap((operand) => (operand.kind === "memory" ? [operand.place] : [])),
        ...(isWritten ? [target] : []),
      ];
      return places.map((place) => ({ step: index, place, shape: step.shape }));
    });
  });
  for (const node of ends) {
    accesses.push({ step: made.steps.length, place: made.places[made.slotOf(node)]!, shape: node.shape });
  }
  return { ...made, accesses: accesses.filter(({ shape }) => elementCount(shape) > 0) };
}

/** A law of schedules, of graphs of strided views and of derivatives. */
function holds(law: (graph: Graph, absorbs: boolean) => void, numRuns: number): void {
  const size = fc.integer({ min: 1, max: 25 });
  fc.assert(
    fc.property(fc.integer(), size, fc.boolean(), fc.boolean(), (seed, nodes, isStrided, absorbs) => {
      if (isStrided) return law(stridedGraph(seed, nodes).graph, absorbs);
      const { primal } = randomGraph(seed, nodes);
      law(finished(vjp(primal, floats(primal))), absorbs);
    }),
    { numRuns },
  );
}

test("what steps read and write lies inside of its root, while that has its storage", () => {
  holds((graph, absorbs) => {
    const { accesses, roots } = plan(graph, absorbs);
    for (const { step, place, shape } of accesses) {
      const { count, first, last } = roots.get(place.root)!;
      const ends = shape.map((n, i) => (n - 1) * place.strides[i]!);
      const low = ends.reduce((sum, end) => sum + Math.min(0, end), place.offset);
      const high = ends.reduce((sum, end) => sum + Math.max(0, end), place.offset);
      expect(low).toBeGreaterThanOrEqual(0);
      expect(high).toBeLessThan(count);
      expect(first).toBeLessThanOrEqual(step);
      expect(last).toBeGreaterThanOrEqual(step);
    }
  }, 60);
});

test("values that are needed at the same time do not share memory, and one number past each is nobody's", () => {
  holds((graph, absorbs) => {
    const { roots, steps } = plan(graph, absorbs);
    const { offsets, bytes } = planStorage(roots, steps.length);
    const blocks = Array.from(roots, ([root, { count, first, last }]) => {
      const start = offsets.get(root)!;
      return { first, last, start, end: start + (count + 1) * bytesPerNumber };
    });
    for (const [i, a] of blocks.entries()) {
      expect(a.end).toBeLessThanOrEqual(bytes);
      for (const b of blocks.slice(i + 1)) {
        const isTogether = a.first <= b.last && b.first <= a.last;
        expect(isTogether && a.start < b.end && b.start < a.end).toBe(false);
      }
    }
  }, 60);
});

test("members of a map come before those that read them", () => {
  holds((graph, absorbs) => {
    for (const step of plan(graph, absorbs).steps) {
      if (step.kind !== "map") continue;
      for (const [m, { operands }] of step.members.entries()) {
        for (const operand of operands) if (operand.kind === "member") expect(operand.index).toBeLessThan(m);
      }
    }
  }, 20);
});
