import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkDisk } from './cli/check-disk.js';
import { type Layout, layoutOf } from './layout.js';
import { type ProcessRow, ProcessTable } from './process/process-table.js';
import { Secrets } from './secrets.js';
import { stopAll } from './stop-all.js';

let layout: Layout;
beforeEach(() => {
  layout = layoutOf(mkdtempSync(join(tmpdir(), 'canopy-files-')));
});
afterEach(() => rmSync(layout.root, { recursive: true }));

const ROW: ProcessRow = {
  name: 'api.cell',
  kind: 'cell',
  identity: { pid: 1, startTicks: 0, bootId: 'another boot' },
  fingerprint: 'f',
  log: 'log',
  logFrom: 0,
};

describe('the table of processes', () => {
  it('is empty where nothing was started, and known to the next command', () => {
    expect(new ProcessTable(layout.processes).all()).toEqual([]);
    new ProcessTable(layout.processes).put(ROW);
    expect(new ProcessTable(layout.processes).all()).toEqual([ROW]);
  });

  it.each(['', '[{"name":', '{}', '[{"name":"api.cell"}]'])(
    'that is broken (%j) stops nothing and starts nothing, and says what to do',
    async text => {
      writeFileSync(layout.processes, text);
      const said = `${layout.processes} cannot be read, so what was started is not known: stop what pgrep -af ${layout.root} shows, remove that file, and run this again`;
      expect(() => new ProcessTable(layout.processes)).toThrow(said);
      await expect(stopAll(layout)).rejects.toMatchObject({ kind: 'invalid', message: said });
    },
  );

  it('that breaks while it is in use leaves what was known', () => {
    const table = new ProcessTable(layout.processes);
    table.put(ROW);
    writeFileSync(layout.processes, 'broken');
    expect(() => table.reload()).toThrow('cannot be read');
    expect(table.all()).toEqual([ROW]);
  });
});

describe('the secrets', () => {
  it('are made once', () => {
    const first = new Secrets(layout.secrets);
    const admin = first.get('admin');
    first.save();
    expect(new Secrets(layout.secrets).get('admin')).toBe(admin);
  });

  it.each(['', '{"admin": 5}', 'not json'])('that are broken (%j) are never made anew', text => {
    writeFileSync(layout.secrets, text);
    expect(() => new Secrets(layout.secrets)).toThrow(
      `${layout.secrets} cannot be read: restore it, or remove everything with npm run reset`,
    );
  });
});

describe('a disk', () => {
  it('that is full is told before anything starts', () => {
    expect(() => checkDisk('/data', { bavail: 100 * 256, bsize: 4096 })).toThrow(
      'only 100 MB are free where /data lies, and Canopy needs 1024: make room, or choose another place with --directory',
    );
  });

  it('with room for the start will do', () => {
    expect(() => checkDisk('/data', { bavail: 1024 * 256, bsize: 4096 })).not.toThrow();
  });
});
