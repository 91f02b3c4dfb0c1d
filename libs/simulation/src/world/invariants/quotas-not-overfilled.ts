import type { Invariant } from './invariant.js';

/** No project ever has more than its quota, however many requests meet. */
export const quotasNotOverfilled: Invariant = {
  name: 'no quota is overfilled',
  always: ({ users: { limits }, root }) => {
    const servers = root.database.instances.all().filter(row => row.deletedAt === null);
    const specs = servers.flatMap(row => root.database.requestSpecs.get(row.uuid)?.spec.flavor ?? []);
    const cores = specs.reduce((sum, flavor) => sum + flavor.vcpus, 0);
    const over = servers.length > limits.instances || cores > limits.cores;
    return over ? [`the project has ${servers.length} servers of ${limits.instances}, ${cores} cores of ${limits.cores}`] : [];
  },
};
