import type { JobChange } from "../model.ts";
import { changeOf } from "../transitions.ts";
import type { Connection, Statements } from "./connection.ts";
import { findJob } from "./job-rows.ts";
import type { News } from "./news.ts";

/** Who hears of changes here, and how they are made so that all hear of them. */
export class Changes {
  private readonly connection: Connection;
  private readonly news: () => News;
  private readonly watchers = new Set<{ readonly onChange: (change: JobChange) => void; readonly job?: string }>();

  constructor(connection: Connection, news: () => News) {
    this.connection = connection;
    this.news = news;
  }

  watch(onChange: (change: JobChange) => void, job?: string): () => void {
    const watcher = { onChange, ...(job === undefined ? {} : { job }) };
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  }

  /** Does a transaction, and tells of its changes here and elsewhere once it is committed. */
  async make<T>(
    change: (statements: Statements, tell: (change: JobChange) => Promise<void>) => Promise<T>,
  ): Promise<T> {
    let told: JobChange[] = [];
    const result = await this.connection.transaction((statements) => {
      told = [];
      return change(statements, async (change) => {
        told.push(change);
        await this.news().tell(statements, change);
      });
    });
    for (const change of told) this.hear(change);
    return result;
  }

  /** Tells how jobs stand that somebody here waits for, and others, when changes may have been missed. */
  async catchUp(others: readonly string[]): Promise<void> {
    const watched = [...this.watchers].flatMap(({ job }) => job ?? []);
    for (const id of new Set([...watched, ...others])) {
      const job = await findJob(this.connection, id);
      if (job) this.hear({ ...changeOf(job, job), isElsewhere: true });
    }
  }

  hear(change: JobChange): void {
    for (const { onChange } of this.watchers) onChange(change);
  }
}
