import type { ComputePayload } from '#contracts';
import { type Clock, CloudError } from '#domain';
import { type AnyDriver, actOnGuest, type LocalImage } from '#hypervisor';
import type { GuestEpochs } from './guest-epochs.js';
import type { ImageCache } from './images/image-cache.js';

export interface GuestCommandDeps {
  readonly driver: AnyDriver;
  readonly epochs: GuestEpochs;
  readonly images: ImageCache;
  readonly clock: Clock;
  readonly shutdownSeconds: number;
}

/** What each command does with the driver. Each may run twice; each throws a CloudError when it could not be done. */
export class GuestCommands {
  constructor(private readonly deps: GuestCommandDeps) {}

  /** @param deadline ms since 1970: a cell that has given up has asked another host by then. */
  async spawn({ spec, epoch }: ComputePayload<'guest.spawn'>, deadline: number): Promise<void> {
    const { driver, epochs, images, clock } = this.deps;
    const { instanceUuid } = spec;
    epochs.refuseOlder(instanceUuid, epoch);
    epochs.refuseEnded(instanceUuid, epoch);
    refuseLate('spawn', instanceUuid, clock, deadline);
    // What a former placement left is not this one's: other disk, other epoch.
    if (epochs.of(instanceUuid) !== undefined && epochs.of(instanceUuid) !== epoch) await driver.destroy(instanceUuid);
    const image: LocalImage | null = spec.image && driver.capabilities.localImages ? await images.get(spec.image, { deadline }) : null;
    await driver.spawn({ build: spec, epoch, image });
    epochs.spawned(instanceUuid, epoch);
  }

  async destroy({ instanceUuid, epoch }: ComputePayload<'guest.destroy'>): Promise<void> {
    const { driver, epochs } = this.deps;
    // The guest that was meant is gone already: the one that is here came after it.
    if ((epochs.of(instanceUuid) ?? epoch) > epoch) return;
    await driver.destroy(instanceUuid);
    epochs.destroyed(instanceUuid, epoch);
  }

  /** @param deadline ms since 1970: the user has been told by then that it failed. */
  async act({ instanceUuid, epoch, action }: ComputePayload<'guest.act'>, deadline: number): Promise<void> {
    const { driver, epochs, clock, shutdownSeconds } = this.deps;
    epochs.refuseOlder(instanceUuid, epoch);
    refuseLate(action.name, instanceUuid, clock, deadline);
    await actOnGuest(driver, instanceUuid, action, { shutdownSeconds });
  }
}

const refuseLate = (what: string, instanceUuid: string, clock: Clock, deadline: number): void => {
  if (clock.now() >= deadline)
    throw new CloudError('deadlineExceeded', `the time to ${what} instance ${instanceUuid} was over before its turn came`);
};
