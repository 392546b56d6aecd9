import { operators as all } from "../../src/operators/index.ts";

export { familyOf, findOperator } from "../../src/operators/index.ts";

/** The operators of documents that hold no functions: any operands of fitting shapes make a case of one. */
export const operators = all.filter(({ form }) => form.kind !== "functional");
