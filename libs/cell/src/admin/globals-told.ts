import type { Wish } from '#contracts';
import { CloudError } from '#domain';
import { Globals } from '../globals.js';
import type { AdminParts } from './admin-handlers.js';

/** What the top has told this cell, as its database has it. */
export const globalsOf = async ({ store }: Pick<AdminParts, 'store'>): Promise<Globals> => {
  const { version, items } = await store.readGlobals(0);
  return Globals.NONE.with(version, items);
};

/** A flavor as this cell was told of it. @throws CloudError `notFound`. */
export const flavorOf = (globals: Globals, flavorId: string): Wish['flavor'] => {
  const found = globals.read().items.find(item => item.kind === 'flavor' && item.id === flavorId);
  if (found?.kind !== 'flavor' || !found.body) throw new CloudError('notFound', `Flavor ${flavorId} could not be found.`);
  return found.body;
};
