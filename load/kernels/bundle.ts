import { declared, type Kernel, type Tensor, uniform } from "./kernel.ts";

/** The inputs of the residual at `points` points: a camera, a point before it, its weight and where it was seen. */
export function bundleInputs(points: number): Record<string, Tensor> {
  return {
    rotation: uniform([points, 3], -0.4, 0.4, 1),
    centre: uniform([points, 3], -1, 1, 2),
    focal: uniform([points], 400, 600, 3),
    principal: uniform([points, 2], -5, 5, 4),
    distortion: uniform([points, 2], -0.01, 0.01, 5),
    x: uniform([points, 3], 4, 8, 6),
    weight: uniform([points], 0.5, 1, 7),
    feature: uniform([points, 2], -300, 300, 8),
  };
}

/** The reprojection residual of bundle adjustment as ADBench has it: 17 numbers to 2. */
export const bundleFormula = `
theta2 = vecdot(rotation, rotation)
theta = sqrt(theta2)
axis = rotation / theta
moved = x - centre
turned = cos(theta)*moved + sin(theta)*cross(axis, moved) + (1 - cos(theta))*vecdot(axis, moved)*axis
p = stack(take(turned, 0), take(turned, 1)) / take(turned, 2)
r2 = vecdot(p, p)
radial = 1 + take(distortion, 0)*r2 + take(distortion, 1)*r2*r2
residual = weight * (focal*radial*p + principal - feature)
`;

/** The graph of the residual, for one point. */
export const bundleGraph = { expression: bundleFormula, inputs: declared(bundleInputs(1), true) };

const points = 16_384;
const inputs = bundleInputs(points);

/** Whole Jacobians of the bundle-adjustment residual. */
export const bundle: Kernel = {
  name: "bundle",
  title: "bundle adjustment, 17 → 2",
  graph: bundleGraph,
  derivative: "jacobian",
  wrt: Object.keys(inputs),
  points,
  inputs,
};
