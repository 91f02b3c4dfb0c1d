import type { CompareOnly } from '#contracts';
import type { UnitOfWork } from '../unit-of-work.js';
import type { Difference } from './find-differences.js';

/**
 * Of the rows that differ, those that an operator asked about. The digests cover everything all the same: the two sides of a row differ in
 * when it changed, and a child does not know whose an instance is that it has never had, so ranges that were narrowed would differ in rows
 * which do not.
 * @param tx has their instances and request specs
 */
export const askedFor = (found: readonly Difference[], only: CompareOnly, tx: UnitOfWork): Difference[] =>
  found.filter(one => isOfProject(one, only, tx) && isRecent(one, only, tx) && isWithDeleted(one, only, tx));

const isOfProject = ({ instanceUuid }: Difference, { projectId }: CompareOnly, tx: UnitOfWork): boolean =>
  projectId === undefined || tx.requestSpecs.get(instanceUuid)?.spec.projectId === projectId;

/** A side that does not say when is taken for recent: a repair that was not needed changes nothing. */
const isRecent = ({ instanceUuid, theirs }: Difference, { updatedSince }: CompareOnly, tx: UnitOfWork): boolean => {
  if (updatedSince === undefined) return true;
  const changedAt = [tx.instances.get(instanceUuid)?.updatedAt ?? 0, ...(theirs ? [theirs.updatedAt ?? updatedSince] : [])];
  return Math.max(...changedAt) >= updatedSince;
};

const isWithDeleted = ({ instanceUuid }: Difference, { deleted = true }: CompareOnly, tx: UnitOfWork): boolean =>
  deleted || (tx.instances.get(instanceUuid)?.deletedAt ?? null) === null;
