import type { BuildSpec, GuestMove, GuestOffer, TransferProgress } from '#contracts';
import { CloudError, exhaustive, type TaskState } from '#domain';
import type { AnyDriver, GuestFile, GuestSpec } from './driver.js';

export interface MoveOptions {
  /** Of the placement that the guest belongs to afterwards. */
  readonly epoch: number;
  /** How long a guest that is put aside may take to shut down before it is turned off. */
  readonly shutdownSeconds: number;
  /** What the host needs to make a guest of a spec: its image in the cache. */
  guestOf(made: { readonly spec: BuildSpec; readonly offer: GuestOffer | null }): Promise<GuestSpec>;
  /** Says where other hosts fetch what was put aside. */
  offer(files: readonly GuestFile[]): GuestOffer;
  /** Is told how far it has come: a guest that is sent while it runs, with the bytes. */
  progress(taskState: TaskState, transfer?: TransferProgress): void;
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
  const { epoch, shutdownSeconds, guestOf, offer, fetch, progress } = options;
  if (isLive(move)) return moveLive(driver, instanceUuid, move, options);
  const { moves } = driver;
  if (!moves) throw new CloudError('notImplemented', 'the hypervisor of this host moves no guests');
  switch (move.name) {
    case 'setAside':
      return offer(await moves.setAside(instanceUuid, { graceSeconds: shutdownSeconds }));
    case 'receive': {
      progress('resize_finish');
      const guest = await guestOf(move);
      for (const file of move.offer?.files ?? [])
        if (!file.isImage || !guest.image) await moves.takeIn({ instanceUuid, epoch }, file, () => fetch(file));
      await moves.receive(guest, { from: move.offer ? 'elsewhere' : 'here', running: move.running });
      return null;
    }
    case 'restore':
      await moves.restore(instanceUuid, { epoch, running: move.running });
      return null;
    case 'forget':
      await moves.forget(instanceUuid);
      return null;
    default:
      return exhaustive(move);
  }
};

type LiveMove = GuestMove & { name: 'expect' | 'send' | 'arrive' | 'stay' | 'steer' };

const LIVE: ReadonlySet<GuestMove['name']> = new Set<LiveMove['name']>(['expect', 'send', 'arrive', 'stay', 'steer']);
const isLive = (move: GuestMove): move is LiveMove => LIVE.has(move.name);

const moveLive = async (
  { liveMigrations }: AnyDriver,
  instanceUuid: string,
  move: LiveMove,
  { epoch, guestOf, progress }: MoveOptions,
): Promise<GuestOffer | null> => {
  if (!liveMigrations) throw new CloudError('notImplemented', 'the hypervisor of this host migrates no guests that run');
  switch (move.name) {
    case 'expect':
      return { files: [], address: await liveMigrations.expect(await guestOf({ spec: move.spec, offer: { files: [] } })) };
    case 'send':
      await liveMigrations.send(instanceUuid, { to: move.to, tell: transfer => progress('migrating', transfer) });
      return null;
    case 'arrive':
      await liveMigrations.arrive(await guestOf({ spec: move.spec, offer: null }), { paused: move.paused });
      return null;
    case 'stay':
      await liveMigrations.stay(instanceUuid, { epoch, paused: move.paused });
      return null;
    case 'steer':
      await liveMigrations.steer(instanceUuid, move.how);
      return null;
    default:
      return exhaustive(move);
  }
};
