import { describe, expect, it } from 'vitest';
import type { Loaded, Wanted } from '#cell';
import { CloudError } from '#domain';
import { MemoryCellStore } from '../../store/memory-cell-store.js';
import { SendsOnlyOnce, UNMENDED } from '../broken-builds.fixture.js';
import type { Tampering } from '../surroundings.js';
import { TWO_HOSTS } from './server-story.fixture.js';
import { Story } from './story.fixture.js';

/* What becomes of the cells while the top and its broker are away for longer than anything waits. */

const WEST = 'api!west';
const LEAF = 'api!west!a';
const AWAY_SECONDS = 600;
/** With this one the top looks for builds that nobody answered before it hears that they are done. */
const SEED = 3;

/** It has begun nothing yet: what `by` breaks may depend on whether the top is away. */
interface Away {
  now: boolean;
}

class Tale {
  private constructor(
    readonly story: Story,
    private readonly away: Away,
  ) {}

  /** Servers 1 and 2 run; 3 is ordered and the deletion of 2, and both have reached the cell below the top, when it is gone. */
  static async begin(by: (away: Away) => Tampering = () => ({})): Promise<Tale> {
    const away = { now: false };
    const story = await Story.begin(TWO_HOSTS, {}, SEED, by(away));
    await story.order([1, 2]);
    await story.until(() => story.count('active') === 2);
    await story.order([3]);
    void story.world.users.delete(2);
    // Looked at so often that nothing of what comes of them has reached the top.
    await story.until(() => story.told('instance.delete', WEST).length > 0 && story.told('instance.build', WEST).length === 3, 5, 0.002);
    away.now = true;
    story.world.do({ does: 'kill process', cell: 'api', index: 0, seconds: AWAY_SECONDS });
    story.world.do({ does: 'cut link', link: WEST, seconds: AWAY_SECONDS });
    return new Tale(story, away);
  }

  /** What each of the cells below the top says of a server. */
  below(server: number): (string | undefined)[] {
    const { world } = this.story;
    const uuid = world.users.uuidOf(server);
    return [WEST, LEAF].map(path => world.cell(path).database.instances.get(uuid)?.vmState);
  }

  async becomes(server: number, state: string): Promise<void> {
    await this.story.until(() => this.below(server).every(one => one === state));
  }

  async stopFromInside(server: number): Promise<void> {
    const { world } = this.story;
    const uuid = world.users.uuidOf(server);
    const host = world.host(world.cell(LEAF).database.instances.get(uuid)!.host!);
    await host.look();
    world.do({ does: 'stop guest', host: host.name, index: [...host.guests.keys()].indexOf(uuid) });
  }

  /** Asked at the cell itself, as its operator does while it is cut off. */
  async administer(): Promise<string[]> {
    const { world } = this.story;
    const told = await this.story.tree(WEST);
    void world.operators.changeHost('h1', { enabled: false, disabledReason: 'disks' }, { locally: true });
    await this.story.until(() => world.cell(LEAF).database.hosts.get('h1')?.enabled === false);
    void world.operators.changeHost('h1', { enabled: true }, { locally: true });
    await this.story.until(() => world.cell(LEAF).database.hosts.get('h1')?.enabled === true);
    return told.map(cell => cell.path);
  }

  /** All that the cells do by themselves. */
  async goesOn(): Promise<void> {
    await this.becomes(3, 'active');
    await this.becomes(2, 'deleted');
    await this.stopFromInside(1);
    await this.becomes(1, 'stopped');
    expect(await this.administer()).toEqual([WEST, LEAF]);
  }

  async topIsBack(): Promise<void> {
    await this.story.until(() => this.story.world.root.processes.length > 0, AWAY_SECONDS);
    this.away.now = false;
  }

  /** What the top knows of the three. */
  known(): (string | undefined)[] {
    return [1, 2, 3].map(server => this.story.server(server)?.vmState);
  }
}

const CAUGHT_UP = ['stopped', 'deleted', 'active'];

/** Nothing is written in a cell below the top that cannot ask it. */
const asksTheTop = (away: Away): Tampering => ({
  makeStore: parts =>
    new (class extends MemoryCellStore {
      override async transact<T>(wanted: Wanted, work: (loaded: Loaded) => T): Promise<T> {
        if (!parts.top && away.now) throw new CloudError('unavailable', 'the top does not answer');
        return super.transact(wanted, work);
      }
    })(parts),
});

const forgetsWhatItCouldNotTell = (): Tampering => ({ ...UNMENDED, makeStore: parts => new SendsOnlyOnce(parts) });

describe('the cells below, without the top', () => {
  it('F14: build and delete what they were told to, see what stops, and can be administered; the top catches up when it is back', async () => {
    const tale = await Tale.begin();
    const { story } = tale;
    await tale.goesOn();
    expect(tale.known()).toEqual(['active', 'active', 'building']);
    await tale.topIsBack();
    await story.until(() => String(tale.known()) === String(CAUGHT_UP), 60);
    expect([tale.below(3), story.told('instance.recall')]).toEqual([['active', 'active'], []]);
    expect(await story.end()).toEqual([]);
    expect([story.guests(), tale.known()]).toEqual([expect.anything(), CAUGHT_UP]);
    expect(story.world.root.database.quotaUsages.get('project')).toMatchObject({ instances: 2 });
  });

  it('F14: is noticed of cells that ask the top before they do anything', async () => {
    const tale = await Tale.begin(asksTheTop);
    await expect(tale.goesOn()).rejects.toThrow('it is not so after 30 s');
  });

  it('F14: is noticed of cells that forget what they could not tell the top', async () => {
    const tale = await Tale.begin(forgetsWhatItCouldNotTell);
    await tale.goesOn();
    await tale.topIsBack();
    await expect(tale.story.until(() => String(tale.known()) === String(CAUGHT_UP), 60)).rejects.toThrow('it is not so after 60 s');
  });
});
