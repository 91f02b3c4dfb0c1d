import { CloudError } from '#domain';
import type { GuestState } from '#hypervisor';
import { BoundedMap } from './bounded-map.js';

/** Destroyed guests whose epoch is remembered. A command that was delayed for longer than that many is not to be expected. */
const REMEMBERED = 10_000;

/**
 * Which placement each guest of this host belongs to. Commands of an older placement may still be under way when a newer one is
 * here; they must neither build beside it nor touch it.
 */
export class GuestEpochs {
  private readonly here = new Map<string, number>();
  private readonly highest = new BoundedMap<string, number>(REMEMBERED);

  learn(guests: readonly GuestState[]): void {
    for (const guest of guests) this.here.set(guest.instanceUuid, guest.epoch);
  }

  /** Of the guest that is here. */
  of(instanceUuid: string): number | undefined {
    return this.here.get(instanceUuid);
  }

  /** @throws CloudError `conflict` when a newer placement has been here. */
  refuseOlder(instanceUuid: string, epoch: number): void {
    const newest = Math.max(this.here.get(instanceUuid) ?? epoch, this.highest.get(instanceUuid) ?? epoch);
    if (epoch < newest)
      throw new CloudError('conflict', `placement ${epoch} of instance ${instanceUuid} is out of date: ${newest} has been here`);
  }

  /** @throws CloudError `conflict` when the guest of this placement was destroyed here: an order to spawn it comes late, or again. */
  refuseEnded(instanceUuid: string, epoch: number): void {
    if ((this.highest.get(instanceUuid) ?? -1) >= epoch)
      throw new CloudError('conflict', `placement ${epoch} of instance ${instanceUuid} has ended here`);
  }

  spawned(instanceUuid: string, epoch: number): void {
    this.here.set(instanceUuid, epoch);
  }

  /** Placement `epoch` and those before it are over. */
  destroyed(instanceUuid: string, epoch: number): void {
    this.here.delete(instanceUuid);
    this.highest.set(instanceUuid, Math.max(epoch, this.highest.get(instanceUuid) ?? epoch));
  }
}
