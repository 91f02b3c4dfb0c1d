import { describe, expect, it } from 'vitest';
import { Dice } from './dice.js';
import { drawLayout } from './draw-layout.js';
import { type CellPlan, COUNTRY, cellsOf, hostsOf, Layout } from './tree.js';

const TREES = Array.from({ length: 300 }, (_, seed) => cellsOf('api', drawLayout(new Dice(`layout ${seed}`))));
const levelOf = ({ path }: CellPlan): number => path.split('!').length;
const mean = (of: (tree: CellPlan[]) => number): number => TREES.reduce((sum, tree) => sum + of(tree), 0) / TREES.length;

describe('a tree that is drawn', () => {
  it('has three or four levels, one to four cells below each that has any, and hosts at every end', () => {
    const levels = TREES.map(tree => Math.max(...tree.map(levelOf)));
    expect(new Set(levels)).toEqual(new Set([3, 4]));
    const cells = TREES.flat();
    expect(new Set(cells.map(({ children }) => children.length))).toEqual(new Set([0, 1, 2, 3, 4]));
    const ends = cells.filter(({ children }) => children.length === 0);
    expect(new Set(ends.map(({ hosts }) => hosts.length))).toEqual(new Set([1, 2, 3, 4, 5]));
    expect(cells.some(({ hosts, children }) => hosts.length && children.length)).toBe(true);
  });

  it('gives each host a name of its own, and hosts differ in size, zone and traits', () => {
    for (const tree of TREES) {
      const names = tree.flatMap(hostsOf).map(({ name }) => name);
      expect(new Set(names).size).toBe(names.length);
    }
    const hosts = TREES.flat().flatMap(hostsOf);
    const kinds = (of: (host: (typeof hosts)[number]) => unknown) => new Set(hosts.map(host => JSON.stringify(of(host)))).size;
    expect([kinds(({ size }) => size), kinds(({ zone }) => zone), kinds(({ traits }) => traits)]).toEqual([36, 2, 4]);
  });

  it('is no larger than the fixed one on average, and the same for the same seed', () => {
    const country = cellsOf('api', COUNTRY);
    expect(mean(tree => tree.length)).toBeLessThanOrEqual(country.length);
    expect(mean(tree => tree.flatMap(hostsOf).length)).toBeLessThanOrEqual(country.flatMap(hostsOf).length + 1);
    const drawn = drawLayout(new Dice('layout 7'));
    expect(drawLayout(new Dice('layout 7'))).toEqual(drawn);
    expect(Layout.parse(JSON.parse(JSON.stringify(drawn)))).toEqual(drawn);
  });
});
