import { change, session } from "../state/store.ts";
import { done, go, goTo, isPlaying, playOrPause, position, showAll, speed, speeds, steps } from "./player.ts";

/** Chooses the sweep. */
export function DirectionChoice() {
  const { direction } = session.value;
  return (
    <fieldset class="segments">
      <legend class="hidden">Sweep</legend>
      {(["forward", "reverse"] as const).map((name) => (
        <button
          key={name}
          type="button"
          class={name}
          aria-pressed={direction === name}
          onClick={() => change({ direction: name })}
        >
          {name === "forward" ? "Forward" : "Reverse"}
        </button>
      ))}
    </fieldset>
  );
}

/** Goes through the steps of the sweep. */
export function PlayerBar() {
  const count = steps.value.length;
  return (
    <fieldset class="player">
      <legend class="hidden">Steps</legend>
      <div class="transport">
        <button type="button" aria-label="To the beginning" onClick={() => go(-count)} disabled={count === 0}>
          <Icon path="M5 4v12M16 4 7 10l9 6z" />
        </button>
        <button type="button" aria-label="One step back" onClick={() => go(-1)} disabled={done.value === 0}>
          <Icon path="M14 4 6 10l8 6z" />
        </button>
        <button
          type="button"
          class="play"
          aria-label={isPlaying.value ? "Pause" : "Play"}
          onClick={playOrPause}
          disabled={count === 0}
        >
          <Icon path={isPlaying.value ? "M5 4h3v12H5zM12 4h3v12h-3z" : "M6 3.5 16 10 6 16.5z"} />
        </button>
        <button
          type="button"
          aria-label="One step on"
          onClick={() => go(position.value === undefined ? 1 - count : 1)}
          disabled={position.value !== undefined && done.value >= count}
        >
          <Icon path="M6 4l8 6-8 6z" />
        </button>
        <button type="button" aria-label="Show all steps" onClick={showAll} disabled={position.value === undefined}>
          <Icon path="M15 4v12M4 4l9 6-9 6z" />
        </button>
      </div>
      <input
        type="range"
        class="scrub"
        aria-label="Step"
        aria-valuetext={`${done.value} of ${count}`}
        min={0}
        max={count}
        step={1}
        value={done.value}
        onInput={({ currentTarget }) => {
          isPlaying.value = false;
          goTo(currentTarget.valueAsNumber);
        }}
      />
      <output class="count" data-testid="step">
        {done.value} / {count}
      </output>
      <label class="speed">
        <span class="hidden">Speed</span>
        <select
          aria-label="Speed"
          value={String(speed.value)}
          onChange={({ currentTarget }) => {
            speed.value = Number(currentTarget.value);
          }}
        >
          {speeds.map((each) => (
            <option key={each} value={String(each)}>
              {each} / s
            </option>
          ))}
        </select>
      </label>
    </fieldset>
  );
}

function Icon({ path }: { readonly path: string }) {
  return (
    <svg viewBox="0 0 20 20" width="18" height="18" aria-hidden="true">
      <path d={path} />
    </svg>
  );
}
