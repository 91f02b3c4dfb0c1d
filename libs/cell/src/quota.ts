import { CloudError } from '#domain';
import type { QuotaUsage, UserInProject } from './rows.js';
import type { UnitOfWork } from './unit-of-work.js';

/** A project's limits at the moment of the request; -1 is no limit. */
export interface QuotaLimits extends QuotaUsage {
  /** Servers of one group. */
  readonly groupMembers?: number;
  /** Of the caller in the project, where they differ. */
  readonly user?: QuotaUsage;
}

/** Nova's names of what is counted. */
const NAMES = { cores: 'cores', instances: 'instances', ramMb: 'ram' } as const;

/** @throws CloudError `overLimit`: which resources, how much was asked, used and allowed, as Nova says it. Nothing asked is never too much. */
export const checkQuota = (tx: UnitOfWork, { projectId, userId }: UserInProject, asked: QuotaUsage, limits: QuotaLimits): void => {
  refuseOver(asked, tx.quotaUsage(projectId), limits);
  if (limits.user) refuseOver(asked, tx.quotaUsage(projectId, userId), limits.user);
};

const refuseOver = (asked: QuotaUsage, used: QuotaUsage, limits: QuotaUsage): void => {
  const over = (Object.keys(NAMES) as (keyof typeof NAMES)[]).filter(
    key => limits[key] >= 0 && asked[key] > 0 && used[key] + asked[key] > limits[key],
  );
  if (over.length === 0) return;
  const list = (of: QuotaUsage): string => over.map(key => of[key]).join(', ');
  const resources = over.map(key => NAMES[key]).join(', ');
  throw new CloudError(
    'overLimit',
    `Quota exceeded for ${resources}: Requested ${list(asked)}, but already used ${list(used)} of ${list(limits)} ${resources}`,
  );
};
