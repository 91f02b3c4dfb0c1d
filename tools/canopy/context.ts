import type { Command } from 'commander';
import type { CellsApi } from './client/cells-api.js';
import { UsageError } from './errors.js';
import type { Io } from './io.js';

export type Options = Readonly<Record<string, unknown>>;

/** What a command works with: its options, its way to the cloud, and how it tells what came out. */
export class Context {
  private known: Promise<CellsApi> | undefined;

  constructor(
    readonly io: Io,
    readonly options: Options,
    /** The whole command tree, for completion. */
    readonly program: Command,
  ) {}

  /** The cloud: logs in at the first call. @throws CloudNo; UsageError when nothing says where it is. */
  api(): Promise<CellsApi> {
    this.known ??= import('./client/connect.js').then(({ connect }) => connect(this.io.env, this.options));
    return this.known;
  }

  get json(): boolean {
    return this.options.output === 'json';
  }

  /** The result: as it is for programs, or drawn for people. */
  show<T>(value: T, draw: (value: T) => string | readonly string[]): void {
    if (this.json) this.io.print(JSON.stringify(value, null, 2));
    else for (const line of [draw(value)].flat()) this.io.print(line);
  }

  text(name: string): string | undefined {
    const value = this.options[name];
    return typeof value === 'string' ? value : undefined;
  }

  flag(name: string): boolean {
    return this.options[name] === true;
  }

  /** @throws UsageError naming the option. */
  number(name: string): number | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const number = Number(value);
    if (value.trim() === '' || !Number.isFinite(number)) throw new UsageError(`--${dashed(name)} must be a number, not '${value}'`);
    return number;
  }
}

const dashed = (name: string): string => name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`);
