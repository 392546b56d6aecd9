import { computed, effect, signal } from "@preact/signals";
import { session, traced } from "../state/store.ts";
import { knownAfter, stepsOf } from "./steps.ts";

/** Steps a second while playing. */
export const speeds = [0.5, 1, 2, 4, 8] as const;

/** The speed that is chosen. */
export const speed = signal<number>(2);

/** How many steps are done; undefined shows all, and nothing as the current one. */
export const position = signal<number | undefined>(undefined);

/** Whether steps follow each other by themselves. */
export const isPlaying = signal(false);

/** The steps of the sweep that is shown. */
export const steps = computed(() => {
  const { data, problem } = traced.value;
  return data && !problem ? stepsOf(data, session.value.direction) : [];
});

/** How many steps are done. */
export const done = computed(() => Math.min(position.value ?? steps.value.length, steps.value.length));

/** The step that was done last, while stepping. */
export const current = computed(() => (position.value === undefined ? undefined : steps.value[done.value - 1]));

/** What is known of each node. */
export const known = computed(() => {
  const { data, problem } = traced.value;
  return data && !problem ? knownAfter(data, session.value.direction, steps.value, done.value) : new Map();
});

/** Goes to a step. */
export function goTo(step: number): void {
  position.value = Math.max(0, Math.min(step, steps.peek().length));
}

/** Goes one step on or back. */
export function go(by: number): void {
  isPlaying.value = false;
  goTo(done.peek() + by);
}

/** Plays from where it is, or from the beginning when all is shown; or stops. */
export function playOrPause(): void {
  if (!isPlaying.peek() && done.peek() >= steps.peek().length) position.value = 0;
  isPlaying.value = !isPlaying.peek();
}

/** Shows everything at once. */
export function showAll(): void {
  isPlaying.value = false;
  position.value = undefined;
}

effect(() => {
  if (!isPlaying.value) return;
  const timer = setInterval(() => {
    if (done.peek() < steps.peek().length) goTo(done.peek() + 1);
    else isPlaying.value = false;
  }, 1000 / speed.value);
  return () => clearInterval(timer);
});

let lastDirection = session.peek().direction;
let lastSource = session.peek().source;
effect(() => {
  // Another sweep or function is shown whole; a moved point leaves the step where it is.
  const { direction, source } = session.value;
  if (direction === lastDirection && source === lastSource) return;
  lastDirection = direction;
  lastSource = source;
  showAll();
});
