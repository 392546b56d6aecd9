import { elementsOf, shapeOf, shownTensor } from "../state/tensor.ts";
import type { Known } from "../steps/steps.ts";
import type { FoldedModel } from "./fold.ts";
import { type Layout, pathData } from "./layout.ts";
import type { ModelNode } from "./model.ts";
import { nameParts, operatorSign } from "./symbols.ts";

/** A drawing apart from the page: what is painted, in order. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly ground: string;
  readonly shapes: readonly Shape[];
}

/** A way that is filled or drawn along, or a text. */
export type Shape =
  | {
      readonly kind: "way";
      readonly data: string;
      readonly fill?: string;
      readonly stroke?: string;
      readonly width?: number;
    }
  | {
      readonly kind: "text";
      readonly text: string;
      readonly x: number;
      readonly y: number;
      readonly size: number;
      readonly fill: string;
      readonly anchor: "start" | "middle" | "end";
      readonly isName?: boolean;
      readonly isBold?: boolean;
    };

/** The colours of a picture. */
export interface Palette {
  readonly ground: string;
  readonly node: string;
  readonly ink: string;
  readonly quiet: string;
  readonly line: string;
  readonly derivative: string;
}

/** The graph as a picture, with the values and derivatives that are known. */
export function pictureOf(
  { nodes }: FoldedModel,
  layout: Layout,
  known: ReadonlyMap<string, Known>,
  palette: Palette,
): Picture {
  const { width, height } = layout;
  const edges = layout.edges.flatMap(({ points }): Shape[] => {
    const { x, y } = points.at(-1)!;
    return [
      { kind: "way", data: pathData(points), stroke: palette.line, width: 1.4 },
      { kind: "way", data: `M${x} ${y}L${x - 7} ${y - 4}L${x - 7} ${y + 4}Z`, fill: palette.line },
    ];
  });
  const shapes = nodes.flatMap((node) => {
    const { x, y, width: w, height: h } = layout.nodes.get(node.name)!;
    return nodeShapes(node, { left: x - w / 2, top: y - h / 2, w, h }, known.get(node.name), palette);
  });
  return { width, height, ground: palette.ground, shapes: [...edges, ...shapes] };
}

/** A picture as the text of an SVG file, which needs no style sheet. */
export function svgText({ width, height, ground, shapes }: Picture): string {
  const lines = shapes.map((shape) => {
    if (shape.kind === "way") {
      const { data, fill = "none", stroke = "none", width: line = 1 } = shape;
      return `<path d="${data}" fill="${fill}" stroke="${stroke}" stroke-width="${line}"/>`;
    }
    const { text, x, y, size, fill, anchor, isName, isBold } = shape;
    const font = isName ? 'font-family="Georgia, serif" font-style="italic"' : 'font-family="system-ui, sans-serif"';
    const weight = isBold ? ' font-weight="600"' : "";
    return `<text x="${x}" y="${y}" font-size="${size}" fill="${fill}" text-anchor="${anchor}" ${font}${weight}>${escaped(text)}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${round(width)}" height="${round(height)}" viewBox="0 0 ${round(width)} ${round(height)}">
<rect width="100%" height="100%" fill="${ground}"/>
${lines.join("\n")}
</svg>
`;
}

interface Place {
  readonly left: number;
  readonly top: number;
  readonly w: number;
  readonly h: number;
}

function nodeShapes(node: ModelNode, place: Place, known: Known | undefined, palette: Palette): Shape[] {
  const { left, top, w, h } = place;
  const isOperator = node.kind === "operator";
  const { base, index } = nameParts(node.name);
  const middle = left + w / 2;
  const isOutput = node.outputs.length > 0;
  const number = (value: Known["value"], y: number, fill: string, isBold: boolean): Shape[] =>
    value === undefined
      ? []
      : [{ kind: "text", text: numberText(value), x: middle, y: top + y, size: 14, fill, anchor: "middle", isBold }];
  return [
    {
      kind: "way",
      data: boxPath(left, top, w, h, isOperator ? 10 : h / 2),
      fill: palette.node,
      stroke: isOutput ? palette.ink : palette.line,
      width: isOutput ? 2 : 1.3,
    },
    {
      kind: "text",
      text: `${base}${subscript(index)}`,
      x: isOperator ? left + 14 : middle,
      y: top + 22,
      size: 18,
      fill: palette.ink,
      anchor: isOperator ? "start" : "middle",
      isName: true,
    },
    ...(isOperator
      ? ([
          {
            kind: "text",
            text: operatorSign(node.op),
            x: left + w - 14,
            y: top + 22,
            size: 14,
            fill: palette.quiet,
            anchor: "end",
          },
        ] as const)
      : []),
    ...number(known?.value, 43, palette.ink, false),
    ...number(known?.derivative, 62, palette.derivative, true),
  ];
}

function numberText(value: NonNullable<Known["value"]>): string {
  const shape = shapeOf(value);
  return shape.length === 1 && elementsOf(value).length <= 2 ? shownTensor(value, 3) : shownTensor(value);
}

function boxPath(x: number, y: number, w: number, h: number, r: number): string {
  const [right, bottom] = [x + w, y + h];
  return `M${round(x + r)} ${round(y)}H${round(right - r)}A${r} ${r} 0 0 1 ${round(right)} ${round(y + r)}V${round(bottom - r)}A${r} ${r} 0 0 1 ${round(right - r)} ${round(bottom)}H${round(x + r)}A${r} ${r} 0 0 1 ${round(x)} ${round(bottom - r)}V${round(y + r)}A${r} ${r} 0 0 1 ${round(x + r)} ${round(y)}Z`;
}

function subscript(digits: string): string {
  return digits.replaceAll(/\d/g, (digit) => "₀₁₂₃₄₅₆₇₈₉"[Number(digit)]!);
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function round(x: number): number {
  return Math.round(x * 10) / 10;
}
