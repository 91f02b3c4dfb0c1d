import { addShapes, NO_RESOURCES, shapeKey, shapeOf } from '#domain';
import type { Invariant } from './invariant.js';

/** A server counts from its creation to its deletion, once. */
export const quotasAddUp: Invariant = {
  name: 'quota equals the sum',
  atRest: ({ root }) => {
    const { instances, requestSpecs, quotaUsages } = root.database;
    const servers = instances.all().filter(row => row.deletedAt === null);
    const sum = servers
      .flatMap(row => requestSpecs.get(row.uuid) ?? [])
      .map(({ spec }) => shapeOf(spec.flavor))
      .reduce(addShapes, NO_RESOURCES);
    const used = quotaUsages.get('project') ?? { instances: 0, cores: 0, ramMb: 0 };
    const right = used.instances === servers.length && used.cores === sum.vcpus && used.ramMb === sum.memoryMb;
    return right ? [] : [`quota says ${JSON.stringify(used)}, ${servers.length} servers use ${shapeKey(sum)}`];
  },
};
