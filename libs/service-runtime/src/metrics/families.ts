/** One number with the values of its labels, in the order in which the family names them. */
export interface Sample {
  readonly labels: readonly string[];
  readonly value: number;
}

/** Metrics of one name, in the words of Prometheus. */
export interface Family {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'summary';
  readonly labelNames: readonly string[];
  /** By the end of the name: `_sum` and `_count` of a summary, nothing of the others. */
  samples(): Promise<Readonly<Record<string, readonly Sample[]>>>;
}

interface Naming {
  readonly name: string;
  readonly help: string;
  readonly labelNames?: readonly string[];
}

const SEPARATOR = '\u0000';

/** Counts up. It is on the way of every request, so it does nothing else. */
export class Counter implements Family {
  readonly type = 'counter';
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly string[];
  private readonly values = new Map<string, number>();

  constructor({ name, help, labelNames = [] }: Naming) {
    this.name = name;
    this.help = help;
    this.labelNames = labelNames;
  }

  add(amount: number, ...labels: readonly string[]): void {
    const key = labels.join(SEPARATOR);
    this.values.set(key, (this.values.get(key) ?? 0) + amount);
  }

  current(): readonly Sample[] {
    return [...this.values].map(([key, value]) => ({ labels: this.labelNames.length ? key.split(SEPARATOR) : [], value }));
  }

  samples(): Promise<Record<string, readonly Sample[]>> {
    return Promise.resolve({ '': this.current() });
  }
}

/** How often something was done, and how long it took all together: a rate of both is the mean. */
export class Durations implements Family {
  readonly type = 'summary';
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly string[];
  private readonly sum: Counter;
  private readonly count: Counter;

  constructor(naming: Naming) {
    this.name = naming.name;
    this.help = naming.help;
    this.labelNames = naming.labelNames ?? [];
    this.sum = new Counter(naming);
    this.count = new Counter(naming);
  }

  add(seconds: number, ...labels: readonly string[]): void {
    this.sum.add(seconds, ...labels);
    this.count.add(1, ...labels);
  }

  samples(): Promise<Record<string, readonly Sample[]>> {
    return Promise.resolve({ _sum: this.sum.current(), _count: this.count.current() });
  }
}

/** What is read when somebody asks. */
export class Gauge implements Family {
  readonly type: 'gauge' | 'counter';
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly string[];

  constructor(
    { name, help, labelNames = [], type = 'gauge' }: Naming & { readonly type?: 'gauge' | 'counter' },
    private readonly read: () => readonly Sample[] | number | Promise<readonly Sample[]>,
  ) {
    this.name = name;
    this.help = help;
    this.labelNames = labelNames;
    this.type = type;
  }

  async samples(): Promise<Record<string, readonly Sample[]>> {
    const read = await this.read();
    return { '': typeof read === 'number' ? [{ labels: [], value: read }] : read };
  }
}
