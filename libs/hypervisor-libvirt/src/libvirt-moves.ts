import { CloudError } from '#domain';
import type { GuestFile, GuestMoves, GuestSpec } from '#hypervisor';
import { withEpoch } from './domain-xml.js';
import type { GuestDomains } from './guest-domains.js';
import type { GuestFiles } from './guest-files.js';
import type { MovedFiles } from './moved-files.js';
import type { PowerWatch } from './power-watch.js';

/** What moves need of the driver. */
export interface LibvirtHands {
  readonly files: GuestFiles;
  readonly moved: MovedFiles;
  readonly domains: GuestDomains;
  readonly watch: PowerWatch;
  /** Defines the guest's domain over its files; it stays off. */
  define(guest: GuestSpec): Promise<void>;
  powerOff(instanceUuid: string, options: { graceSeconds: number }): Promise<void>;
}

/**
 * Moves of guests that are off. A domain stays defined while its files are put aside: it is listed as off, and cannot start without them.
 * The domain is defined last, so its epoch tells whether all before it was done.
 */
export class LibvirtMoves implements GuestMoves {
  constructor(private readonly host: LibvirtHands) {}

  async setAside(instanceUuid: string, { graceSeconds }: { graceSeconds: number }): Promise<readonly GuestFile[]> {
    const { moved, domains, watch, powerOff } = this.host;
    if (!(await moved.isAside(instanceUuid))) {
      await powerOff(instanceUuid, { graceSeconds });
      await watch.whileChanging(instanceUuid, async () => moved.putAside(instanceUuid, await domains.definitionOf(instanceUuid)));
    }
    return moved.list(instanceUuid);
  }

  readAside(instanceUuid: string, name: string): Promise<AsyncIterable<Uint8Array>> {
    return this.host.moved.read(instanceUuid, name);
  }

  takeIn(guest: { instanceUuid: string; epoch: number }, file: GuestFile, data: () => AsyncIterable<Uint8Array>): Promise<void> {
    return this.host.moved.takeIn(guest.instanceUuid, guest.epoch, file, data);
  }

  async receive(guest: GuestSpec, { from, running }: { from: 'here' | 'elsewhere'; running: boolean }): Promise<void> {
    const { instanceUuid } = guest.build;
    const { domains, watch } = this.host;
    await watch.whileChanging(instanceUuid, async () => {
      const known = await domains.epochOfGuest(instanceUuid);
      if (known !== guest.epoch) await (from === 'here' ? this.remakeHere(guest, known) : this.remakeFromElsewhere(guest));
      await this.power(instanceUuid, running);
    });
  }

  async restore(instanceUuid: string, { epoch, running }: { epoch: number; running: boolean }): Promise<void> {
    const { domains, moved, watch } = this.host;
    await watch.whileChanging(instanceUuid, async () => {
      // notFound, when there is no guest to bring back.
      const definition = await domains.definitionOf(instanceUuid);
      const isAside = await moved.isAside(instanceUuid);
      if (isAside) await domains.turnOff(instanceUuid);
      await domains.define(instanceUuid, withEpoch(isAside ? await moved.restore(instanceUuid) : definition, epoch));
      await this.power(instanceUuid, running);
    });
  }

  forget(instanceUuid: string): Promise<void> {
    return this.host.moved.forget(instanceUuid);
  }

  private async remakeHere(guest: GuestSpec, known: number | undefined): Promise<void> {
    const { moved, files, define } = this.host;
    const { instanceUuid } = guest.build;
    if (!(await moved.isAside(instanceUuid)))
      throw new CloudError(known === undefined ? 'notFound' : 'conflict', `instance ${instanceUuid} is not put aside on this host`);
    await moved.remakeHere(guest).catch(error => {
      throw files.explained(error);
    });
    await define(guest);
  }

  /** What an earlier placement left here is another guest's. */
  private async remakeFromElsewhere(guest: GuestSpec): Promise<void> {
    const { moved, domains, files, define } = this.host;
    const { instanceUuid } = guest.build;
    await domains.remove(instanceUuid);
    await moved.forget(instanceUuid);
    await moved.remakeFromElsewhere(guest).catch(error => {
      throw files.explained(error);
    });
    await define(guest);
    await moved.removeAll(instanceUuid);
  }

  private power(instanceUuid: string, running: boolean): Promise<void> {
    const { domains } = this.host;
    return running ? domains.turnOn(instanceUuid) : domains.turnOff(instanceUuid);
  }
}
