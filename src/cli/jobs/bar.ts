import type { SingleBar } from "cli-progress";
import type { JobTold } from "../client.ts";
import { countText, durationText } from "../show/words.ts";

type Progress = JobTold["progress"];

/** How far something is, on standard error: a bar in a terminal, a line now and then elsewhere. */
export class Bar {
  private bar: SingleBar | undefined;
  private readonly unit: string;
  private readonly startedAtMs = performance.now();
  private first: number | undefined;

  private constructor(unit: string) {
    this.unit = unit;
  }

  /** A bar of so many; `unit` is what is counted. */
  static async of(total: number, unit: string, isShown = true): Promise<Bar> {
    const made = new Bar(unit);
    if (!isShown || total === 0) return made;
    const { SingleBar, Presets } = await import("cli-progress");
    const isTerminal = process.stderr.isTTY === true;
    made.bar = new SingleBar(
      {
        stream: process.stderr,
        format: isTerminal
          ? " {bar} {percentage}% | {done} of {all} | {rate} | {left}"
          : "{percentage}% | {done} of {all} | {rate} | {left}",
        hideCursor: true,
        noTTYOutput: true,
        notTTYSchedule: notTerminalMs,
        clearOnComplete: false,
        gracefulExit: false,
        barsize: 28,
      },
      Presets.shades_classic,
    );
    made.bar.start(total, 0, { done: "0", all: `${countText(total)} ${unit}`, rate: "–", left: "–" });
    return made;
  }

  /** Shows how many are done, and the milliseconds that are left, where that is known. */
  update(done: number, leftMs?: number): void {
    this.first ??= done;
    const seconds = (performance.now() - this.startedAtMs) / 1000;
    const rate = seconds > 0.2 && done > this.first ? (done - this.first) / seconds : undefined;
    this.bar?.update(done, {
      done: countText(done),
      rate: rate === undefined ? "–" : `${countText(rate)} ${this.unit}/s`,
      left: leftMs === undefined ? "–" : `${durationText(leftMs)} left`,
    });
  }

  /** Shows the progress of a job. */
  tell({ points, etaMs }: Progress): void {
    this.update(points.done + points.failed, etaMs);
  }

  end(): void {
    this.bar?.stop();
  }
}

const notTerminalMs = 5000;
