import fc from "fast-check";
import { expect, test } from "vitest";
import { type Member, Members } from "../../src/http/members.ts";

test("members are what a Set would hold, whatever comes and goes", () => {
  const steps = fc.array(fc.record({ adds: fc.boolean(), which: fc.nat(9) }), { maxLength: 50 });
  fc.assert(
    fc.property(steps, (steps) => {
      const members = new Members<number>();
      const model = new Set<number>();
      const added: Member<number>[] = [];
      for (const { adds, which } of steps) {
        if (adds) {
          model.add(added.length);
          added.push(members.add(added.length));
        } else if (added.length > 0) {
          const member = added[which % added.length]!;
          model.delete(member.value);
          members.remove(member);
        }
        expect(members.size).toBe(model.size);
        expect(members.values()).toEqual([...model].reverse());
      }
      for (const member of added) expect(member.isIn).toBe(model.has(member.value));
    }),
  );
});

test("what was removed refers to nobody who came later", () => {
  const members = new Members<string>();
  const [first, second, third] = [members.add("a"), members.add("b"), members.add("c")];
  members.remove(second!);
  members.remove(first!);
  expect([first!.next, first!.previous, second!.next, second!.previous]).toEqual(new Array(4).fill(undefined));
  expect([third!.next, third!.previous]).toEqual([undefined, undefined]);
});
