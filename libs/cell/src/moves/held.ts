import type { BuildSpec, Move } from '#contracts';
import { flavorBy, isOver, shapeOf } from '#domain';
import { type InstanceRow, NO_USE, type QuotaUsage } from '../rows.js';
import type { UnitOfWork } from '../unit-of-work.js';

/** A move that is under way, or waits to be confirmed; undefined when there is none. */
export const openMove = ({ move, deletedAt }: Pick<InstanceRow, 'move' | 'deletedAt'>): Move | undefined =>
  move && deletedAt === null && !isOver(move) ? move : undefined;

/**
 * The other host that holds a guest of the instance while it moves, in the cell that has it; its own host where it moves in place; null
 * when there is none, or it is not known yet.
 */
export const otherHostOf = (row: Pick<InstanceRow, 'move' | 'deletedAt' | 'host' | 'nextHop'>): string | null => {
  const move = row.nextHop === null ? openMove(row) : undefined;
  if (!move) return null;
  return row.host === move.sourceHost ? move.destHost : move.sourceHost;
};

/** What an instance takes of its project's quota: while it is resized the larger of both flavors, so that either end of it is paid for. */
export const quotaOf = (row: Pick<InstanceRow, 'move'>, spec: BuildSpec): QuotaUsage => {
  const flavors = row.move && !isOver(row.move) ? [row.move.oldFlavor, row.move.newFlavor] : [spec.flavor];
  const most = (of: (flavor: BuildSpec['flavor']) => number) => Math.max(...flavors.map(of));
  return { instances: 1, cores: most(flavor => flavor.vcpus), ramMb: most(flavor => flavor.memoryMb) };
};

export const less = (a: QuotaUsage, b: QuotaUsage = NO_USE): QuotaUsage => ({
  instances: a.instances - b.instances,
  cores: a.cores - b.cores,
  ramMb: a.ramMb - b.ramMb,
});

/** Writes an instance whose move goes on, and the flavor that it has by it into its order, which every cell on the way keeps. */
export const putMoved = (tx: UnitOfWork, row: InstanceRow): void => {
  tx.instances.put(row);
  if (row.move?.type !== 'resize') return;
  const flavor = flavorBy(row.move);
  const known = tx.requestSpecs.get(row.uuid);
  if (known && !sameFlavor(known.spec.flavor, flavor)) tx.requestSpecs.put({ uuid: row.uuid, spec: { ...known.spec, flavor } });
};

const sameFlavor = (a: BuildSpec['flavor'], b: BuildSpec['flavor']): boolean =>
  a.flavorId === b.flavorId && JSON.stringify(shapeOf(a)) === JSON.stringify(shapeOf(b));
