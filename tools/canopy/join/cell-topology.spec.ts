import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CellWishes, cellTopology } from './cell-topology.js';

let directory: string;
const file = (name: string): string => join(directory, name);
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'canopy-join-'));
  const options = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-noenc', '-subj', '/CN=ca'];
  execFileSync('openssl', ['req', '-x509', ...options, '-out', file('ca.pem'), '-keyout', file('ca.key')], { stdio: 'ignore' });
});
afterAll(() => rmSync(directory, { recursive: true }));

const NO_WISHES: CellWishes = {
  file: undefined,
  database: undefined,
  broker: undefined,
  parentCa: undefined,
  hosts: undefined,
  portBase: undefined,
};
const AMQPS = 'amqps://api.west.cell-b:secret@mq.west/west';
const joined = (wishes: Partial<CellWishes>, brokerUrl = AMQPS) =>
  cellTopology({ ...NO_WISHES, ...wishes }, { path: 'api!west!b', parent: 'api!west', brokerUrl }).topology;

describe('the tree of a machine that joins over TLS', () => {
  it('knows who vouches for its parent’s broker, and what its own servers ask for', () => {
    const tls = { ca: file('ca.pem') };
    writeFileSync(file('cell.yaml'), JSON.stringify({ databaseTls: tls, brokerTls: tls }));
    const own = { database: 'mysql://c:p@db/canopy', broker: 'amqps://c:p@mq/canopy' };
    const { elsewhere, broker, brokerTls, cells } = joined({ parentCa: file('ca.pem'), file: file('cell.yaml'), ...own });
    expect({ elsewhere, broker, brokerTls }).toEqual({ elsewhere: 'api!west', broker: AMQPS, brokerTls: tls });
    expect(cells).toMatchObject([{ name: 'b', ...own, databaseTls: tls, brokerTls: tls }]);
  });

  it('is not made of a file that vouches for nobody, or for a broker without TLS', () => {
    expect(() => joined({ parentCa: file('nowhere') })).toThrow(/^--parent-ca cannot be read: ENOENT/);
    expect(() => joined({ parentCa: file('ca.key') })).toThrow(`--parent-ca ${file('ca.key')} holds no certificate in PEM`);
    expect(() => joined({ parentCa: file('ca.pem') }, 'amqp://u:p@mq/west')).toThrow('--parent-ca is for a broker at amqps://');
  });
});
