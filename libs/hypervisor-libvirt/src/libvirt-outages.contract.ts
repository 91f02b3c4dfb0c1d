import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { PowerState, silentLogger } from '#domain';
import type { GuestEvent, GuestSpec } from '#hypervisor';
import { until } from '#testing';
import type { LibvirtDriver } from './libvirt.driver.js';
import { LibvirtClient } from './libvirt-client.js';
import type { LibvirtConnection } from './libvirt-connection.js';
import { clock, HOST, MINUTES, run } from './libvirt-host.fixture.js';
import { libvirtLibrary } from './native/libvirt.js';

export interface OutageRig {
  /** The directory of a host whose libvirtd runs. */
  readonly host: string;
  makeDriver(options?: object): Promise<LibvirtDriver>;
  guest(): GuestSpec;
  guestPids(): Promise<string[]>;
  stopFromInside(instanceUuid: string): Promise<void>;
}

/** What a driver does while its libvirtd is away, and when it comes back. */
export const describeLibvirtOutages = ({ host, makeDriver, guest, guestPids, stopFromInside }: OutageRig): void => {
  describe('a libvirtd that is away', () => {
    const uuid = guest().build.instanceUuid;

    // Also after a test that failed: its guest would be found by the next one.
    afterEach(async () => {
      const driver = await makeDriver();
      await driver.destroy(uuid);
      await driver.stop();
    });

    const uri = () => readFileSync(join(host, 'uri'), 'utf8').trim();
    const aClient = (onReturn: () => void = () => undefined) =>
      new LibvirtClient({ uri: uri(), connections: 1, answerSeconds: 3, callSeconds: 5, reconnectSeconds: 1 }, clock, silentLogger, {
        onChange: () => undefined,
        onReturn,
      });
    const libvirtd = () => Number(readFileSync(join(host, 'libvirtd.pid'), 'utf8'));

    it('a libvirtd that is killed and started again loses no guest, and the same driver goes on', { timeout: 3 * MINUTES }, async () => {
      const driver = await makeDriver();
      const events: GuestEvent[] = [];
      driver.onGuestEvent(event => events.push(event));
      await driver.spawn(guest());
      const [before] = await guestPids();
      process.kill(libvirtd(), 'SIGKILL');
      // The call is made while nobody listens, and waits.
      const state = driver.powerState(uuid);
      await run(HOST, ['start', host, 'h']);
      expect(await state).toBe(PowerState.RUNNING);
      expect(await guestPids()).toEqual([before]);
      expect(events).toEqual([]);

      await stopFromInside(uuid);
      await expect.poll(() => events, { timeout: 30_000 }).toMatchObject([{ instanceUuid: uuid, powerState: PowerState.SHUTDOWN }]);
      await driver.destroy(uuid);
      await driver.stop();
    });

    it('of one that hangs, nobody waits without an end; a call that was given up is not made later; and the same client goes on', {
      timeout: 3 * MINUTES,
    }, async () => {
      const seen: string[] = [];
      const [client, other] = [aClient(() => seen.push('it returned')), aClient()];
      await client.open();
      await client.call('ask', askVersion);
      process.kill(libvirtd(), 'SIGSTOP');
      try {
        const late = async () => seen.push('a call was made late');
        const ends = await Promise.allSettled([client.call('ask', askVersion), client.call('ask as well', late), other.open()]);
        expect(ends.map(end => end.status === 'rejected' && end.reason.message)).toEqual([
          'cannot ask: libvirt did not answer in 5 s',
          'cannot ask as well: libvirt did not answer in 5 s',
          `cannot connect to ${uri()}: libvirtd does not answer within 3 s`,
        ]);
      } finally {
        process.kill(libvirtd(), 'SIGCONT');
      }
      await until(() => client.call('ask', askVersion).then(() => seen.length > 0), { timeoutMs: MINUTES, what: 'libvirtd going on' });
      await client.close();
      expect(seen).not.toContain('a call was made late');
    });

    it('a service that must end does, whatever of libvirt it waits for', { timeout: MINUTES }, async () => {
      const library = pathToFileURL('dist/libs/hypervisor-libvirt/src/native/event-loop.js').href;
      const source = `import { acquireEventLoop } from '${library}'; acquireEventLoop(); setTimeout(() => process.exit(3), 100);`;
      await expect(run(process.execPath, ['--input-type=module', '-e', source], { timeout: MINUTES / 2 })).rejects.toMatchObject({
        code: 3,
      });
    });
  });
};

const askVersion = (connection: LibvirtConnection): Promise<number> =>
  connection.check('ask', libvirtLibrary().connectVersion(connection.pointer, [null]));
