import { ServiceError } from "../../errors.ts";
import type { FacadeOf } from "../../rpc/facade.ts";
import type { Face } from "../../rpc/faces.ts";
import { internalFace } from "../internal.ts";
import { tellModelError } from "./errors.ts";
import { umbridgeMethods } from "./methods.ts";

/**
 * UM-Bridge 1.0, at the root, as its clients carry no path: aliases and ids of graphs are models. No route answers with a
 * problem document, which Python's client could not read.
 */
export const umbridge: FacadeOf = (dispatcher) => {
  const head = { status: 200, contentType: "application/json" };
  const served = umbridgeMethods.map(({ name: method }) => {
    const path = `/${method.slice(method.indexOf(".") + 1)}`;
    return path === "/Info"
      ? { verb: "GET" as const, face: withoutBody(internalFace(dispatcher, { path, method, head, empty: {} })) }
      : { verb: "POST" as const, face: internalFace(dispatcher, { path, method, head }) };
  });
  const absent = sharedMemory.map((name) => ({ face: absentFace(`/${name}ShMem`) }));
  const faces: readonly { readonly verb?: "GET" | "POST"; readonly face: Face }[] = [...served, ...absent];
  const byPath = new Map(faces.map(({ face }) => [face.path, face]));
  return {
    routes: faces.map((route) => ({ ...route, path: route.face.path, face: () => route.face, tell: tellModelError })),
    at: (path) => byPath.get(path),
  };
};

const sharedMemory = ["Test", "Evaluate", "Gradient", "ApplyJacobian", "ApplyHessian"];

/** Whatever comes as a body is not looked at. */
function withoutBody(face: Face): Face {
  return { ...face, ignoresBody: true };
}

/** What clients ask for to find that it is not there, whereupon they go on without. */
function absentFace(path: string): Face {
  const error = new ServiceError("method_not_found", "there is no shared memory: send vectors in bodies");
  const failure = { ok: false, error, cancelled: false } as const;
  const reply = { text: undefined, failure, method: undefined, calls: undefined, outcome: error.type };
  return {
    path,
    method: undefined,
    empty: {},
    ignoresBody: true,
    run: () => reply,
    glance: () => ({ method: path, isBatch: false, ids: [], params: [{}] }),
    refuse: () => reply,
  };
}
