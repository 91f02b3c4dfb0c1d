import type { ServerGroup } from '#contracts';
import { useOf } from './invariants/quota-use.js';
import type { World } from './world.js';

/** What a cell counts in each child is what its rows say is there, and no more than the child's quota. */
export const childUseViolations = (world: World): string[] =>
  [...world.cells.values()].flatMap(({ path, database }) =>
    database.children.all().flatMap(({ name, used, quota }) => {
      const there = database.instances.all().filter(row => row.nextHop === name && row.deletedAt === null);
      const { cores } = useOf(there, uuid => database.requestSpecs.get(uuid)?.spec);
      const wrong = used.instances !== there.length || used.cores !== cores;
      const over = quota !== null && quota.instances !== null && used.instances > quota.instances;
      return [
        ...(wrong ? [`${path} counts ${JSON.stringify(used)} in ${name}, and there are ${there.length} with ${cores} cores`] : []),
        ...(over ? [`${path} has ${used.instances} in ${name}, whose quota is ${quota.instances}`] : []),
      ];
    }),
  );

/** Servers of a group are on one host, or apart, in the whole tree. */
export const groupViolations = (world: World, groups: readonly ServerGroup[]): string[] =>
  groups.flatMap(group => {
    const members = world.root.database.instances
      .all()
      .filter(row => row.groupUuid === group.uuid && row.deletedAt === null && row.host !== null);
    const counts = new Map<string, number>();
    for (const { cellPath, host } of members) counts.set(`${cellPath}@${host}`, (counts.get(`${cellPath}@${host}`) ?? 0) + 1);
    if (group.policy === 'affinity') return counts.size > 1 ? [`affinity group is on ${[...counts.keys()].join(', ')}`] : [];
    if (group.policy !== 'anti-affinity') return [];
    return [...counts].flatMap(([place, count]) =>
      count > group.maxServerPerHost ? [`anti-affinity group has ${count} on ${place}`] : [],
    );
  });
