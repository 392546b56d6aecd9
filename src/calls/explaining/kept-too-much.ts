import { quote, ServiceError } from "../../errors.ts";
import { functionsOf } from "../../graph/function.ts";
import { nodeNames } from "../doubt/kinks.ts";
import type { Plan } from "../plan.ts";
import type { Question } from "../question.ts";
import { loopsOf } from "./loops.ts";

/**
 * Throws `limit_exceeded` where a call would hold more bytes than one may and a loop keeps rows: with the function and the
 * node of the loop that keeps the most. Others are refused when they are admitted.
 */
export function checkKept(question: Question, { sweeps }: Plan, received: number): void {
  const { liveBytes: allowed } = question.engine.limits;
  if (received <= allowed) return;
  const loops = sweeps.flatMap(({ derived }) => loopsOf(derived.graph).loops);
  const most = loops.reduce<(typeof loops)[number] | undefined>(
    (a, b) => (a && a.keptBytes >= b.keptBytes ? a : b),
    undefined,
  );
  if (!most || most.keptBytes === 0) return;
  const holder = question.loaded.canonical.order.find((node) =>
    functionsOf([node]).some(({ name }) => name === most.function),
  );
  const node = holder && nodeNames(question).get(holder);
  const of = node === undefined ? "" : ` of ${quote(node)}`;
  const less = most.kind === "while" ? 'a smaller "limit"' : 'a "checkpoint" of about the root of its steps';
  throw new ServiceError(
    "limit_exceeded",
    `liveBytes: ${received} received, ${allowed} allowed; the steps of function ${quote(most.function)}${of} keep ${most.keptBytes} bytes for reverse mode: ${less} keeps less`,
    { limit: "liveBytes", allowed, received, function: most.function, ...(node !== undefined && { node }) },
  );
}
