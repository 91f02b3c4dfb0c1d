import type { BuildSpec, GuestAction } from '#contracts';
import { CloudError, type RequestContext, requestId } from '#domain';
import { sampleSpec } from '#testing';
import type { SimulatedCell } from './simulated-cell.js';

/** An action that needs nothing but its name. */
type PlainAction = Exclude<GuestAction, { password: string }>['name'];

/** What the users of a world did, and what they were answered. */
export class Users {
  /** Servers that the API accepted. */
  readonly accepted = new Set<string>();
  /** Servers whose deletion was asked for, whatever the answer. */
  readonly triedToDelete = new Set<string>();
  /** Servers whose deletion the API accepted. */
  readonly deleted = new Set<string>();
  readonly quota = { limits: { instances: 30, cores: 60, ramMb: -1 } };

  constructor(private readonly root: SimulatedCell) {}

  /** Does one thing that users do. */
  act(): void {
    const { dice } = this.root.surroundings;
    const known = [...this.accepted].filter(uuid => !this.deleted.has(uuid));
    const uuid = dice.pick(known);
    const what = dice.random.fraction();
    if (!uuid || what < 0.45) void this.create(dice.chance(0.3) ? dice.whole(2, 4) : 1);
    else if (what < 0.75) void this.delete(uuid);
    else void this.order(uuid, dice.pick(['stop', 'start', 'rebootHard'] as const)!);
  }

  async create(count: number, change: Partial<BuildSpec> = {}): Promise<string[]> {
    const { dice, note } = this.root.surroundings;
    const specs = Array.from({ length: count }, () => this.specOf(dice.random.uuid(), change));
    const uuids = specs.map(spec => spec.instanceUuid);
    note(`user creates ${uuids.map(short).join(' ')} of ${specs[0]!.flavor.name}`);
    const orders = specs.map(spec => ({ spec, columns: { project_id: spec.projectId } }));
    await this.ask(
      root => root.createServers(this.context(), orders, this.quota.limits),
      () => {
        for (const uuid of uuids) this.accepted.add(uuid);
      },
    );
    return uuids;
  }

  async delete(uuid: string): Promise<void> {
    this.root.surroundings.note(`user deletes ${short(uuid)}`);
    this.triedToDelete.add(uuid);
    await this.ask(
      root => root.deleteServer(this.context(), uuid),
      () => this.deleted.add(uuid),
    );
  }

  async order(uuid: string, name: PlainAction): Promise<void> {
    this.root.surroundings.note(`user wants ${name} of ${short(uuid)}`);
    await this.ask(
      root => root.act(this.context(), uuid, { name }),
      () => undefined,
    );
  }

  /** A request may be refused, or never answered because the process died: then nothing is noted. */
  private async ask(request: (orders: SimulatedCell['processes'][number]['orders']) => Promise<void>, answered: () => void): Promise<void> {
    const process = this.root.surroundings.dice.pick(this.root.processes);
    if (!process) return;
    try {
      await request(process.orders);
      answered();
    } catch (error) {
      if (!(error instanceof CloudError) || !REFUSALS.has(error.kind)) throw error;
    }
  }

  private specOf(uuid: string, change: Partial<BuildSpec>): BuildSpec {
    const { dice, timeline } = this.root.surroundings;
    const size = dice.pick(FLAVORS)!;
    const name = dice.chance(0.3) ? `unlucky-${short(uuid)}` : short(uuid);
    return sampleSpec(uuid, { requestId: `req-${uuid}`, flavor: size, name, createdAt: timeline.now(), ...change });
  }

  private context(): RequestContext {
    const { dice, timeline } = this.root.surroundings;
    return {
      requestId: requestId(dice.random.uuid()),
      userId: 'user',
      projectId: 'project',
      roles: new Set(['member']),
      deadline: timeline.now() + 60_000,
    };
  }
}

const REFUSALS: ReadonlySet<string> = new Set(['unavailable', 'conflict', 'notFound', 'overLimit']);
const short = (uuid: string): string => uuid.slice(0, 8);

const flavor = (name: string, vcpus: number, memoryMb: number) => ({
  flavorId: name,
  name,
  vcpus,
  memoryMb,
  rootGb: 10,
  ephemeralGb: 0,
  swapMb: 0,
  extraSpecs: {},
});
export const FLAVORS = [flavor('small', 1, 1024), flavor('medium', 2, 2048), flavor('large', 5, 4096)];
