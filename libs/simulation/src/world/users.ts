import type { MoveRequest } from '#cell';
import type { BuildSpec } from '#contracts';
import { CloudError, type GuestActionName, type RequestContext, requestId } from '#domain';
import { sampleSpec } from '#testing';
import { type Dice, hex } from './dice.js';
import { FLAVORS } from './flavors.js';
import type { DeedOf } from './plan.js';
import { sampleAction } from './sample-action.js';
import type { SimulatedCell } from './simulated-cell.js';
import type { SimulatedProcess } from './simulated-process.js';

/** What is asked and not answered yet. */
export interface Question {
  readonly text: string;
  /** ms of true time, by which it must be answered. */
  readonly deadline: number;
  readonly asked: SimulatedProcess;
}

type Creation = Omit<DeedOf<'create'>, 'does' | 'servers'>;

const ANY: Creation = { flavor: 'small', zone: null, unlucky: false };
const QUERY_SECONDS = 10;
const RECLAIM_SECONDS = 20;

/** What the users of a world did, and what they were answered. Servers are named by their number. */
export class Users {
  /** Servers that the API accepted. */
  readonly accepted = new Set<string>();
  /** Servers whose deletion was asked for, whatever the answer. */
  readonly triedToDelete = new Set<string>();
  /** Servers whose deletion the API accepted. */
  readonly deleted = new Set<string>();
  /** Servers that an administrator has called active or in error, whatever they are. */
  readonly calledSo = new Set<string>();
  readonly open = new Set<Question>();
  readonly limits = { instances: 14, cores: 32, ramMb: 28_672 };
  private readonly dice: Dice;

  constructor(private readonly root: SimulatedCell) {
    this.dice = root.surroundings.dice('users');
  }

  /** The same number is the same server, whatever else happens; another world's is another. */
  uuidOf(server: number): string {
    return `${hex(server, 8)}-0000-4000-8000-${hex(this.root.surroundings.seed % 2 ** 48, 12)}`;
  }

  /** @returns the servers' uuids, whether or not the API accepts them. */
  create(servers: readonly number[], order: Partial<Creation> = {}, change: Partial<BuildSpec> = {}): string[] {
    const specs = servers.map(server => this.specOf(server, { ...ANY, ...order }, change));
    const uuids = specs.map(spec => spec.instanceUuid);
    const orders = specs.map(spec => ({ spec, columns: { project_id: spec.projectId } }));
    void this.ask(
      root => root.orders.createServers(this.context(), orders, this.limits),
      () => {
        for (const uuid of uuids) this.accepted.add(uuid);
      },
    );
    return uuids;
  }

  delete(server: number): Promise<void> {
    const uuid = this.uuidOf(server);
    this.triedToDelete.add(uuid);
    return this.ask(
      root => root.orders.deletions.delete(this.context(), uuid),
      () => this.deleted.add(uuid),
    );
  }

  /** It may be restored until it is reclaimed. */
  deleteSoftly(server: number, reclaimSeconds = RECLAIM_SECONDS): Promise<void> {
    const uuid = this.uuidOf(server);
    this.triedToDelete.add(uuid);
    return this.ask(root => root.orders.deletions.deleteSoftly(this.context(), uuid, reclaimSeconds));
  }

  power(server: number, name: GuestActionName): Promise<void> {
    const uuid = this.uuidOf(server);
    if (name === 'rebuild') return this.rebuild(uuid);
    if (name === 'softDelete') return this.deleteSoftly(server);
    if (name === 'restore') return this.ask(root => root.orders.deletions.restore(this.context(), uuid, OWNER, this.limits));
    // What the API does: a shelved server is made of the image of its last shelving.
    const made = this.dice.random.uuid();
    const imageId = name === 'unshelve' ? keptIn(this.root, uuid) : made;
    const columns = name === 'shelve' ? { shelved_image_id: made } : undefined;
    return this.ask(root => root.orders.act(this.context(), uuid, sampleAction(name, imageId), columns));
  }

  lock(server: number): Promise<void> {
    return this.ask(root => root.orders.lock(this.context(), this.uuidOf(server), null));
  }

  unlock(server: number): Promise<void> {
    return this.ask(root => root.orders.unlock(this.context(), this.uuidOf(server), { others: false }));
  }

  resetState(server: number, state: 'active' | 'error'): Promise<void> {
    const uuid = this.uuidOf(server);
    this.calledSo.add(uuid);
    return this.ask(root => root.orders.resetState(this.context(), uuid, state));
  }

  /** Of the same image: what it is made of is no part of this world. */
  private async rebuild(uuid: string): Promise<void> {
    const order = this.root.database.requestSpecs.get(uuid);
    if (order) await this.ask(root => root.orders.rebuild(this.context(), order.spec, { display_name: order.spec.name }));
  }

  /** A resize, or without a flavor a cold migration. */
  move(server: number, flavorName: string | null): Promise<void> {
    const flavor = FLAVORS.find(one => one.name === flavorName);
    const request: MoveRequest = flavor ? { action: 'resize', flavor } : { action: 'migrate' };
    return this.ask(root => root.orders.moves.begin(this.context(), this.uuidOf(server), OWNER, request, this.limits));
  }

  /** Whether its host is down the cell that has it knows better than the top. */
  evacuate(server: number): Promise<void> {
    return this.evacuateServer(this.uuidOf(server));
  }

  /** Whatever the top knows to be there. */
  async evacuateHost(host: string): Promise<void> {
    const there = this.root.database.instances.all().filter(row => row.host === host && row.deletedAt === null);
    await Promise.all(there.map(({ uuid }) => this.evacuateServer(uuid)));
  }

  private evacuateServer(uuid: string): Promise<void> {
    const request: MoveRequest = { action: 'evacuate', evacuation: { image: null, adminPassword: null, staysOff: false } };
    return this.ask(root => root.orders.moves.begin(this.context(), uuid, OWNER, request, this.limits));
  }

  migrateLive(server: number): Promise<void> {
    const request: MoveRequest = { action: 'liveMigrate' };
    return this.ask(root => root.orders.moves.begin(this.context(), this.uuidOf(server), OWNER, request, this.limits));
  }

  /** Of the migration that the top knows of. */
  async steer(server: number, action: 'abortLive' | 'completeLive'): Promise<void> {
    const uuid = this.uuidOf(server);
    const move = this.root.database.instances.get(uuid)?.move;
    const wanted = move && { id: 1, move: move.uuid, status: move.status, statuses: ['accepted', 'preparing', 'running'] as const };
    if (wanted) await this.ask(root => root.orders.moves.steer(this.context(), uuid, action, wanted));
  }

  endMove(server: number, action: 'confirm' | 'revert'): Promise<void> {
    return this.ask(root => root.orders.moves.end(this.context(), this.uuidOf(server), action));
  }

  /** A question that goes down the tree to the host and comes back. */
  readConsole(server: number): Promise<void> {
    const { timeline, note } = this.root.surroundings;
    const instanceUuid = this.uuidOf(server);
    return this.ask(async root => {
      const deadline = timeline.now() + QUERY_SECONDS * 1000;
      const question: Question = { text: `console of ${short(instanceUuid)}`, deadline, asked: root };
      this.open.add(question);
      try {
        await root.query('console.output', { instanceUuid, lines: null }, QUERY_SECONDS);
      } finally {
        this.open.delete(question);
        note(`${question.text} is answered`);
      }
    });
  }

  /** A request may be refused, or never answered because the process died: then nothing is noted. */
  private async ask(request: (root: SimulatedProcess) => Promise<unknown>, answered: () => void = () => undefined): Promise<void> {
    const process = this.dice.pick(this.root.processes);
    if (!process) return;
    try {
      await request(process);
      answered();
    } catch (error) {
      if (!(error instanceof CloudError) || !REFUSALS.has(error.kind)) throw error;
      this.root.surroundings.note(`API refuses: ${error.message}`);
    }
  }

  private specOf(server: number, { flavor, zone, unlucky }: Creation, change: Partial<BuildSpec>): BuildSpec {
    const uuid = this.uuidOf(server);
    const size = FLAVORS.find(one => one.name === flavor) ?? FLAVORS[0]!;
    const name = unlucky ? `unlucky-${server}` : `server-${server}`;
    const createdAt = this.root.surroundings.timeline.now();
    return sampleSpec(uuid, { requestId: `req-${uuid}`, flavor: size, name, availabilityZone: zone, createdAt, ...change });
  }

  private context(): RequestContext {
    return {
      requestId: requestId(this.dice.random.uuid()),
      userId: 'user',
      projectId: 'project',
      roles: new Set(['member']),
      deadline: this.root.surroundings.timeline.now() + 60_000,
    };
  }
}

/** The image that a server was shelved in last. */
export const keptIn = ({ database }: SimulatedCell, uuid: string): string | undefined => {
  const id = database.serverColumns.get(uuid)?.shelved_image_id;
  return typeof id === 'string' ? id : undefined;
};

const OWNER = { projectId: 'project', userId: 'user' };
const REFUSALS: ReadonlySet<string> = new Set(['unavailable', 'conflict', 'notFound', 'overLimit', 'invalid']);
const short = (uuid: string): string => uuid.slice(0, 8);
