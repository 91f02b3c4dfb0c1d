import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '#testing';
import { libvirtUri } from '../../tools/stack/servers/libvirtd.js';
import { ConsoleEnd } from './console-end.js';
import type { E2eStack } from './e2e-stack.js';
import { raiseWithServer, TWO_HOSTS } from './real-server.js';

const run = promisify(execFile);
const GB_SECTORS = 2 * 1024 ** 2;
/** The guest tells at each boot how large its disk is. */
const USER_DATA = '#!/bin/sh\necho "disk of $(cat /sys/class/block/vda/size) sectors"\n';
/** Of a live migration: its disk of 2 GB takes long enough for what happens on the way. */
const MB_PER_SECOND = '128';
const WITHIN = { timeoutMs: 120_000, everyMs: 250 };

let cloud: E2eStack;
let id: string;

beforeAll(async () => {
  ({ cloud, id } = await raiseWithServer(TWO_HOSTS, 'mover', USER_DATA));
  await cloud.openstack('flavor', 'create', '--ram', '128', '--disk', '2', '--vcpus', '1', 'roomy');
}, 300_000);
afterAll(() => cloud?.down(), 300_000);

/** The guest has booted so often on this disk, which was so large the last time. */
const bootsWith = (times: number, { gb }: { gb: number }) =>
  cloud.says(id, new RegExp(`disk of ${gb * GB_SECTORS} sectors(?!.*disk of).*boot ${times},(?!.*boot \\d)`, 's'));
const goesFrom = async (host: string): Promise<string> => {
  const elsewhere = async () => {
    const now = await cloud.hostOf(id);
    return now !== host && now;
  };
  return until(elsewhere, { ...WITHIN, what: `the server leaving ${host}` });
};
const guestHosts = async () => (await cloud.stack.guests()).map(({ host }) => host.replace('api.a.', '')).sort();
const computeOf = (host: string) => `api.a.host-${host}`;
/** What a host keeps of guests, running or not. */
const filesOn = (host: string) => readdirSync(join(cloud.stack.layout.host(`api.a.${host}`), 'instances'));
const setHost = (host: string, change: '--down' | '--up') => cloud.openstack('compute', 'service', 'set', change, host, 'nova-compute');
/** Debian's client sends the request, and fails when it is to print an answer that has no body. */
const evacuate = (server: string) =>
  cloud.openstack('server', 'evacuate', server).catch((error: Error) => {
    if (!error.message.includes("'TupleWithMeta' object has no attribute 'to_dict'")) throw error;
  });

/** The shell on the guest's console, which no boot of the guest outlives. */
const shell = async () => {
  const line = await new ConsoleEnd(await cloud.consoleUrl('mover', 'serial')).opens();
  return {
    async answers(command: string, text: string): Promise<void> {
      line.send(`\r${command}\r`);
      await line.hears(text);
      line.close();
    },
  };
};

describe.sequential('a real server that the openstack client moves', () => {
  let lost: string;

  it('boots', () => bootsWith(1, { gb: 1 }));

  it('is resized, and has its old disk again when that is reverted', async () => {
    await cloud.openstack('server', 'resize', '--flavor', 'roomy', 'mover');
    await cloud.reaches('mover', 'VERIFY_RESIZE');
    await cloud.openstack('server', 'resize', 'revert', 'mover');
    await cloud.reaches('mover', 'ACTIVE');
    await bootsWith(2, { gb: 1 });
  });

  it('has a larger disk, with all that was on it, after a resize that is confirmed', async () => {
    await cloud.openstack('server', 'resize', '--flavor', 'roomy', 'mover');
    await cloud.reaches('mover', 'VERIFY_RESIZE');
    await cloud.openstack('server', 'resize', 'confirm', 'mover');
    await cloud.reaches('mover', 'ACTIVE');
    await bootsWith(3, { gb: 2 });
  });

  it('is migrated while it is off, and boots on the other host', async () => {
    const from = await cloud.hostOf(id);
    await cloud.openstack('server', 'migrate', 'mover');
    await cloud.reaches('mover', 'VERIFY_RESIZE');
    await cloud.openstack('server', 'migration', 'confirm', 'mover');
    await cloud.reaches('mover', 'ACTIVE');
    const to = await goesFrom(from);
    await bootsWith(4, { gb: 2 });
    expect(await guestHosts()).toEqual([to]);
  });

  // Two libvirtds of another user than root have one host name, and libvirt sends no guest to the host that it is on.
  it.skipIf(process.getuid?.() !== 0)(
    'goes on where it was on the other host, migrated while it runs by a compute service that is killed on the way',
    async () => {
      await (await shell()).answers('mark=kept; echo $((6 * 7)) is set', '42 is set');
      const from = await cloud.hostOf(id);
      const virsh = (command: string, ...args: string[]) =>
        run('virsh', ['-q', '-c', libvirtUri(cloud.stack.layout, `api.a.${from}`), command, `instance-${id}`, ...args]);
      await virsh('migrate-setspeed', MB_PER_SECOND);
      await cloud.openstack('server', 'migrate', '--live-migration', 'mover');
      const isSent = async () => (await virsh('domjobinfo')).stdout.includes('Unbounded');
      await until(isSent, { ...WITHIN, what: 'the server being sent' });
      await cloud.stack.kill(computeOf(from));
      expect(await guestHosts()).toContain(from);
      await cloud.stack.restart(computeOf(from));
      const to = await goesFrom(from);
      await cloud.reaches('mover', 'ACTIVE');
      await (await shell()).answers('echo $mark for $(cat /var/boots) boots', 'kept for 4 boots');
      expect(await guestHosts()).toEqual([to]);
    },
  );

  it('is made anew on the other host when its own is lost', async () => {
    lost = await cloud.hostOf(id);
    await cloud.stack.kill(computeOf(lost));
    await setHost(lost, '--down');
    await cloud.countsHosts(1);
    await evacuate('mover');
    const to = await goesFrom(lost);
    await cloud.reaches('mover', 'ACTIVE');
    await bootsWith(1, { gb: 2 });
    expect([await guestHosts(), filesOn(lost)]).toEqual([[lost, to].sort(), [id]]);
  });

  it('is on there alone, and goes on, when the lost host is back: what that still had is gone', async () => {
    const to = await cloud.hostOf(id);
    await cloud.stack.restart(computeOf(lost));
    const isGone = async () => (await guestHosts()).join() === to && filesOn(lost).length === 0;
    await until(isGone, { ...WITHIN, what: `nothing of the server being left on ${lost}` });
    await setHost(lost, '--up');
    await cloud.countsHosts(2);
    expect([await cloud.hostOf(id), await guestHosts()]).toEqual([to, [to]]);
    await bootsWith(1, { gb: 2 });
  });
});
