import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LogTail } from './log-tail.js';

let directory: string;
let file: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'canopy-log-'));
  file = join(directory, 'x.log');
});
afterEach(() => rmSync(directory, { recursive: true }));

describe('LogTail', () => {
  it('reads only what comes after the moment it was made, and whole lines only', () => {
    writeFileSync(file, 'old\n');
    const tail = new LogTail(file);
    appendFileSync(file, 'new\nhal');
    expect(tail.lines()).toEqual(['new']);
    appendFileSync(file, 'f\n');
    expect(tail.lines()).toEqual(['half']);
  });

  it('waits for a file that is not there yet', () => {
    const tail = new LogTail(file);
    expect(tail.lines()).toEqual([]);
    writeFileSync(file, 'first\n');
    expect(tail.lines()).toEqual(['first']);
  });

  it('begins again when the file was cut', () => {
    writeFileSync(file, 'a long line that goes\n');
    const tail = new LogTail(file);
    writeFileSync(file, 'x\n');
    expect(tail.lines()).toEqual(['x']);
  });

  it('gives the JSON lines as events and passes over all others', () => {
    writeFileSync(file, '{"event":"ready","n":1}\nplain text\n{broken\n');
    expect(new LogTail(file, 'start').events()).toEqual([{ event: 'ready', n: 1 }]);
  });
});
