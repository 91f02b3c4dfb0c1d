import { CloudError } from '#domain';

/**
 * The rows of one kind that a transaction works on: those loaded (and locked) at its start, and over them what the work wrote.
 * `undo` takes back every write since a mark, so that one message of a batch can fail without the others.
 */
export class Table<R> {
  private readonly loaded = new Map<string, R | undefined>();
  private readonly written = new Map<string, R | null>();
  private readonly journal: { key: string; before: R | null | undefined }[] = [];
  private whole = false;

  constructor(
    private readonly name: string,
    private readonly keyOf: (row: R) => string,
  ) {}

  /** The store hands over what it loaded. Keys without a row count as looked up and absent. */
  fill(keys: Iterable<string>, rows: Iterable<R>): void {
    for (const key of keys) this.loaded.set(key, undefined);
    for (const row of rows) this.loaded.set(this.keyOf(row), row);
  }

  /** Every row of the table was loaded: a missing key is absent. */
  fillWhole(rows: Iterable<R>): void {
    this.fill([], rows);
    this.whole = true;
  }

  /** @throws CloudError `internal` when the transaction did not ask for this row: reading it unlocked would lose updates. */
  get(key: string): R | undefined {
    const written = this.written.get(key);
    if (written !== undefined) return written ?? undefined;
    if (!this.whole && !this.loaded.has(key)) throw new CloudError('internal', `${this.name} ${key} was not loaded by this transaction`);
    return this.loaded.get(key);
  }

  /** The row as it is, or as it was before the work removed it. */
  former(key: string): R | undefined {
    return this.written.get(key) ?? this.loaded.get(key);
  }

  /** All rows, loaded or written, in the order of loading. */
  all(): R[] {
    const keys = new Set([...this.loaded.keys(), ...this.written.keys()]);
    return [...keys].map(key => this.get(key)).filter(row => row !== undefined);
  }

  put(row: R): void {
    this.write(this.keyOf(row), row);
  }

  remove(key: string): void {
    this.write(key, null);
  }

  private write(key: string, row: R | null): void {
    this.journal.push({ key, before: this.written.get(key) });
    this.written.set(key, row);
  }

  /** Grows with every write. */
  mark(): number {
    return this.journal.length;
  }

  undo(mark: number): void {
    while (this.journal.length > mark) {
      const { key, before } = this.journal.pop()!;
      if (before === undefined) this.written.delete(key);
      else this.written.set(key, before);
    }
  }

  /** What to store, each with the row it replaces when that was loaded. */
  changes(): { before: R | undefined; after: R }[] {
    return [...this.written].flatMap(([key, after]) => (after === null ? [] : [{ before: this.loaded.get(key), after }]));
  }

  removals(): string[] {
    return [...this.written].flatMap(([key, after]) => (after === null ? [key] : []));
  }
}

/** Rows that are only ever added: messages, events, records. Undone like a table. */
export class Appended<R> {
  private readonly rows: R[] = [];
  add(row: R): void {
    this.rows.push(row);
  }
  mark(): number {
    return this.rows.length;
  }
  undo(mark: number): void {
    this.rows.length = mark;
  }
  all(): readonly R[] {
    return this.rows;
  }
}
