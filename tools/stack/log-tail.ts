import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';

const CHUNK_BYTES = 256 * 1024;

/** One line of a service's log: pino's JSON, of which these are the fields that the launcher knows. */
export interface LogEvent {
  readonly msg?: string;
  readonly [field: string]: unknown;
}

/** Reads what is appended to a log file from a given moment on. */
export class LogTail {
  private offset: number;
  private rest = '';
  /** A character's bytes may come in two chunks. */
  private readonly decoder = new StringDecoder('utf8');

  constructor(
    readonly path: string,
    from: 'start' | 'end' | number = 'end',
  ) {
    this.offset = typeof from === 'number' ? from : from === 'end' ? sizeOf(path) : 0;
  }

  /** Whole lines written since the last call. */
  lines(): string[] {
    const size = sizeOf(this.path);
    if (size < this.offset) this.offset = 0;
    if (size === this.offset) return [];
    const buffer = Buffer.alloc(Math.min(size - this.offset, CHUNK_BYTES));
    const file = openSync(this.path, 'r');
    const bytes = readSync(file, buffer, 0, buffer.length, this.offset);
    closeSync(file);
    this.offset += bytes;
    const parts = (this.rest + this.decoder.write(buffer.subarray(0, bytes))).split('\n');
    this.rest = parts.pop() ?? '';
    return parts;
  }

  /** Those of the new lines that are JSON objects. */
  events(): LogEvent[] {
    return this.lines()
      .map(parseEvent)
      .filter(event => event !== undefined);
  }
}

const parseEvent = (line: string): LogEvent | undefined => {
  if (!line.startsWith('{')) return undefined;
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
};

export const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;
