import type { BuildSpec, InstanceLabels, InstanceOrder } from '#contracts';
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

/** What the guest is to be told, as the top knows it. */
export const labelsOf = (tx: UnitOfWork, uuid: string): { readonly labels: InstanceLabels } => {
  const { name, hostname, metadata } = specOf(tx, uuid);
  return { labels: { name, hostname, metadata } };
};

/** Every cell on the way keeps what an order says of it: a guest that is made later is told the same. */
export const putLabels = (tx: UnitOfWork, uuid: string, labels: InstanceLabels | undefined): void => {
  const spec = labels && tx.requestSpecs.get(uuid)?.spec;
  if (spec) tx.requestSpecs.put({ uuid, spec: { ...spec, ...labels } });
};
