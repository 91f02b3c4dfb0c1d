import type { BuildSpec } from '#contracts';
import { CloudError } from '#domain';
import type { UnitOfWork } from '../unit-of-work.js';

/** @throws CloudError `internal` when the order is gone: it is kept as long as the instance. */
export const specOf = (tx: UnitOfWork, uuid: string): BuildSpec => {
  const spec = tx.requestSpecs.get(uuid)?.spec;
  if (!spec) throw new CloudError('internal', `the request spec of instance ${uuid} is gone`);
  return spec;
};
