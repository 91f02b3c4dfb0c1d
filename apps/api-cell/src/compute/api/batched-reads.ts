interface Waiting<T> {
  readonly key: string;
  resolve(value: T | undefined): void;
  reject(reason: unknown): void;
}

export interface BatchedReadsOptions {
  /** Statements at once; who comes while all are under way goes together into the next. */
  readonly atOnce: number;
  readonly maxKeys: number;
}

/**
 * Reads of single rows that share statements under load: those of one turn of the event loop, and those that come while all statements
 * are under way. A lone reader waits for nobody. Each key is read by a statement that is sent after it was asked for, so nobody is given
 * what was there before he came.
 */
export class BatchedReads<T> {
  private waiting: Waiting<T>[] = [];
  private underWay = 0;
  private scheduled = false;

  constructor(
    private readonly read: (keys: readonly string[]) => Promise<ReadonlyMap<string, T>>,
    private readonly options: BatchedReadsOptions,
  ) {}

  get(key: string): Promise<T | undefined> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ key, resolve, reject });
      this.schedule();
    });
  }

  private schedule(): void {
    if (this.scheduled || this.underWay >= this.options.atOnce) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      this.send();
    });
  }

  private send(): void {
    while (this.waiting.length > 0 && this.underWay < this.options.atOnce) {
      const batch = this.waiting.splice(0, this.options.maxKeys);
      this.underWay++;
      void this.answer(batch).finally(() => {
        this.underWay--;
        this.send();
      });
    }
  }

  private async answer(batch: readonly Waiting<T>[]): Promise<void> {
    try {
      const found = await this.read([...new Set(batch.map(({ key }) => key))]);
      for (const { key, resolve } of batch) resolve(found.get(key));
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }
}
