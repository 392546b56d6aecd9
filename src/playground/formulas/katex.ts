import "katex/dist/katex.min.css";
import katex from "katex";

/** Draws LaTeX into an element; what KaTeX does not know is shown as it is written. */
export function draw(latex: string, place: HTMLElement): void {
  katex.render(latex, place, { displayMode: true, throwOnError: false, output: "html", trust: false, maxSize: 20 });
}
