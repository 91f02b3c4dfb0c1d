import type { DataSource } from 'typeorm';

/** One request as it goes over the wire. */
export interface Sent {
  readonly method: string;
  /** With its query, encoded. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly text?: string;
}

export interface Heard {
  readonly status: number;
  readonly text: string;
}

export interface JudgeOptions {
  readonly origin: string;
  /** Holds all that the API may change. */
  readonly dataSource: DataSource;
  /** Whether an answer is a fault of this API's shape. */
  isFault(heard: Heard): boolean;
}

/** Longer than any answer may take on a machine that is busy. */
const PATIENCE_MS = 10_000;

/** Who does periodic work just now: no request changes it, and none leaves it alone. */
const LEASES = 'leases';

/** Asks an API, and holds it to what must be true of every answer to every request, however odd. */
export class Judge {
  private constructor(
    private readonly options: JudgeOptions,
    private readonly tables: string,
  ) {}

  static async of(options: JudgeOptions): Promise<Judge> {
    const rows: unknown[] = await options.dataSource.query('SHOW TABLES');
    const tables = rows.map(row => String(Object.values(row ?? {})[0])).filter(table => table !== LEASES);
    return new Judge(options, tables.map(table => `\`${table}\``).join());
  }

  /**
   * @param unable a fault of the service that is right here
   * @throws Error that says what is wrong with the answer: a 5xx, no answer, no fault body, or a change in spite of a refusal
   */
  async hold(sent: Sent, unable?: number): Promise<Heard> {
    const before = await this.state();
    const heard = await this.ask(sent);
    const wrong =
      this.wrongWith(heard, sent.method === 'HEAD', unable) ?? (heard.status >= 400 ? await this.changeSince(before) : undefined);
    if (wrong !== undefined) throw new Error(`${wrong}\n${inWords(sent)}\nanswered ${heard.status} ${heard.text.slice(0, 400)}`);
    return heard;
  }

  async ask({ method, path, headers, text }: Sent): Promise<Heard> {
    const response = await fetch(this.options.origin + path, {
      method,
      headers,
      redirect: 'manual',
      signal: AbortSignal.timeout(PATIENCE_MS),
      ...(text !== undefined && { body: text }),
    });
    return { status: response.status, text: await response.text() };
  }

  private wrongWith(heard: Heard, headOnly: boolean, unable: number | undefined): string | undefined {
    if (heard.status >= 500 && heard.status !== unable) return 'a fault of the service';
    if (heard.status >= 400) return headOnly || this.options.isFault(heard) ? undefined : 'a refusal without a fault body';
    return heard.text === '' || isJson(heard.text) ? undefined : 'a success whose body is no JSON';
  }

  private async changeSince(before: ReadonlyMap<string, string>): Promise<string | undefined> {
    const after = await this.state();
    const changed = [...after].filter(([table, checksum]) => before.get(table) !== checksum).map(([table]) => table);
    return changed.length === 0 ? undefined : `refused, but rows changed in ${changed.join()}`;
  }

  /** A checksum over all rows of each table. */
  private async state(): Promise<ReadonlyMap<string, string>> {
    const rows: { Table: string; Checksum: string }[] = await this.options.dataSource.query(`CHECKSUM TABLE ${this.tables}`);
    return new Map(rows.map(({ Table, Checksum }) => [Table, String(Checksum)]));
  }
}

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

const inWords = ({ method, path, headers, text }: Sent): string =>
  `${method} ${path.slice(0, 2000)}\n${JSON.stringify(headers)}\n${text === undefined ? 'without a body' : text.slice(0, 2000)}`;
