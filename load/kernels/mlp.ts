import { declared, type Kernel, type Tensor, uniform } from "./kernel.ts";

const [batch, features, width, classes] = [32, 64, 128, 10];

const inputs = {
  w1: uniform([features, width], -0.15, 0.15, 1),
  b1: uniform([width], -0.1, 0.1, 2),
  w2: uniform([width, width], -0.1, 0.1, 3),
  b2: uniform([width], -0.1, 0.1, 4),
  w3: uniform([width, classes], -0.1, 0.1, 5),
  b3: uniform([classes], -0.1, 0.1, 6),
  x: uniform([batch, features], -1, 1, 7),
  labels: oneHot(batch, classes),
};

/** The cross entropy of a network with two hidden layers. */
export const mlp: Kernel = {
  name: "mlp",
  title: `MLP ${features}-${width}-${width}-${classes}, batch of ${batch}`,
  graph: {
    expression: `
      h1 = tanh(x @ w1 + b1)
      h2 = tanh(h1 @ w2 + b2)
      loss = -sum(labels * log_softmax(h2 @ w3 + b3)) / ${batch}`,
    inputs: declared(inputs),
  },
  derivative: "gradient",
  wrt: ["w1", "b1", "w2", "b2", "w3", "b3"],
  inputs,
};

function oneHot(rows: number, columns: number): Tensor {
  const data = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) data[i * columns + ((i * 7) % columns)] = 1;
  return { shape: [rows, columns], data };
}
