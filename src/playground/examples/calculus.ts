import { between, type Example, formula } from "./example.ts";

/** Functions of textbooks. */
export const calculus: readonly Example[] = [
  formula(
    "The standard example",
    "Two inputs, five steps: one reverse sweep gives both derivatives.",
    "v1 = ln(x1)\nv2 = x1 * x2\nv3 = sin(x2)\nv4 = v1 + v2\ny = v4 - v3",
    { x1: between(2, 0.1, 10), x2: between(5, -10, 10) },
  ),
  formula(
    "The chain rule",
    "A chain of functions: forward and reverse mode multiply the same slopes, from either end.",
    "a = x^2\nb = sin(a)\ny = exp(b)",
    { x: between(0.8, -2, 2) },
  ),
  formula(
    "Rosenbrock's valley",
    "A narrow bent valley: see its contours and its gradient in Plot, against x and y.",
    "f = (1 - x)^2 + 100 * (y - x^2)^2",
    { x: between(-1, -2, 2), y: between(1, -1, 3) },
  ),
  formula(
    "Kinks",
    "Where a function has a corner there is no derivative; the service says which value it gives there, and warns.",
    "a = abs(x)\nb = slope * relu(x - 1)\ny = a + b",
    { x: between(0, -3, 3), slope: between(2, 0, 4) },
    { tab: "plot" },
  ),
  formula(
    "A branch, by where",
    "Both branches are computed, one is taken: derivatives go through that one only, even where the other has none.",
    "inside = x > 0\ny = where(inside, sqrt(x), -x)",
    { x: between(-1, -4, 4) },
  ),
  formula(
    "Polar coordinates",
    "Two inputs, two outputs: the Jacobian is square, and either mode takes two passes.",
    "r = sqrt(x^2 + y^2)\nphi = atan2(y, x)",
    { x: between(3, -5, 5), y: between(4, -5, 5) },
    { outputs: ["r", "phi"], tab: "jacobian", cotangents: { r: 1 } },
  ),
];
