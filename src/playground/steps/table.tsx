import type { Tensor, TraceNode, Wire } from "../api/wire.ts";
import { Name, spoken } from "../parts/name.tsx";
import { Scrollable } from "../parts/scrollable.tsx";
import { TensorMini } from "../parts/tensor-figure.tsx";
import { session, traced } from "../state/store.ts";
import { shapeOf, shownTensor } from "../state/tensor.ts";
import { current, goTo, isPlaying, known, steps } from "./player.ts";

/** The table of the textbook: values and tangents in the order that they are computed, or adjoints and what adds up to them. */
export function TraceTable() {
  const { data, problem } = traced.value;
  const { direction } = session.value;
  return (
    <div class={`trace ${direction}`}>
      <header class="panel-head">
        <h2>{direction === "forward" ? "Forward trace" : "Reverse trace"}</h2>
        <span class="note">
          {direction === "forward" ? "values and tangents, first to last" : "adjoints, last to first"}
          {data && data.nodes.length > rowsMax && `; ${rowsMax} of ${data.nodes.length} rows, around the current one`}
        </span>
      </header>
      {problem && (
        <p class="verdict bad" role="status">
          {problem.message}
        </p>
      )}
      {data && !problem && (direction === "forward" ? <Forward nodes={data.nodes} /> : <Reverse data={data} />)}
    </div>
  );
}

function Forward({ nodes }: { readonly nodes: readonly TraceNode[] }) {
  const row = current.value?.row;
  return (
    <Scrollable label="Steps" follow={current.value}>
      <table data-testid="trace">
        <thead>
          <tr>
            <th scope="col">Step</th>
            <th scope="col">Formula</th>
            <th scope="col" class="figure">
              Value
            </th>
            <th scope="col" class="figure tangent-ink">
              Tangent
            </th>
          </tr>
        </thead>
        <tbody>
          {windowOf(nodes, (node) => node.name === row).map(({ item: node, index: i }) => {
            const state = known.value.get(node.name);
            const isMade = state?.value !== undefined;
            return (
              <tr
                key={node.name}
                class={rowClass(row === node.name, isMade)}
                aria-current={row === node.name ? "step" : undefined}
                data-row={node.name}
              >
                <th scope="row">
                  <RowButton step={i + 1}>
                    <Name name={node.name} />
                  </RowButton>
                </th>
                <td class="formula">{node.formula === undefined ? node.op : <Formula text={node.formula} />}</td>
                <td class="figure">{isMade && <Figure value={node.value} />}</td>
                <td class="figure tangent-ink">
                  {isMade && node.tangent !== undefined && <Figure value={node.tangent} />}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </Scrollable>
  );
}

function Reverse({ data }: { readonly data: Wire["TraceResult"] }) {
  const rows = new Map(data.nodes.map((node) => [node.name, node]));
  const step = current.value;
  const firstStep = new Map<string, number>();
  for (const [i, { row }] of steps.value.entries()) if (!firstStep.has(row)) firstStep.set(row, i + 1);
  if (!data.reverse) return <NoCotangent />;
  return (
    <Scrollable label="Steps" follow={current.value}>
      <table data-testid="trace">
        <thead>
          <tr>
            <th scope="col">Adjoint</th>
            <th scope="col">Adds up from</th>
            <th scope="col" class="figure adjoint-ink">
              Value
            </th>
          </tr>
        </thead>
        <tbody>
          {windowOf(data.reverse, (name) => name === step?.row).map(({ item: name }) => {
            const node = rows.get(name)!;
            const state = known.value.get(name);
            const isRow = step?.row === name;
            return (
              <tr
                key={name}
                class={rowClass(isRow, state?.derivative !== undefined)}
                aria-current={isRow ? "step" : undefined}
                data-row={name}
              >
                <th scope="row">
                  <RowButton step={(firstStep.get(name) ?? 1) - 1 + Math.max(1, node.parts?.length ?? 1)}>
                    <span class="hidden">{spoken(name, "bar")}</span>
                    <span aria-hidden="true">
                      <Name name={name} accent="bar" />
                    </span>
                  </RowButton>
                </th>
                <td class="formula">
                  {(node.parts ?? []).map((part, i) => (
                    <Part
                      key={`${part.from} ${part.formula}`}
                      of={name}
                      part={part}
                      isNow={isRow && step.part === i}
                      isFirst={i === 0}
                    />
                  ))}
                  {(node.parts ?? []).length === 0 && "0: no output depends on it"}
                </td>
                <td class="figure adjoint-ink">
                  {state?.derivative !== undefined && <Figure value={state.derivative} />}
                  {state?.derivative !== undefined && !state.isWhole && <span class="partial"> so far</span>}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </Scrollable>
  );
}

function Part(props: {
  readonly of: string;
  readonly part: Wire["TracePart"];
  readonly isNow: boolean;
  readonly isFirst: boolean;
}) {
  const { of, part, isNow, isFirst } = props;
  const { from, formula, partial } = part;
  const isProduct = from !== undefined && formula.includes("∂");
  return (
    <span class={`part ${isNow ? "now" : ""}`}>
      {!isFirst && <span class="plus">+ </span>}
      {isProduct ? (
        <>
          <span class="hidden">{formula}</span>
          <span aria-hidden="true">
            <Name name={from} accent="bar" /> · ∂<Name name={from} />
            /∂
            <Name name={of} />
          </span>
        </>
      ) : (
        formula
      )}
      {isProduct && partial !== undefined && (
        <span class="numbers">
          {shownTensor(quotient(part))} · {factor(partial)}
        </span>
      )}
    </span>
  );
}

/** A number in a product, where a negative one has parentheses. */
function factor(value: Tensor): string {
  const text = shownTensor(value);
  return text.startsWith("−") ? `(${text})` : text;
}

/** The adjoint that a part is made from, by the row that it comes from. */
function quotient({ from }: Wire["TracePart"]) {
  return traced.value.data?.nodes.find(({ name }) => name === from)?.adjoint ?? 0;
}

/** A number, or a tensor as a small heat map. */
function Figure({ value }: { readonly value: Tensor }) {
  if (shapeOf(value).length === 0) return <>{shownTensor(value)}</>;
  return (
    <>
      <span class="hidden">{shownTensor(value)}</span>
      <TensorMini value={value} />
    </>
  );
}

/** Of a long list what is around the current row, with the index of each. */
function windowOf<T>(
  list: readonly T[],
  isCurrent: (item: T) => boolean,
): { readonly item: T; readonly index: number }[] {
  const rows = list.map((item, index) => ({ item, index }));
  if (rows.length <= rowsMax) return rows;
  const at = Math.max(0, list.findIndex(isCurrent));
  const start = Math.max(0, Math.min(at - rowsMax / 2, rows.length - rowsMax));
  return rows.slice(start, start + rowsMax);
}

const rowsMax = 200;

function NoCotangent() {
  const outputs = Object.keys(traced.value.data?.outputs ?? {});
  return (
    <p class="note pad">
      There is more than one output, or it is no scalar: click {outputs.length > 1 ? "an output" : "the output"} in the
      graph to send a cotangent into it.
    </p>
  );
}

function RowButton({ step, children }: { readonly step: number; readonly children: preact.ComponentChildren }) {
  return (
    <button
      type="button"
      class="row-button"
      onClick={() => {
        isPlaying.value = false;
        goTo(step);
      }}
    >
      {children}
    </button>
  );
}

/** A formula in which names have their digits as an index. */
function Formula({ text }: { readonly text: string }) {
  const words = text.split(/([A-Za-z_]\w*)/);
  return (
    <>
      {words.map((word, i) => {
        const key = `${i} ${word}`;
        const isCall = words[i + 1]?.startsWith("(");
        if (i % 2 === 0) return <span key={key}>{word.replaceAll("*", "·").replaceAll("-", "−")}</span>;
        return isCall ? <span key={key}>{word}</span> : <Name key={key} name={word} />;
      })}
    </>
  );
}

function rowClass(isNow: boolean, isMade: boolean): string {
  return `${isNow ? "now" : ""} ${isMade ? "" : "ahead"}`;
}
