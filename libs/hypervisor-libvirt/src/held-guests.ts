import { CloudError, type Logger, PowerState } from '#domain';
import type { GuestDomains } from './guest-domains.js';
import type { GuestFiles } from './guest-files.js';
import type { PowerWatch } from './power-watch.js';

export interface HeldGuestsDeps {
  readonly domains: GuestDomains;
  readonly files: GuestFiles;
  readonly watch: PowerWatch;
  readonly host: string;
  readonly log: Logger;
}

/** Guests that stand still while their disks are copied. What the files say of it outlives the service. */
export class HeldGuests {
  constructor(private readonly deps: HeldGuestsDeps) {}

  /** QEMU writes out what it holds of a disk when it pauses a guest, so the file is whole then. @throws CloudError `notFound` */
  async during(instanceUuid: string, work: () => Promise<void>): Promise<void> {
    const { domains, files, watch, host } = this.deps;
    await watch.whileChanging(instanceUuid, async () => {
      const state = await domains.powerState(instanceUuid);
      if (state === PowerState.NOSTATE) throw new CloudError('notFound', `instance ${instanceUuid} is not on host ${host}`);
      if (state !== PowerState.RUNNING) return work();
      await files.holdStill(instanceUuid);
      await domains.pause(instanceUuid);
      try {
        await work();
      } finally {
        await this.letGo(instanceUuid);
      }
    });
  }

  /** A service that was killed while it held guests still has left them paused: their users know nothing of it. */
  async letGoOfAll(): Promise<void> {
    const { domains, files, host, log } = this.deps;
    for (const instanceUuid of await files.heldStill()) {
      log.warn('a guest is resumed that an interrupted copy left paused', { host, instanceUuid });
      if ((await domains.powerState(instanceUuid)) === PowerState.PAUSED) await this.letGo(instanceUuid);
      else await files.letGo(instanceUuid);
    }
  }

  private async letGo(instanceUuid: string): Promise<void> {
    await this.deps.domains.unpause(instanceUuid);
    await this.deps.files.letGo(instanceUuid);
  }
}
