import { computeMethods, type Envelope, type Frame, type GuestMove, type GuestOutcome } from '#contracts';
import { addShapes, cellPath, NO_RESOURCES, PowerState, type PowerStateCode, shapeKey, shapeOf, silentLogger } from '#domain';
import { loadFrom, MemoryCellStore, MemoryDatabase, sampleHost, saveTo } from '#simulation';
import { sampleSpec, seededRandom } from '#testing';
import type { WorkflowWorld } from '#workflow';
import { Cell, type MoveSettings } from './cell.js';
import { framesOf } from './frames.js';
import { GlobalsCache } from './globals.js';
import { orderedInstance } from './instances.js';
import { otherHostOf } from './moves/held.js';
import { Scheduler } from './placement.js';
import type { HostRow, InstanceRow } from './rows.js';
import { ToParent } from './upward.js';
import { type InstanceWorkflowState, type OutcomeEvent, outcomeOf, type StepContext } from './workflow-context.js';

export const UUID = '00000000-0000-4000-8000-000000000001';
export const NOW = Date.UTC(2026, 0, 1);
export const SPEC = sampleSpec(UUID);
export const SHAPE = shapeOf(SPEC.flavor);

/** What a host has of the instance. */
interface Place {
  readonly power: PowerStateCode;
  /** It is put aside. */
  readonly aside?: boolean;
  /** Something is put aside beneath it. */
  readonly former?: boolean;
  /** It waits for what another host sends. */
  readonly incoming?: boolean;
  /** It was sent to another host. */
  readonly sent?: boolean;
}

/** A leaf cell with one instance, its hosts, and what they have of the instance. */
export abstract class InstanceWorld implements WorkflowWorld<InstanceWorkflowState, StepContext, OutcomeEvent> {
  readonly subject = UUID;
  /** By host. */
  protected readonly guests = new Map<string, Place>();
  protected readonly database = new MemoryDatabase();
  private transactions = 0;
  private readonly random = seededRandom(1);
  private readonly cell: Cell;
  private readonly globals: GlobalsCache;
  private readonly scheduler: Scheduler;

  /** @param hosts by name */
  constructor(instance: Partial<InstanceRow>, hosts: Record<string, Partial<HostRow>>, moves: Partial<MoveSettings> = {}) {
    this.cell = new Cell({
      path: cellPath('api!west'),
      clock: { now: () => NOW, sleep: async () => {} },
      random: this.random,
      log: silentLogger,
      moves,
    });
    const { clock } = this.cell;
    this.globals = new GlobalsCache(this.cell, new MemoryCellStore({ database: this.database, clock, random: this.random, top: false }));
    this.scheduler = new Scheduler(this.cell, new ToParent(this.cell), this.globals);
    this.database.instances.put(UUID, { ...orderedInstance(UUID, 1, NOW), ...instance });
    this.database.requestSpecs.put(UUID, { uuid: UUID, spec: SPEC });
    for (const [name, host] of Object.entries(hosts)) this.database.hosts.put(name, sampleHost(name, { lastSeenAt: NOW, ...host }));
  }

  initialState(): InstanceWorkflowState {
    return { uuid: UUID, requestId: 'req-1' };
  }

  begin() {
    this.transactions += 1;
    // A host that never answers is not heard of either, in the end.
    if (this.transactions === 100)
      for (const host of this.database.hosts.all()) this.database.hosts.put(host.host, { ...host, lastSeenAt: 0 });
    const { work } = loadFrom(this.database, { instances: [UUID], requestSpecs: [UUID], placement: true }, NOW);
    const ctx: StepContext = { cell: this.cell, scheduler: this.scheduler, tx: work, events: [] };
    return {
      ctx,
      commit: () =>
        saveTo(
          this.database,
          work,
          framesOf(work.outbox.all(), () => this.random.uuid()),
        ),
    };
  }

  answer(): OutcomeEvent[] {
    const frames = [...this.database.outbox.values()].map(row => JSON.parse(row.frame.body) as Frame);
    this.database.outbox.clear();
    return frames.flatMap(frame => frame.envelopes.map(envelope => this.carryOut(envelope)));
  }

  abstract checkSucceeded(): void;
  abstract checkClean(): void;

  protected get instance(): InstanceRow {
    return this.database.instances.get(UUID)!;
  }

  protected check(what: string, holds: boolean): void {
    const { vmState, taskState, powerState, host, claim } = this.instance;
    if (!holds)
      throw new Error(
        `${what}: ${JSON.stringify({ vmState, taskState, powerState, host, claim, guests: [...this.guests], move: this.instance.move, used: this.database.hosts.all() })}`,
      );
  }

  /** Each host's account says what the instance holds there, and no more; it holds so much together. */
  protected checkClaims(count: 0 | 1 | 2): void {
    let claims = 0;
    for (const { host, used, claims: counted } of this.database.hosts.all()) {
      const held = [
        this.instance.host === host ? this.instance.claim : null,
        otherHostOf(this.instance) === host ? this.instance.move!.held : null,
      ];
      const wanted = held.filter(claim => claim !== null);
      this.check(
        `${host} counts what is held there`,
        counted === wanted.length && shapeKey(used) === shapeKey(wanted.reduce(addShapes, NO_RESOURCES)),
      );
      claims += wanted.length;
    }
    this.check(`there are ${count} claims`, claims === count);
  }

  protected power(host: string): PowerStateCode | undefined {
    return this.guests.get(host)?.power;
  }

  private carryOut({ method, id, payload, target }: Envelope): OutcomeEvent {
    const host = target.slice(target.indexOf('@') + 1);
    if (method === 'guest.spawn') this.guests.set(host, { power: PowerState.RUNNING });
    if (method === 'guest.destroy') this.guests.delete(host);
    if (method === 'guest.act') this.guests.set(host, { power: powerAfter(payload) });
    const error = method === 'guest.move' ? this.move(host, computeMethods['guest.move'].payload.parse(payload).move) : null;
    this.check(
      'the guest is on at one host at most',
      [...this.guests.values()].filter(({ power }) => power === PowerState.RUNNING).length < 2,
    );
    const outcome: GuestOutcome = {
      instanceUuid: UUID,
      epoch: 1,
      requestId: 'req-1',
      commandId: id,
      powerState: this.guests.get(host)?.power ?? PowerState.NOSTATE,
      error,
      startedAt: NOW,
      finishedAt: NOW,
    };
    return { name: outcomeOf(id), outcome, host };
  }

  private move(host: string, move: GuestMove): GuestOutcome['error'] {
    const place = this.guests.get(host);
    const power = 'running' in move && move.running ? PowerState.RUNNING : PowerState.SHUTDOWN;
    if (move.name === 'setAside' && place && !place.former) this.guests.set(host, { power, aside: true });
    if (move.name === 'receive') this.guests.set(host, { power, former: move.offer === null });
    if (move.name === 'restore') this.guests.set(host, { power });
    if (move.name === 'forget' && place) this.guests.set(host, { power: place.power });
    return this.moveLive(host, move);
  }

  private moveLive(host: string, { name }: GuestMove): GuestOutcome['error'] {
    const place = this.guests.get(host);
    const isSent = { kind: 'notFound', message: 'it was sent', retryable: false };
    if (name === 'expect') this.guests.set(host, { power: PowerState.SHUTDOWN, incoming: true });
    if (name === 'send') {
      if (!place) return isSent;
      this.guests.set(host, { power: PowerState.SHUTDOWN, sent: true });
    }
    if (name === 'arrive') this.guests.set(host, { power: PowerState.RUNNING });
    return name === 'stay' && place?.sent ? isSent : null;
  }
}

const powerAfter = (payload: unknown): PowerStateCode =>
  computeMethods['guest.act'].payload.parse(payload).action.name === 'stop' ? PowerState.SHUTDOWN : PowerState.RUNNING;

/** Of an instance that runs on h1. */
export const ACTIVE = { host: 'h1', node: 'h1', vmState: 'active', taskState: null, powerState: PowerState.RUNNING, claim: SHAPE } as const;
/** Of the host that it is on. */
export const CLAIMED = { used: SHAPE, claims: 1 };
