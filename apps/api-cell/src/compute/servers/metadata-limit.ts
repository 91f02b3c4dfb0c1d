import { CloudError } from '#domain';
import type { QuotaSet } from '../quotas/quota-resources.js';

/** @throws CloudError `overLimit` for more items than the quota allows. */
export const checkMetadata = (
  metadata: Readonly<Record<string, string>> | undefined,
  { metadata_items: limit }: Pick<QuotaSet, 'metadata_items'>,
): void => {
  if (limit >= 0 && Object.keys(metadata ?? {}).length > limit)
    throw new CloudError('overLimit', `Maximum number of metadata items exceeds ${limit}`);
};
