import { type Kernel, uniform } from "./kernel.ts";

const points = 4096;
const flange = 0.107;

/** The joints of an arm like Franka Emika's, base first: metres along z and x, and quarter turns about x. */
const joints = [
  { d: 0.333, a: 0, turns: 0 },
  { d: 0, a: 0, turns: -1 },
  { d: 0.316, a: 0, turns: 1 },
  { d: 0, a: 0.0825, turns: 1 },
  { d: 0.384, a: -0.0825, turns: -1 },
  { d: 0, a: 0, turns: 1 },
  { d: 0, a: 0.088, turns: 1 },
] as const;

/** Where the hand of a robot arm is, from its angles: the last joint's point seen from the joint before, and so on. */
export const arm: Kernel = {
  name: "arm",
  title: "robot arm of 7 joints, end position",
  graph: { expression: formula(), inputs: [{ name: "q", shape: [joints.length] }] },
  derivative: "jacobian",
  wrt: ["q"],
  points,
  inputs: { q: uniform([points, joints.length], -2, 2, 1) },
};

function formula(): string {
  const lines: string[] = [];
  const define = (name: string, value: string) => {
    lines.push(`${name} = ${value}`);
    return name;
  };
  let [x, y, z] = ["0", "0", `${flange}`];
  for (let i = joints.length - 1; i >= 0; i--) {
    const { d, a, turns } = joints[i]!;
    const c = define(`c${i}`, `cos(take(q, ${i}))`);
    const s = define(`s${i}`, `sin(take(q, ${i}))`);
    const along = define(`x${i}`, `${c}*${x} - ${s}*${y} + ${a}`.replace("+ -", "- "));
    const across = define(`y${i}`, `${s}*${x} + ${c}*${y}`);
    const up = define(`z${i}`, `${z} + ${d}`);
    if (turns === 0) [x, y, z] = [along, across, up];
    else if (turns > 0) [x, y, z] = [along, define(`n${i}`, `-${up}`), across];
    else [x, y, z] = [along, up, define(`n${i}`, `-${across}`)];
  }
  return [...lines, `hand = stack(${x}, ${y}, ${z})`].join("\n");
}
