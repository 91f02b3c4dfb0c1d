import { addShapes, NO_RESOURCES, type ResourceShape, shapeKey } from '#domain';
import { heldOn } from './held-on.js';
import type { Invariant } from './invariant.js';

/** The claims on a host never exceed what it has, whoever claims; nor, then, do those on all hosts of a cell. */
export const hostsNotOverfilled: Invariant = {
  name: 'no host is overfilled',
  always: world =>
    [...world.cells.values()].flatMap(({ path, database }) =>
      database.hosts
        .all()
        .map(row => ({ ...row, size: world.host(row.host).plan.size }))
        .filter(({ used, claims, size }) => exceeds(used, size) || exceeds(NO_RESOURCES, used) || claims < 0)
        .map(({ host, used, claims, size }) => `host ${host} of ${path} has ${shapeKey(used)} claimed of ${shapeKey(size)} by ${claims}`),
    ),
  atRest: world =>
    world.hosts.flatMap(({ name, cellPath, guests, plan: { size } }) => {
      const rows = [...guests.keys()].flatMap(uuid => world.cell(cellPath).database.instances.get(uuid) ?? []);
      const claims = rows.flatMap(row => heldOn(row, name));
      const taken = claims.reduce(addShapes, NO_RESOURCES);
      return exceeds(taken, size) ? [`the guests on ${name} take ${shapeKey(taken)} of ${shapeKey(size)}`] : [];
    }),
};

const exceeds = (a: ResourceShape, b: ResourceShape): boolean => a.vcpus > b.vcpus || a.memoryMb > b.memoryMb || a.diskGb > b.diskGb;
