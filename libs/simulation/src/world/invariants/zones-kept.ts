import type { Invariant } from './invariant.js';

/** A server for which a zone was asked is on a host of that zone, however often it was tried elsewhere before. */
export const zonesKept: Invariant = {
  name: 'a server is in the zone that was asked for',
  atRest: world =>
    world.hosts.flatMap(({ plan, guests }) =>
      [...guests.keys()].flatMap(uuid => {
        const zone = world.root.database.requestSpecs.get(uuid)?.spec.availabilityZone;
        return zone && zone !== plan.zone ? [`server ${uuid} is wanted in ${zone} and is on ${plan.name}, in ${plan.zone}`] : [];
      }),
    ),
};
