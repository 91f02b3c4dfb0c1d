import {
  type ComputePayload,
  type GuestMove,
  type GuestOffer,
  type ImageSource,
  type ImageUpload,
  NOT_TO_BE_DONE,
  type TransferProgress,
} from '#contracts';
import { type Clock, CloudError, type Logger, messageOf, type TaskState } from '#domain';
import { type AnyDriver, actOnGuest, type DiskSnapshot, type LocalImage, moveGuest } from '#hypervisor';
import type { GuestEpochs } from './guest-epochs.js';
import type { HostPorts } from './host-ports.js';

export interface GuestCommandDeps extends Omit<HostPorts, 'consoles'> {
  readonly host: string;
  readonly driver: AnyDriver;
  readonly epochs: GuestEpochs;
  readonly clock: Clock;
  readonly log: Logger;
  readonly shutdownSeconds: number;
}

/** How a command is under way. */
export interface Course {
  /** ms since 1970: the user has been told by then that it failed. */
  readonly deadline: number;
  progress(taskState: TaskState, transfer?: TransferProgress): void;
}

/** What each command does with the driver. Each may run twice; each throws a CloudError when it could not be done. */
export class GuestCommands {
  private readonly uploads = new Map<string, AbortController>();

  constructor(private readonly deps: GuestCommandDeps) {}

  /** The guest of a placement is to be destroyed: nothing that takes long is worth waiting for. One that came after it goes on. */
  interrupt({ instanceUuid, epoch }: Pick<ComputePayload<'guest.destroy'>, 'instanceUuid' | 'epoch'>): void {
    if (this.isSucceeded(instanceUuid, epoch)) return;
    this.uploads.get(instanceUuid)?.abort();
    // What cannot be stopped ends by itself, and the guest is destroyed then.
    this.deps.driver.liveMigrations?.steer(instanceUuid, 'abort').catch(error => {
      this.deps.log.warn('a migration was not aborted', { instanceUuid, error: messageOf(error) });
    });
  }

  /** @param deadline ms since 1970: a cell that has given up has asked another host by then. */
  async spawn({ spec, epoch, discard }: ComputePayload<'guest.spawn'>, deadline: number): Promise<void> {
    const { driver, epochs, clock, imageService } = this.deps;
    const { instanceUuid } = spec;
    epochs.refuseOlder(instanceUuid, epoch);
    epochs.refuseEnded(instanceUuid, epoch);
    refuseLate('spawn', instanceUuid, clock, deadline);
    // What a former placement left is not this one's: other disk, other epoch.
    if (epochs.of(instanceUuid) !== undefined && epochs.of(instanceUuid) !== epoch) await driver.destroy(instanceUuid);
    const image = await this.image(spec.image, deadline);
    await driver.spawn({ build: spec, epoch, image });
    epochs.spawned(instanceUuid, epoch);
    if (discard) await imageService.discard(discard);
  }

  async destroy({ instanceUuid, epoch }: ComputePayload<'guest.destroy'>): Promise<void> {
    const { driver, epochs } = this.deps;
    if (this.isSucceeded(instanceUuid, epoch)) return;
    await driver.destroy(instanceUuid);
    epochs.destroyed(instanceUuid, epoch);
  }

  async act(order: ComputePayload<'guest.act'>, { deadline, progress }: Course): Promise<void> {
    const { driver, epochs, clock, imageService, shutdownSeconds } = this.deps;
    const { instanceUuid, epoch, action } = order;
    const upload = 'upload' in action ? action.upload : undefined;
    if (upload && deadline === NOT_TO_BE_DONE) await imageService.discard(upload);
    // An order that comes late may have been carried out before this service began: the image may be all that there is of a server.
    refuseLate(action.name, instanceUuid, clock, deadline);
    try {
      epochs.refuseOlder(instanceUuid, epoch);
      await actOnGuest(driver, order, {
        shutdownSeconds,
        progress,
        image: source => this.image(source, deadline),
        upload: (image, snapshot) => this.upload(instanceUuid, image, snapshot),
        discard: image => imageService.discard(image),
      });
      if (action.name === 'rebuild') epochs.spawned(instanceUuid, epoch);
    } catch (error) {
      // One that has its data, or gets it from another, is not thrown away.
      if (upload && !(error instanceof CloudError && error.kind === 'conflict')) await imageService.discard(upload);
      throw error;
    }
  }

  /** The guest that is meant is gone already: the one that is here came after it. */
  private isSucceeded(instanceUuid: string, epoch: number): boolean {
    return (this.deps.epochs.of(instanceUuid) ?? epoch) > epoch;
  }

  private async image(source: ImageSource | null, deadline: number): Promise<LocalImage | null> {
    const { driver, images } = this.deps;
    return source && driver.capabilities.localImages ? images.get(source, { deadline }) : null;
  }

  /** One that is not to be had any more comes with the guest's files. What is made again where it is has its image. */
  private async imageOfMoved(source: ImageSource | null, offer: GuestOffer | null, deadline: number): Promise<LocalImage | null> {
    if (!offer) return null;
    return this.image(source, deadline).catch((error: unknown) => {
      if (offer.files.some(file => file.isImage)) return null;
      throw error;
    });
  }

  private async upload(instanceUuid: string, image: ImageUpload, snapshot: DiskSnapshot): Promise<void> {
    const ended = new AbortController();
    this.uploads.set(instanceUuid, ended);
    try {
      await this.deps.imageService.upload(image, snapshot.data(), ended.signal);
    } finally {
      this.uploads.delete(instanceUuid);
    }
  }

  /**
   * One part of a move. What makes a guest is refused when its placement has ended here, or its time is over; what puts one back is
   * not: until it is done the server is on no host.
   */
  async move({ instanceUuid, epoch, move }: ComputePayload<'guest.move'>, { deadline, progress }: Course): Promise<GuestOffer | null> {
    const { host, driver, epochs, clock, shutdownSeconds, files } = this.deps;
    epochs.refuseOlder(instanceUuid, epoch);
    if (MAKING.has(move.name)) epochs.refuseEnded(instanceUuid, epoch);
    if (REFUSED_LATE.has(move.name)) refuseLate(move.name, instanceUuid, clock, deadline);
    const offer = await moveGuest(driver, instanceUuid, move, {
      epoch,
      shutdownSeconds,
      guestOf: async ({ spec, offer }) => ({ build: spec, epoch, image: await this.imageOfMoved(spec.image, offer, deadline) }),
      offer: aside => ({ files: aside.map(file => ({ ...file, url: files.urlOf(host, instanceUuid, file) })) }),
      fetch: file => files.fetch(file),
      progress,
    });
    if (OWNING.has(move.name)) epochs.spawned(instanceUuid, epoch);
    return offer;
  }
}

type Names = ReadonlySet<GuestMove['name']>;
/** Those that make a guest: not for a placement that has ended here, */
const MAKING: Names = new Set(['receive', 'expect', 'arrive']);
/** not when their time is over, */
const REFUSED_LATE: Names = new Set(['receive', 'setAside', 'expect']);
/** and those after which the guest that is here belongs to the placement. */
const OWNING: Names = new Set(['receive', 'restore', 'expect', 'stay']);

const refuseLate = (what: string, instanceUuid: string, clock: Clock, deadline: number): void => {
  if (clock.now() >= deadline)
    throw new CloudError('deadlineExceeded', `the time to ${what} instance ${instanceUuid} was over before its turn came`);
};
