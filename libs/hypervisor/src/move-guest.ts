import type { BuildSpec, GuestMove, GuestOffer, TransferProgress } from '#contracts';
import { CloudError, exhaustive } from '#domain';
import type { AnyDriver, CanMigrateLive, CanMove, GuestFile, GuestSpec } from './driver.js';

export interface MoveOptions {
  /** Of the placement that the guest belongs to afterwards. */
  readonly epoch: number;
  /** How long a guest that is put aside may take to shut down before it is turned off. */
  readonly shutdownSeconds: number;
  /** What the host needs to make a guest of a spec: its image in the cache. */
  guestOf(made: { readonly spec: BuildSpec; readonly offer: GuestOffer | null }): Promise<GuestSpec>;
  /** Says where other hosts fetch what was put aside. */
  offer(files: readonly GuestFile[]): GuestOffer;
  /** Is told how far a guest that is sent while it runs has come. */
  tell(progress: TransferProgress): void;
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
  options: MoveOptions,
): Promise<GuestOffer | null> => {
  const { epoch, shutdownSeconds, guestOf, offer, fetch } = options;
  if (isLive(move)) return moveLive(driver, instanceUuid, move, options);
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

type LiveMove = GuestMove & { name: 'expect' | 'send' | 'arrive' | 'stay' | 'steer' };

const LIVE: ReadonlySet<GuestMove['name']> = new Set<LiveMove['name']>(['expect', 'send', 'arrive', 'stay', 'steer']);
const isLive = (move: GuestMove): move is LiveMove => LIVE.has(move.name);

const moveLive = async (
  driver: AnyDriver,
  instanceUuid: string,
  move: LiveMove,
  { epoch, guestOf, tell }: MoveOptions,
): Promise<GuestOffer | null> => {
  if (!canMigrateLive(driver)) throw new CloudError('notImplemented', 'the hypervisor of this host migrates no guests that run');
  switch (move.name) {
    case 'expect':
      return { files: [], address: await driver.expect(await guestOf({ spec: move.spec, offer: { files: [] } })) };
    case 'send':
      await driver.send(instanceUuid, { to: move.to, tell });
      return null;
    case 'arrive':
      await driver.arrive(await guestOf({ spec: move.spec, offer: null }), { paused: move.paused });
      return null;
    case 'stay':
      await driver.stay(instanceUuid, { epoch });
      return null;
    case 'steer':
      await driver.steer(instanceUuid, move.how);
      return null;
    default:
      return exhaustive(move);
  }
};

const canMigrateLive = (driver: AnyDriver): driver is AnyDriver & CanMigrateLive => driver.capabilities.migrateLive;
const canMove = (driver: AnyDriver): driver is AnyDriver & CanMove => driver.capabilities.move;
