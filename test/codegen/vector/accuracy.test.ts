import { describe, expect, test } from "vitest";
import { vectorFunctions } from "../../../src/codegen/vector/index.ts";
import { worstErrors } from "./tables.ts";

// With TABLES naming a folder of larger tables (data/*.py make them) this is the long test.

describe.each(["fused", "rounded twice"])("where a·b + c is %s", (way) => {
  test.each(vectorFunctions.map((declared) => [declared.name, declared] as const))(
    "%s is as accurate as it says at every point of its tables",
    (_, declared) => {
      const worst = worstErrors(vectorFunctions, declared, { isFused: way === "fused" });
      expect(worst.filter(({ ulps }) => !(ulps <= declared.ulpMax!))).toEqual([]);
    },
  );
});

test("no function is wrong by more than two units in the last place", () => {
  expect(vectorFunctions.filter(({ ulpMax }) => !(ulpMax === undefined || ulpMax <= 2))).toEqual([]);
});
