import type { Dice } from './dice.js';
import { TRAITS } from './flavors.js';
import type { HostLayout, Layout } from './tree.js';

const NAMES = ['a', 'b', 'c', 'd'];

/**
 * A tree of three or four levels: one way down is as deep as that, the others end where they end. Cells at the end have one to five hosts,
 * now and then one on the way has some too. Most are small, so that the mean world is no larger than COUNTRY.
 */
export const drawLayout = (dice: Dice): Layout => below(dice, '', dice.whole(2, 3));

/** @param levels that are still to come below it */
const below = (dice: Dice, prefix: string, levels: number): Layout => {
  if (levels === 0) return { hosts: hosts(dice, prefix, dice.chance(0.7) ? 1 : dice.whole(2, 5)) };
  const names = NAMES.slice(0, dice.pick(prefix ? [1, 1, 1, 2, 2, 3] : [1, 2, 2, 3, 4])!);
  const deepest = dice.pick(names);
  const cells = names.map(name => {
    const isDeep = name === deepest || dice.chance(0.15);
    return [name, below(dice, `${prefix}${name}`, isDeep ? levels - 1 : 0)] as const;
  });
  const own = prefix && dice.chance(0.2) ? { hosts: hosts(dice, prefix, 1) } : {};
  return { ...own, cells: Object.fromEntries(cells) };
};

const hosts = (dice: Dice, prefix: string, count: number): HostLayout[] =>
  Array.from({ length: count }, (_, index) => host(dice, `${prefix}${index + 1}`));

/** Some have many processors and little memory, or the other way round: what the sums of a cell hold no host of it may hold. */
const host = (dice: Dice, name: string): HostLayout => {
  const zone = dice.chance(0.3) ? { zone: 'lake' } : {};
  const traits = TRAITS.filter(() => dice.chance(0.4));
  return {
    name,
    ...zone,
    vcpus: dice.pick([4, 6, 8, 12])!,
    memoryMb: dice.pick([4096, 8192, 12_288])!,
    diskGb: dice.pick([30, 80, 200])!,
    ...(traits.length > 0 && { traits }),
  };
};
