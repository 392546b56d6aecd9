/**
 * Measures what warnings cost calls that have none: the look at an answer that finds nothing to warn of, beside the whole
 * call, in one process.
 *
 * Usage: `npm exec -- node load/warnings.ts`; `--seconds 2` for a longer run.
 */
import { parseArgs } from "node:util";
import { carryOut, resultsOf } from "../src/calls/carry-out.ts";
import { createContext } from "../src/calls/context.ts";
import { showsDoubt } from "../src/calls/doubt/doubts.ts";
import { showsSingular } from "../src/calls/doubt/settle.ts";
import { planHessian, planJacobian } from "../src/calls/matrices.ts";
import type { Plan } from "../src/calls/plan.ts";
import { planProducts } from "../src/calls/products.ts";
import { ask, type Question, type QuestionParams } from "../src/calls/question.ts";
import { readConfig } from "../src/config.ts";
import { localCaller } from "../src/rpc/caller.ts";
import { secondsPerRun } from "./seconds-per-run.ts";
import { duration, table } from "./table.ts";

const { values } = parseArgs({ options: { seconds: { type: "string", default: "0.5" } } });
const seconds = Number(values.seconds);
const context = createContext(readConfig());

/** A formula of a vector x of some length. */
const vector = (expression: string, length: number) => ({ expression, inputs: [{ name: "x", shape: [length] }] });
const small = { graph: { expression: "log(x1) + x1*x2 - sin(x2)" }, inputs: { x1: 2, x2: 5 } };
const wave = (length: number) => Array.from({ length }, (_, i) => Math.sin(i) + 2);

const cases: readonly (readonly [string, QuestionParams, (question: Question) => Plan])[] = [
  ["gradient of a small formula", small, planProducts("gradient")],
  ["hessian of a small formula", small, planHessian],
  ["gradient by 100,000", { graph: vector("sum(log(x))", 1e5), inputs: { x: wave(1e5) } }, planProducts("gradient")],
  ["jacobian of 300 × 300", { graph: vector("cumulative_sum(sin(x))", 300), inputs: { x: wave(300) } }, planJacobian],
];

const rows = [];
for (const [title, params, planOf] of cases) {
  const call = { ...localCaller, ...unhurried(), receivedAtMs: performance.now(), note: () => undefined };
  const question = ask(context, call, { ...params, timeoutMs: 300_000 });
  const plan = planOf(question);
  const whole = await secondsPerRun(() => carryOut(question, plan), seconds);
  const results = resultsOf(question, plan);
  const look = await secondsPerRun(() => showsSingular(plan, results) || showsDoubt(question, results), seconds);
  rows.push([title, duration(whole), duration(look), `${((100 * look) / whole).toFixed(2)} %`]);
}
process.stdout.write(`${table(["Call without its text", "takes", "of which to look", "share"], rows)}\n`);

/** A signal that nobody gives. */
function unhurried() {
  const { signal } = new AbortController();
  return { signal, stop: signal };
}
