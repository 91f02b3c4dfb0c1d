import { describe, expect, it } from 'vitest';
import { Story } from './regress/story.fixture.js';

/* docs/operations/failure-modes.md tells an operator what to do with a cell whose database is gone. These are its steps. */

const LINE = { cells: { west: { cells: { a: { hosts: ['h1', 'h2'] } } } } };

/** Three servers run; then the cell in the middle forgets all that it knew of them. */
const withoutDatabase = async () => {
  const story = await Story.begin(LINE);
  await story.order([1, 2, 3]);
  await story.until(() => story.count('active') === 3);
  const { database } = story.world.cell('api!west');
  const uuids = [1, 2, 3].map(server => story.world.users.uuidOf(server));
  const backup = uuids.map(uuid => ({ row: database.instances.get(uuid)!, order: database.requestSpecs.get(uuid)! }));
  const child = database.children.get('a')!;
  for (const uuid of uuids) {
    database.instances.delete(uuid);
    database.requestSpecs.delete(uuid);
    database.reservations.delete(uuid);
  }
  database.children.put('a', { ...child, used: { instances: 0, cores: 0, ramMb: 0 } });
  await story.until(() => story.count('error') === 3, 90);
  const restore = () => {
    for (const { row, order } of backup) {
      database.instances.put(row.uuid, row);
      database.requestSpecs.put(row.uuid, order);
    }
    database.children.put('a', child);
  };
  return { story, restore };
};

const guests = async (story: Story): Promise<number> => {
  await Promise.all(story.world.hosts.map(host => host.look()));
  return Object.values(story.guests()).reduce((sum, count) => sum + count, 0);
};

describe('a cell between others that lost its database', () => {
  it('refuses nothing below and destroys nothing: guests run on, and the servers say what happened', async () => {
    const { story } = await withoutDatabase();
    expect(story.server(1)).toMatchObject({ nextHop: 'west', fault: { message: 'Cell api!west has lost its record of this server.' } });
    await story.world.runFor(300);
    expect(await guests(story)).toBe(3);
    await story.order([4]);
    await story.until(() => story.server(4)?.vmState === 'active');
  });

  it('has its servers again, as they are by then, when a backup is restored', async () => {
    const { story, restore } = await withoutDatabase();
    story.world.do({
      does: 'stop guest',
      host: story.world.cell('api!west!a').database.instances.get(story.world.users.uuidOf(2))!.host!,
      index: 0,
    });
    restore();
    await story.until(() => story.count('error') === 0, 120);
    expect(story.count('active') + story.count('stopped')).toBe(3);
    expect(await story.end()).toEqual([]);
  });

  it('lets go of those that their users delete, down to the guests, without a backup', async () => {
    const { story } = await withoutDatabase();
    for (const server of [1, 2, 3]) void story.world.users.delete(server);
    await story.until(() => story.count('deleted') === 3, 60);
    expect(await story.end()).toEqual([]);
    expect(await guests(story)).toBe(0);
  });
});
