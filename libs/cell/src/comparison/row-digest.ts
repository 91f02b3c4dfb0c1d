import { createHash } from 'node:crypto';
import type { InstanceRow } from '../rows.js';

/** What two cells must agree on about an instance. */
export type ComparedRow = Pick<InstanceRow, 'uuid' | 'epoch' | 'generation' | 'taskState'>;

/**
 * 64 bits of a row. MariaDB computes the same (row-digests.sql.ts), so it is MD5, which both have: a checksum that is linear, like
 * CRC32, would let two changes of the same kind cancel each other when digests are added up by exclusive or.
 */
export const rowDigest = ({ uuid, epoch, generation, taskState }: ComparedRow): bigint => {
  const text = `${uuid}|${epoch}|${generation}|${taskState ?? ''}`;
  return BigInt(`0x${createHash('md5').update(text).digest('hex').slice(0, 16)}`);
};

/** Of a range: the digests of its rows, in any order. */
export const rangeDigest = (rows: readonly ComparedRow[]): string =>
  rows
    .reduce((sum, row) => sum ^ rowDigest(row), 0n)
    .toString(16)
    .padStart(16, '0');

/**
 * Whether the cell has the instance, as its parent counts: not deleted, and not an order that it has given back. Such a row names no
 * cell that has it, unlike that of a server whose build failed here for good.
 */
export const isHere = (row: Pick<InstanceRow, 'deletedAt' | 'vmState' | 'nextHop' | 'host' | 'cellPath'>): boolean =>
  row.deletedAt === null && !isGivenBack(row);

export const isGivenBack = (row: Pick<InstanceRow, 'vmState' | 'nextHop' | 'host' | 'cellPath'>): boolean =>
  row.vmState === 'error' && row.nextHop === null && row.host === null && row.cellPath === null;
