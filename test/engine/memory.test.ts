import fc from "fast-check";
import { expect, test } from "vitest";
import { LinearMemory, type TakenBlock } from "../../src/engine/programs/memory.ts";

const takers = 4;
const turn = fc.record({
  taker: fc.nat(takers - 1),
  pages: fc.integer({ min: 1, max: 6 }),
  leaves: fc.boolean(),
});

test("blocks that are taken at once lie apart, and what is said to be as it was left is", () => {
  fc.assert(
    fc.property(fc.array(turn, { maxLength: 60 }), (turns) => {
      const memory = new LinearMemory();
      const held = new Map<number, { block: TakenBlock; mark: number; leaves: boolean }>();
      const marks = new Map<number, number>();
      const shown = ({ offset, bytes }: TakenBlock) => memory.data.subarray(offset / 8, (offset + bytes) / 8);
      const give = (taker: number) => {
        const { block, mark, leaves } = held.get(taker)!;
        expect(shown(block).every((x) => x === mark)).toBe(true);
        memory.give(block, leaves ? taker : undefined);
        held.delete(taker);
        if (leaves) marks.set(taker, mark);
      };
      turns.forEach(({ taker, pages, leaves }, mark) => {
        if (held.has(taker)) {
          give(taker);
          return;
        }
        const block = memory.take(pages * 16_384, taker);
        if (block.isAsLeft) expect(shown(block).every((x) => x === marks.get(taker))).toBe(true);
        shown(block).fill(mark);
        held.set(taker, { block, mark, leaves });
      });
      for (const taker of [...held.keys()]) give(taker);
      expect(memory.isFree).toBe(true);
    }),
    { numRuns: 300 },
  );
});

test("a taker finds its block again, though room was found before it meanwhile", () => {
  const memory = new LinearMemory();
  const [first, second] = [memory.take(1024, 1), memory.take(2048, 2)];
  memory.give(second, 2);
  memory.give(first);
  expect(memory.take(2048, 2)).toEqual({ ...second, isAsLeft: true });
});

test("a block of another size is not as it was left", () => {
  const memory = new LinearMemory();
  memory.give(memory.take(2048, 1), 1);
  expect(memory.take(1024, 1).isAsLeft).toBe(false);
});
