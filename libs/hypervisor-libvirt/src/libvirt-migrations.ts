import { existsSync } from 'node:fs';
import { z } from 'zod';
import type { TransferProgress } from '#contracts';
import { type Clock, CloudError, PowerState } from '#domain';
import type { GuestSpec, LiveMigrations } from '#hypervisor';
import { withEpoch } from './domain-xml.js';
import type { GuestDomains } from './guest-domains.js';
import type { GuestFiles } from './guest-files.js';
import { abortTransfer, progressOf, transferGuest } from './guest-transfer.js';
import type { LibvirtConfig } from './libvirt.config.js';
import type { MovedFiles } from './moved-files.js';
import type { PowerWatch } from './power-watch.js';

export interface MigrationHands {
  readonly host: string;
  readonly config: Pick<LibvirtConfig, 'uri' | 'answerSeconds' | 'liveMigration'>;
  readonly files: GuestFiles;
  readonly moved: MovedFiles;
  readonly domains: GuestDomains;
  readonly watch: PowerWatch;
  readonly clock: Clock;
}

/** What a host that expects a guest says, and the host that sends it understands. */
const Address = z.strictObject({
  uri: z.string(),
  listen: z.string(),
  /** Of the guest's files there. */
  directory: z.string(),
  epoch: z.number().int(),
});

const LOOK_MS = 1_000;
const LOOKS_AT_END = 5;
/** Between two tellings of how far it is. */
const TELL_MS = 5_000;

/**
 * Live migrations by libvirt itself, from one libvirtd to the other, with the disks. A guest is sent when its domain is gone from here
 * and its files are not: nothing else leaves a host so, and it outlives this process.
 */
export class LibvirtMigrations implements LiveMigrations {
  /** One guest is sent after the other: two would share the way, and each hold a thread of this process. */
  private turn: Promise<unknown> = Promise.resolve();
  private readonly aborted = new Set<string>();

  constructor(private readonly hands: MigrationHands) {}

  async expect(guest: GuestSpec): Promise<string> {
    const { domains, files, moved, watch, config, host } = this.hands;
    const { instanceUuid } = guest.build;
    if (!config.liveMigration) throw new CloudError('notImplemented', `host ${host} takes in no guests that run: it has no liveMigration`);
    await watch.whileChanging(instanceUuid, async () => {
      if ((await domains.epochOfGuest(instanceUuid)) === guest.epoch) return;
      await domains.remove(instanceUuid);
      await moved.removeAll(instanceUuid);
      await files.create(guest);
    });
    const { uri, listen } = config.liveMigration;
    return JSON.stringify({ uri, listen, directory: files.directoryOf(instanceUuid), epoch: guest.epoch });
  }

  async send(instanceUuid: string, { to, tell }: { to: string; tell(progress: TransferProgress): void }): Promise<void> {
    this.aborted.delete(instanceUuid);
    const mine = this.turn.then(() =>
      this.hands.watch.whileChanging(instanceUuid, async () => {
        if (await this.isOnItsWay(instanceUuid, tell)) return;
        await this.begin(instanceUuid, to, tell);
      }),
    );
    this.turn = mine.catch(() => undefined);
    await mine;
  }

  async arrive({ build: { instanceUuid }, epoch }: GuestSpec, { paused }: { paused: boolean }): Promise<void> {
    const { domains, host } = this.hands;
    if ((await domains.epochOfGuest(instanceUuid)) !== epoch)
      throw new CloudError('notFound', `placement ${epoch} of instance ${instanceUuid} is not on host ${host}`);
    if (!paused) await this.letGo(instanceUuid);
  }

  async stay(instanceUuid: string, { epoch, paused }: { epoch: number; paused: boolean }): Promise<void> {
    const { domains, host } = this.hands;
    await this.steer(instanceUuid, 'abort');
    if (await this.isOnItsWay(instanceUuid, () => undefined))
      throw new CloudError('notFound', `instance ${instanceUuid} is not on host ${host}`);
    await domains.define(instanceUuid, withEpoch(await domains.definitionOf(instanceUuid), epoch));
    if (!paused) await this.letGo(instanceUuid);
  }

  async steer(instanceUuid: string, how: 'abort' | 'complete'): Promise<void> {
    const { domains } = this.hands;
    if (how === 'abort') {
      this.aborted.add(instanceUuid);
      await abortTransfer(domains, instanceUuid);
    } else if (await progressOf(domains, instanceUuid).catch(() => undefined)) {
      await domains.pause(instanceUuid);
    }
  }

  /** One that was held still so that it arrives goes on. */
  private letGo(instanceUuid: string): Promise<void> {
    const { domains, watch } = this.hands;
    return watch.whileChanging(instanceUuid, async () => {
      if ((await domains.powerState(instanceUuid)) === PowerState.PAUSED) await domains.unpause(instanceUuid);
    });
  }

  /** Waits for the end of what an earlier process has begun, and tells whether the guest is gone by then. @throws CloudError `notFound` */
  private async isOnItsWay(instanceUuid: string, tell: (progress: TransferProgress) => void): Promise<boolean> {
    const { domains, clock } = this.hands;
    for (let [seen, quiet] = [false, 0]; ; ) {
      const state = await domains.powerState(instanceUuid);
      if (state === PowerState.NOSTATE) return this.wasSent(instanceUuid);
      const progress = await progressOf(domains, instanceUuid).catch(() => undefined);
      if (progress) {
        tell(progress);
        [seen, quiet] = [true, 0];
      } else {
        // What was sent is off, and nothing is done with it any more, for a moment before it is gone from here.
        const patience = state === PowerState.SHUTDOWN ? LOOKS_AT_END : seen ? 1 : 0;
        if (quiet >= patience) return false;
        quiet += 1;
      }
      await clock.sleep(LOOK_MS);
    }
  }

  private wasSent(instanceUuid: string): true {
    const { files, host } = this.hands;
    if (existsSync(files.directoryOf(instanceUuid))) return true;
    throw new CloudError('notFound', `instance ${instanceUuid} is not on host ${host}`);
  }

  private async begin(instanceUuid: string, to: string, tell: (progress: TransferProgress) => void): Promise<void> {
    const { domains, files, config } = this.hands;
    if (this.aborted.has(instanceUuid)) throw new CloudError('conflict', `the live migration of instance ${instanceUuid} was aborted`);
    const { uri, listen, directory, epoch } = Address.parse(JSON.parse(to));
    const there = (xml: string) => withEpoch(xml.replaceAll(`${files.directoryOf(instanceUuid)}/`, `${directory}/`), epoch);
    const look = async (): Promise<void> => {
      // An order to abort that came before libvirt had begun found nothing to end.
      if (this.aborted.has(instanceUuid)) await abortTransfer(domains, instanceUuid);
      const progress = await progressOf(domains, instanceUuid);
      if (progress) tell(progress);
    };
    const watching = setInterval(() => {
      // It is gone, or libvirt is: what sends it says so.
      look().catch(() => undefined);
    }, TELL_MS);
    try {
      const xml = {
        running: there(await domains.migratableXmlOf(instanceUuid)),
        defined: there(await domains.definitionOf(instanceUuid)),
      };
      await transferGuest(config, instanceUuid, { uri, listen, xml });
    } catch (error) {
      if ((await domains.powerState(instanceUuid)) !== PowerState.NOSTATE) throw error;
      this.wasSent(instanceUuid);
    } finally {
      clearInterval(watching);
    }
  }
}
