import { spawn } from "node:child_process";
import { once } from "node:events";

/** Where a command runs, and what it finds in its environment beside ours. */
export interface Surroundings {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Whether what it says is shown. */
  readonly isSilent?: boolean;
}

/** Runs a command to its end; its code, or 127 where there is no such command. */
export async function run(
  file: string,
  args: readonly string[],
  { cwd, env, isSilent }: Surroundings = {},
): Promise<number> {
  const child = spawn(file, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ["ignore", isSilent ? "ignore" : "inherit", isSilent ? "ignore" : "inherit"],
  });
  const ended = once(child, "exit");
  ended.catch(() => undefined);
  try {
    const [code] = await Promise.race([ended, once(child, "error").then(([error]) => Promise.reject(error))]);
    return code ?? 1;
  } catch {
    return 127;
  }
}
