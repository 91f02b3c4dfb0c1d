import { describe, expect, it } from 'vitest';
import type { Frame, ProtocolRange } from '#contracts';
import { drawPlan } from './draw-plan.js';
import { play } from './play.js';
import { tellStory } from './tell-story.js';
import { World } from './world.js';

const OLD: ProtocolRange = { oldest: 1, newest: 1 };
const NEW: ProtocolRange = { oldest: 1, newest: 2 };
const NEXT: ProtocolRange = { oldest: 2, newest: 3 };

/** Which versions were spoken, by who spoke to whom. */
const listening = (protocolOf: (cell: string) => ProtocolRange) => {
  const spoken = new Map<string, Set<number>>();
  const frame = (received: Frame): Frame => {
    for (const { source, target, protocol } of received.envelopes) {
      const edge = `${source} to ${target}`;
      spoken.set(edge, (spoken.get(edge) ?? new Set()).add(protocol));
    }
    return received;
  };
  return { spoken, tampering: { protocolOf, frame } };
};

describe('a tree in the middle of an upgrade', () => {
  it.each([
    ['whose root came first', (cell: string) => (cell === 'api' ? NEW : OLD)],
    ['whose leaves came first', (cell: string) => (cell.split('!').length > 2 ? NEW : OLD)],
    ['upgraded here and there', (cell: string) => (cell.length % 2 ? NEW : OLD)],
  ])('%s works as one, each edge in the newest version that both ends speak', async (_name, protocolOf) => {
    const { spoken, tampering } = listening(protocolOf);
    const plan = drawPlan(3, { seconds: 30, weather: { reordered: true }, troubles: { secondsBetweenCuts: 20 } });
    const { world, violations } = await play(plan, tampering, 150);
    expect(violations, tellStory(world, violations)).toEqual([]);
    const cells = [...spoken].filter(([edge]) => !edge.includes('@'));
    for (const [edge, versions] of cells) {
      const common = edge.split(' to ').every(cell => protocolOf(cell) === NEW) ? 2 : 1;
      expect([edge, Math.max(...versions)]).toEqual([edge, common]);
    }
  });

  it('gives nothing to a cell that is two releases ahead, and says why', async () => {
    const layout = { cells: { west: { cells: { a: { hosts: ['h1'] } } }, east: { hosts: ['h2'] } } };
    const protocolOf = (cell: string) => (cell.startsWith('api!west') ? NEXT : OLD);
    const world = await World.begin({ seed: 1, layout, weather: {}, tampering: { protocolOf } });
    const [uuid] = world.users.create([1]);
    await world.runFor(10);
    expect(world.root.database.instances.get(uuid!)).toMatchObject({ vmState: 'active', nextHop: 'east' });
    const flavor = { flavorId: 'x', name: 'huge', vcpus: 20, memoryMb: 1024, rootGb: 1, ephemeralGb: 0, swapMb: 0, extraSpecs: {} };
    const [huge] = world.users.create([2], {}, { flavor });
    await world.runFor(5);
    expect(world.root.database.instances.get(huge!)?.fault?.details).toContain(
      'west speaks protocol 2 to 3, this cell 1: this cell is to be upgraded',
    );
  });

  it('gives nothing to a host that is two releases ahead, and says why; upgraded with its cell it is taken again', async () => {
    const layout = { cells: { west: { hosts: ['h1', 'h2'] } } };
    let spoken = NEXT;
    const protocolOf = (machine: string) => (machine === 'api!west@h1' ? spoken : OLD);
    const world = await World.begin({ seed: 1, layout, weather: {}, tampering: { protocolOf } });
    const hostsOf = (uuids: readonly string[]) => uuids.map(uuid => world.root.database.instances.get(uuid)?.host);
    const first = world.users.create([1, 2, 3]);
    await world.runFor(10);
    expect(hostsOf(first)).toEqual(['h2', 'h2', 'h2']);
    expect(world.root.database.hostMirrors.get('api!west@h1')).toMatchObject({
      enabled: false,
      disabledReason: 'AUTO: h1 speaks protocol 2 to 3, this cell 1: this cell is to be upgraded',
    });
    const refused = () => world.root.database.cellMirrors.get('api!west')?.status.refusedHosts;
    expect(refused()).toEqual([{ host: 'h1', reason: 'h1 speaks protocol 2 to 3, this cell 1: this cell is to be upgraded' }]);
    spoken = OLD;
    world.host('h1').die();
    world.host('h1').start();
    await world.runFor(20);
    expect(refused()).toEqual([]);
    expect(world.root.database.hostMirrors.get('api!west@h1')).toMatchObject({ enabled: true, disabledReason: null });
    const second = world.users.create([4, 5, 6]);
    await world.runFor(10);
    expect(hostsOf(second)).toContain('h1');
    expect(await world.comeToRest()).toEqual([]);
  });
});
