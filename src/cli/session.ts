import type { Service } from "./client.ts";
import { findService } from "./service.ts";

/** One run of the command line: where it writes, and the service that it asks, found when it is first needed. */
export class Session {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether a machine reads what is written. */
  readonly isJson: boolean;
  private readonly hasJobs: boolean;
  private found: Promise<Service> | undefined;

  constructor(env: Readonly<Record<string, string | undefined>>, isJson: boolean, hasJobs: boolean) {
    this.env = env;
    this.isJson = isJson;
    this.hasJobs = hasJobs;
  }

  service(): Promise<Service> {
    this.found ??= findService(this.env, this.hasJobs);
    return this.found;
  }

  /** Writes what was asked for to standard output: as JSON on one line, or as `text` makes it for people. */
  print(answer: unknown, text: () => string): void {
    process.stdout.write(`${this.isJson ? JSON.stringify(answer) : text()}\n`);
  }

  /** Writes what is said beside to standard error. */
  note(line: string): void {
    process.stderr.write(`${line}\n`);
  }

  /** Stops a service that was started for this run. */
  async close(): Promise<void> {
    await (await this.found?.catch(() => undefined))?.close();
  }
}
