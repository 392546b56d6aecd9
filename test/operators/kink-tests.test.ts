import { expect, test } from "vitest";
import { describeOperator } from "../../src/operators/table.ts";
import { operators } from "../support/plain-operators.ts";

test("what the operator table says of kinks is what the tests of them are beside", () => {
  const published = operators.filter((operator) => describeOperator(operator).kinks !== undefined);
  expect(published.length).toBeGreaterThan(20);
  for (const operator of published) {
    expect(operator.kink!.told).toBe(describeOperator(operator).kinks);
    expect(operator.kink!.at).toBeTypeOf("function");
  }
});
