import { save } from "../parts/save.ts";
import { session } from "../state/store.ts";
import { known } from "../steps/player.ts";
import { layout, model } from "./drawing.ts";
import { type Picture, pictureOf, svgText } from "./picture.ts";

/** Saves the drawing as a file. */
export function DownloadButtons() {
  return (
    <span class="downloads">
      <button type="button" class="button" onClick={() => saveSvg()} aria-label="Download the graph as SVG">
        SVG
      </button>
      <button type="button" class="button" onClick={() => savePng()} aria-label="Download the graph as PNG">
        PNG
      </button>
    </span>
  );
}

function picture(): Picture | undefined {
  const [drawn, places] = [model.peek(), layout.peek()];
  if (!drawn || !places) return undefined;
  const style = getComputedStyle(document.documentElement);
  const color = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return pictureOf(drawn, places, known.peek(), {
    ground: color("card"),
    node: color("well"),
    ink: color("ink"),
    quiet: color("ink-quiet"),
    line: color("line-strong"),
    derivative: color(session.peek().direction === "forward" ? "tangent" : "adjoint"),
  });
}

function saveSvg(): void {
  const drawn = picture();
  if (drawn) save(new Blob([svgText(drawn)], { type: "image/svg+xml" }), "graph.svg");
}

/** Painted by hand: a picture of SVG would have to be loaded from data, which the content security policy forbids. */
function savePng(): void {
  const drawn = picture();
  if (!drawn) return;
  const scale = Math.min(2, sideMax / drawn.width, sideMax / drawn.height);
  const canvas = document.createElement("canvas");
  canvas.width = Math.ceil(drawn.width * scale);
  canvas.height = Math.ceil(drawn.height * scale);
  const context = canvas.getContext("2d")!;
  context.scale(scale, scale);
  context.fillStyle = drawn.ground;
  context.fillRect(0, 0, drawn.width, drawn.height);
  for (const shape of drawn.shapes) {
    if (shape.kind === "way") {
      const way = new Path2D(shape.data);
      context.fillStyle = shape.fill ?? "transparent";
      context.strokeStyle = shape.stroke ?? "transparent";
      context.lineWidth = shape.width ?? 1;
      if (shape.fill) context.fill(way);
      if (shape.stroke) context.stroke(way);
    } else {
      const family = shape.isName ? "Georgia, serif" : "system-ui, sans-serif";
      context.font = `${shape.isName ? "italic " : ""}${shape.isBold ? "600 " : ""}${shape.size}px ${family}`;
      context.textAlign = shape.anchor === "middle" ? "center" : shape.anchor;
      context.fillStyle = shape.fill;
      context.fillText(shape.text, shape.x, shape.y);
    }
  }
  canvas.toBlob((blob) => blob && save(blob, "graph.png"));
}

/** Browsers have no larger pictures. */
const sideMax = 8000;
