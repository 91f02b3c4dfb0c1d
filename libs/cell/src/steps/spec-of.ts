import type { BuildSpec, InstanceOrder } from '#contracts';
import { CloudError } from '#domain';
import type { UnitOfWork } from '../unit-of-work.js';

/** @throws CloudError `internal` when the order is gone: it is kept as long as the instance. */
export const specOf = (tx: UnitOfWork, uuid: string): BuildSpec => {
  const spec = tx.requestSpecs.get(uuid)?.spec;
  if (!spec) throw new CloudError('internal', `the request spec of instance ${uuid} is gone`);
  return spec;
};

/** An order may change how its instance is wanted from now on: every cell on the way keeps that. */
export const putWanted = (tx: UnitOfWork, uuid: string, order: InstanceOrder): void => {
  if (order.name === 'rebuild') tx.requestSpecs.put({ uuid, spec: order.spec });
  if (order.name === 'unshelve' && order.zone !== undefined)
    tx.requestSpecs.put({ uuid, spec: { ...specOf(tx, uuid), availabilityZone: order.zone } });
};
