import { columns } from "./table.ts";
import { isArrayObject, isNested, isScalar, tensorText } from "./value.ts";

type Answer = Readonly<Record<string, unknown>>;

/** An answer for people: what it is made of by name, points in rows. `points` is how many the call had, if it had a batch. */
export function answerText(answer: Answer, points?: number): string {
  if (typeof answer.text === "string") return answer.text.trimEnd();
  const { graph, plan, warnings: _, ...rest } = answer;
  const parts: Parts = { rows: [], blocks: [] };
  for (const [name, value] of Object.entries(rest)) collect(value, name, points, parts);
  const isAbout = parts.rows.length + parts.blocks.length === 0;
  if (isAbout && graph !== undefined) parts.rows.push({ name: "graph", value: graph });
  const { rows } = parts;
  const batched =
    points === undefined ? [] : rows.filter(({ value }) => Array.isArray(value) && value.length === points);
  const others = rows.filter((row) => !batched.includes(row));
  return [
    ...(batched.length > 0 ? [pointTable(batched, points!)] : []),
    ...(others.length > 0 ? [columns(others.flatMap(rowLines))] : []),
    ...parts.blocks,
    ...planText(plan),
  ].join("\n\n");
}

/** What an answer warns of, a line each. */
export function warningLines({ warnings = [] }: { readonly warnings?: unknown }): string[] {
  return (warnings as readonly { message: string; node?: string; points?: readonly number[] }[]).map(
    ({ message, node, points }) => {
      const at = node === undefined ? "" : ` (${node})`;
      return `warning: ${message}${at}${points ? `, at points ${points.join(", ")}` : ""}`;
    },
  );
}

interface Row {
  readonly name: string;
  readonly value: unknown;
}

interface Parts {
  readonly rows: Row[];
  readonly blocks: string[];
}

const pointsShown = 20;
const cellsPerPoint = 8;
const cellMax = 48;

function collect(value: unknown, name: string, points: number | undefined, parts: Parts): void {
  const { rows, blocks } = parts;
  if (value === undefined || (Array.isArray(value) && value.length === 0)) return;
  if (typeof value === "string" && value.includes("\n")) blocks.push(value.trimEnd());
  else if (typeof value !== "object" || value === null || isNested(value) || isArrayObject(value)) {
    rows.push({ name, value });
  } else if (Array.isArray(value)) {
    if (value.every((item) => typeof item === "string")) rows.push({ name, value: value.join(", ") });
    else blocks.push(`${name}\n${listTable(value)}`);
  } else if (name === "document") blocks.push(JSON.stringify(value));
  else if ("text" in value && "latex" in value) rows.push({ name, value: value.text });
  else for (const [key, member] of Object.entries(value)) collect(member, `${name}.${key}`, points, parts);
}

/** A row for each point, a column for each number of it; tensors of many numbers by their shape. */
function pointTable(rows: readonly Row[], points: number): string {
  const heads = ["point"];
  const cells: ((point: number) => string)[] = [];
  for (const { name, value } of rows) {
    const all = value as readonly unknown[];
    const places = placesOf(all[0]);
    if (places.length > cellsPerPoint) {
      heads.push(name);
      cells.push(() => `… ${places.length} numbers`);
      continue;
    }
    for (const place of places) {
      heads.push(place.length === 0 ? name : `${name}[${place.join(",")}]`);
      cells.push((point) => String(place.reduce((inner, i) => (inner as readonly unknown[])[i], all[point])));
    }
  }
  const shown = points > pointsShown ? [...Array(pointsShown - 1).keys(), points - 1] : [...Array(points).keys()];
  const lines = shown.map((point) => [String(point), ...cells.map((cell) => cell(point))]);
  if (points > pointsShown) lines.splice(-1, 0, ["…"]);
  const note = points > pointsShown ? `\n(${points} points; --json has them all)` : "";
  return columns(lines, heads) + note;
}

/** The places of a nested list's numbers. */
function placesOf(value: unknown): number[][] {
  if (!Array.isArray(value)) return [[]];
  return value.flatMap((item, i) => placesOf(item).map((place) => [i, ...place]));
}

function rowLines({ name, value }: Row): string[][] {
  const lines = (typeof value === "string" && !isScalar(value) ? value : tensorText(value)).split("\n");
  return lines.map((line, i) => [i === 0 ? name : "", line]);
}

/** Objects as a table of what of them is short. */
function listTable(list: readonly unknown[]): string {
  const items = list.map((item) => (typeof item === "object" && item !== null ? (item as Answer) : { value: item }));
  const names = [...new Set(items.flatMap((item) => Object.keys(item)))].filter((name) =>
    items.every((item) => isShort(item[name])),
  );
  const cell = (value: unknown) => {
    const text = Array.isArray(value) ? (value.length === 0 ? "" : tensorText(value)) : String(value ?? "");
    return text.length > cellMax ? `${text.slice(0, cellMax - 1)}…` : text;
  };
  return columns(
    items.map((item) => names.map((name) => cell(item[name]))),
    names,
  );
}

function isShort(value: unknown): boolean {
  if (Array.isArray(value)) return value.length <= 4 && value.every((item) => typeof item !== "object");
  return typeof value !== "object" && !(typeof value === "string" && value.includes("\n"));
}

function planText(plan: unknown): string[] {
  if (typeof plan !== "object" || plan === null) return [];
  const { mode, passes, operations } = plan as { mode?: string; passes?: number; operations?: Record<string, number> };
  if (mode === undefined || operations === undefined) return [];
  const spent =
    operations[mode] === undefined ? "" : `, ${operations[mode]} operations where the value takes ${operations.primal}`;
  return [`${mode} mode in ${passes} pass${passes === 1 ? "" : "es"}${spent}`];
}
