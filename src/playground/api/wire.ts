import type { components } from "../../../openapi.d.ts";

/** The types of the wire, as the OpenAPI document has them. */
export type Wire = components["schemas"];

/** A tensor in any form that the service reads or answers. */
export type Tensor = Wire["Tensor"];

/** Tensors by name. */
export type TensorMap = Wire["TensorMap"];

/** A graph document, a formula or an id. */
export type GraphParam = Wire["Graph"];

/** Every step of an evaluation. */
export type Trace = Wire["TraceResult"];

/** One row of a trace. */
export type TraceNode = Wire["TraceNode"];
