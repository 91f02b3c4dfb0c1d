import type { InstanceRow } from '#cell';
import type { CellNode, Envelope, Frame } from '#contracts';
import { sampleSpec } from '#testing';
import type { Tampering } from '../surroundings.js';
import type { Layout } from '../tree.js';
import type { Weather } from '../weather.js';
import { World } from '../world.js';

const STRANGER = '99999999-0000-4000-8000-000000000099';

/** A world in which only that goes wrong which the story is about, and what its cells were told. */
export class Story {
  private constructor(
    readonly world: World,
    readonly frames: readonly Frame[],
  ) {}

  /** @param by what is broken on purpose */
  static async begin(layout: Layout, weather: Partial<Weather> = {}, seed = 1, by: Tampering = {}): Promise<Story> {
    const frames: Frame[] = [];
    const tampering: Tampering = {
      ...by,
      frame: sent => {
        const frame = by.frame?.(sent) ?? sent;
        frames.push(frame);
        return frame;
      },
    };
    return new Story(await World.begin({ seed, layout, weather, tampering }), frames);
  }

  /** Orders servers with these numbers in one request; their orders are under way when it returns. */
  async order(servers: readonly number[], order: Parameters<World['users']['create']>[1] = {}): Promise<void> {
    this.world.users.create(servers, order);
    await this.world.runFor(0.05);
  }

  server(number: number): InstanceRow | undefined {
    return this.world.root.database.instances.get(this.world.users.uuidOf(number));
  }

  /** How many of the servers are in this state. */
  count(vmState: string): number {
    return this.world.root.database.instances.all().filter(row => row.vmState === vmState).length;
  }

  guests(): Record<string, number> {
    return Object.fromEntries(this.world.hosts.map(({ name, guests }) => [name, guests.size]));
  }

  /** Somebody else's guest fills these hypervisors, which their cell cannot know: whatever is spawned there fails. */
  async occupy(...hosts: readonly string[]): Promise<void> {
    const flavor = { ...sampleSpec(STRANGER).flavor, vcpus: 8, memoryMb: 8192 };
    for (const host of hosts) void this.world.host(host).driver.spawn({ build: sampleSpec(STRANGER, { flavor }), epoch: 1, image: null });
    await this.world.runFor(5);
  }

  /** That guest leaves. */
  vacate(...hosts: readonly string[]): void {
    for (const host of hosts) void this.world.host(host).driver.destroy(STRANGER);
  }

  /** Messages of this method that a cell handled. */
  told(method: string, target?: string): Envelope[] {
    const all = this.frames.flatMap(frame => frame.envelopes).filter(envelope => envelope.method === method);
    return target === undefined ? all : all.filter(envelope => envelope.target === target);
  }

  /** The cells that an operator of this cell is told of, in a second. */
  async tree(path: string): Promise<CellNode[]> {
    const [process] = this.world.cell(path).processes;
    const operator = { userId: 'operator', requestId: 'req-operator' };
    const order = { cell: process!.cell.path, operator, deadline: process!.now() + 5000 };
    const told = process!.administer({ ...order, operation: 'cell.tree', request: {} });
    await this.world.runFor(1);
    return (await told).cells;
  }

  /** Lets the world go on until it is so, a while at most, and looks every so many seconds. @returns seconds that it took. */
  async until(isSo: () => boolean, seconds = 30, every = 0.25): Promise<number> {
    let waited = 0;
    while (!isSo()) {
      if (waited >= seconds) throw new Error(`it is not so after ${seconds} s:\n${this.world.trace.join('\n')}`);
      await this.world.runFor(every);
      waited += every;
    }
    return waited;
  }

  /** The promises that are broken when all is mended. */
  async end(): Promise<string[]> {
    return (await this.world.comeToRest()).map(({ invariant, text }) => `${invariant}: ${text}`);
  }
}
