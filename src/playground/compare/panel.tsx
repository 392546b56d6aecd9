import { computed } from "@preact/signals";
import { service } from "../api/client.ts";
import { Refused } from "../api/problem.ts";
import type { Wire } from "../api/wire.ts";
import { Scrollable } from "../parts/scrollable.tsx";
import { resource } from "../state/resource.ts";
import { call, session } from "../state/store.ts";
import { shapeOf, shown, sizeOf } from "../state/tensor.ts";
import { CompareBars } from "./bars.tsx";
import { ErrorPlot } from "./error-plot.tsx";
import { nameOf } from "./names.ts";
import { callsOf, errorLines } from "./steps.ts";

const wanted = computed(() => (call.value && session.value.tab === "compare" ? call.value : undefined));
const compared = resource(wanted, service.compare, 0);

/** Many small calls at once; of a large Jacobian each would be large. */
const entriesMax = 400;

const differences = resource(
  computed(() => {
    const { data } = compared.value;
    const exact = data?.rows.find(({ method }) => method === "reverse")?.jacobian;
    if (!wanted.value || !exact || compared.value.isPending) return undefined;
    const entries = Object.values(exact).flatMap((row) => Object.values(row).map((block) => sizeOf(shapeOf(block))));
    return entries.reduce((sum, size) => sum + size, 0) > entriesMax ? undefined : { call: wanted.value, exact };
  }),
  async ({ call, exact }, signal) => {
    const calls = callsOf(call);
    const half = calls.length / 2;
    const answers = [
      ...(await service.numericals(calls.slice(0, half), signal)),
      ...(await service.numericals(calls.slice(half), signal)),
    ];
    if (answers.every((answer) => answer === undefined)) {
      throw new Refused({ type: "failed", message: "no differences can be taken here" });
    }
    return errorLines(answers, exact);
  },
  0,
);

/** One Jacobian by all ways: values, errors, what each takes, and how errors of differences depend on the step. */
export function ComparePanel() {
  const { data, problem } = compared.value;
  return (
    <div>
      <header class="panel-head">
        <h2>Four ways to a derivative</h2>
        <span class="note">differences, formulas, forward mode, reverse mode</span>
      </header>
      {problem && (
        <p class="verdict bad" role="status">
          {problem.message}
        </p>
      )}
      {data && !problem && (
        <>
          <CompareTable data={data} />
          <CompareBars rows={data.rows} />
          <ErrorPlot lines={differences.value.data} problem={differences.value.problem} />
        </>
      )}
    </div>
  );
}

function CompareTable({ data }: { readonly data: Wire["CompareResult"] }) {
  const scalars = scalarEntries(data.rows);
  return (
    <Scrollable label="The four ways as a table">
      <table data-testid="compare" class="compact">
        <thead>
          <tr>
            <th scope="col">Way</th>
            {scalars.map(({ of, wrt }) => (
              <th key={`${of} ${wrt}`} scope="col" class="figure">
                ∂{of}/∂{wrt}
              </th>
            ))}
            <th scope="col" class="figure">
              Error
            </th>
            <th scope="col" class="figure">
              Time
            </th>
          </tr>
        </thead>
        <tbody>
          {data.rows.map((row) => (
            <tr key={nameOf(row)}>
              <th scope="row">
                {nameOf(row)}
                <span class="took">
                  {took(row)} · <Verdict row={row} isReference={row.method === data.reference} />
                </span>
              </th>
              {scalars.map(({ of, wrt }) => (
                <td key={`${of} ${wrt}`} class="figure">
                  {entryOf(row, of, wrt)}
                </td>
              ))}
              <td class="figure">{row.error === 0 ? "0" : shown(Number(row.error), 2)}</td>
              <td class="figure">{shown(row.timeMs * 1000, 3)} µs</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scrollable>
  );
}

function Verdict({ row, isReference }: { readonly row: Wire["ComparedRow"]; readonly isReference: boolean }) {
  return <span class={`judged ${row.verdict}`}>{isReference ? "reference" : row.verdict}</span>;
}

function took({ evaluations, passes }: Wire["ComparedRow"]): string {
  const [count, word] =
    passes === undefined ? [evaluations ?? 0, "evaluation"] : [passes, passes === 1 ? "pass" : "passe"];
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}

/** The pairs of scalars, the first few: of tensors a table has no room. */
function scalarEntries(rows: readonly Wire["ComparedRow"][]) {
  const exact = rows.find(({ method }) => method === "reverse")?.jacobian ?? {};
  return Object.entries(exact)
    .flatMap(([of, blocks]) => Object.entries(blocks).map(([wrt, block]) => ({ of, wrt, block })))
    .filter(({ block }) => shapeOf(block).length === 0)
    .slice(0, 2);
}

function entryOf({ jacobian }: Wire["ComparedRow"], of: string, wrt: string): string {
  const value = jacobian[of]?.[wrt];
  return value === undefined ? "" : shown(Number(value), 9);
}
