import type { BuildSpec } from '#contracts';
import type { World } from '../world.js';
import type { Invariant } from './invariant.js';

/** However a server came to its host (built, resized, migrated, evacuated, unshelved), that has the traits which its flavor requires, and none that it forbids. */
export const traitsKept: Invariant = {
  name: 'a server is on a host with the traits that it asks for',
  atRest: ({ root: { database }, hosts }: World) =>
    database.instances
      .all()
      .filter(row => row.deletedAt === null)
      .flatMap(({ uuid, host, cellPath }) => {
        const there = hosts.find(({ plan }) => plan.name === host && plan.cell === cellPath);
        const spec = database.requestSpecs.get(uuid)?.spec;
        if (!there || !spec) return [];
        return wrongTraits(there.plan.traits, spec).map(wrong => `server ${uuid} (${spec.flavor.name}) is on ${host}, ${wrong}`);
      }),
};

const TRAIT = 'trait:';

/** What of a host's traits is not as a server's flavor asks; empty when it will do. */
export const wrongTraits = (traits: readonly string[], { flavor }: Pick<BuildSpec, 'flavor'>): string[] =>
  Object.entries(flavor.extraSpecs)
    .filter(([key]) => key.startsWith(TRAIT))
    .map(([key, wish]) => ({ trait: key.slice(TRAIT.length), wish }))
    .filter(({ trait, wish }) => traits.includes(trait) !== (wish === 'required'))
    .map(({ trait, wish }) => `where ${trait} is ${wish}`);
