import type { GuestMove, GuestOffer } from '#contracts';
import { CloudError, exhaustive } from '#domain';
import type { AnyDriver, CanMove, GuestFile, GuestSpec } from './driver.js';

export interface MoveOptions {
  /** Of the placement that the guest belongs to afterwards. */
  readonly epoch: number;
  /** How long a guest that is put aside may take to shut down before it is turned off. */
  readonly shutdownSeconds: number;
  /** What the host needs to make a guest of a spec: its image in the cache. */
  guestOf(move: GuestMove & { name: 'receive' }): Promise<GuestSpec>;
  /** Says where other hosts fetch what was put aside. */
  offer(files: readonly GuestFile[]): GuestOffer;
  /** Reads a file that another host offers. */
  fetch(file: OfferedFile): AsyncIterable<Uint8Array>;
}

export type OfferedFile = GuestOffer['files'][number];

/**
 * Has the driver do one thing of a move.
 * @returns what it offers to other hosts, when it has put the guest aside.
 * @throws CloudError `notImplemented` when this hypervisor moves no guests; what the driver says.
 */
export const moveGuest = async (
  driver: AnyDriver,
  instanceUuid: string,
  move: GuestMove,
  { epoch, shutdownSeconds, guestOf, offer, fetch }: MoveOptions,
): Promise<GuestOffer | null> => {
  if (!canMove(driver)) throw new CloudError('notImplemented', 'the hypervisor of this host moves no guests');
  switch (move.name) {
    case 'setAside':
      return offer(await driver.setAside(instanceUuid, { graceSeconds: shutdownSeconds }));
    case 'receive': {
      const guest = await guestOf(move);
      for (const file of move.offer?.files ?? [])
        if (!file.isImage || !guest.image) await driver.takeIn({ instanceUuid, epoch }, file, () => fetch(file));
      await driver.receive(guest, { from: move.offer ? 'elsewhere' : 'here', running: move.running });
      return null;
    }
    case 'restore':
      await driver.restore(instanceUuid, { epoch, running: move.running });
      return null;
    case 'forget':
      await driver.forget(instanceUuid);
      return null;
    default:
      return exhaustive(move);
  }
};

const canMove = (driver: AnyDriver): driver is AnyDriver & CanMove => driver.capabilities.move;
