import {
  type BuildSpec,
  type ComputeEvent,
  type ComputePayload,
  computeMethods,
  type Envelope,
  Frame,
  type GuestOffer,
  type GuestOrder,
  type GuestOutcome,
  type HostStatus,
  OUR_PROTOCOL,
} from '#contracts';
import { CloudError, messageOf } from '#domain';
import { actOnGuest, type FakeDriver, moveGuest } from '#hypervisor';
import type { Link } from './broker.js';
import type { Dice } from './dice.js';
import type { Surroundings } from './surroundings.js';
import type { HostPlan } from './tree.js';

const HEARTBEAT_MS = 5000;
const GUEST_LIST_MS = 20_000;
const RETRY_MS = 500;

/** What an agent knows of the host that it runs on. */
interface OwnHost {
  readonly plan: HostPlan;
  readonly link: Link;
  readonly driver: FakeDriver;
}

/**
 * A compute agent with nothing but the guarantees that cells rely on: each command is answered whenever it is delivered, and it is
 * acknowledged after its answer; commands for one guest come one after the other; a guest is not destroyed by order of an earlier
 * placement.
 */
export class SimulatedAgent {
  private alive = true;
  private readonly consumer: { close(): void };
  private readonly started: number;
  private readonly dice: Dice;
  private reports = 0;
  private readonly turns = new Map<string, Promise<void>>();
  /** The placements whose guests it has destroyed; the next agent of this host does not know of them. */
  private readonly ended = new Map<string, number>();

  constructor(
    private readonly host: OwnHost,
    private readonly surroundings: Surroundings,
  ) {
    this.dice = surroundings.dice(`agent ${host.plan.machine}`);
    this.started = this.now();
    this.consumer = surroundings.broker.consume(`down to ${host.plan.machine}`, {
      link: host.link,
      batch: 1,
      parallel: 20,
      handle: async ([body]) => this.handle(Frame.parse(JSON.parse(body!))),
    });
    void this.repeat(HEARTBEAT_MS, () => this.beat());
    void this.repeat(GUEST_LIST_MS, () => this.list());
  }

  die(): void {
    this.alive = false;
    this.consumer.close();
  }

  /** What the host takes for the time. */
  private now(): number {
    const { clockOf, timeline } = this.surroundings;
    return clockOf(this.host.plan.machine)?.now() ?? timeline.now();
  }

  /** Answers a question about a guest. */
  async answer({ method, payload }: Envelope): Promise<unknown> {
    if (method === 'host.uptime') return { uptime: await this.host.driver.uptime() };
    if (method !== 'guest.console') throw new CloudError('notImplemented', `there is no query '${method}'`);
    const { instanceUuid, lines } = computeMethods[method].payload.parse(payload);
    return { output: await this.host.driver.consoleOutput(instanceUuid, { lines }) };
  }

  /** Published again and again until the broker has it. */
  async tell<M extends ComputeEvent>(method: M, payload: ComputePayload<M>): Promise<void> {
    const body = this.frameOf(method, payload);
    while (this.alive) {
      try {
        return await this.surroundings.broker.publish(this.host.link.name, `to ${this.host.plan.cell}`, body, this.host.link);
      } catch {
        await this.sleep(RETRY_MS);
      }
    }
  }

  private async handle(frame: Frame): Promise<void> {
    // Images are no part of this world: there is nothing to fetch ahead.
    const ofGuests = frame.envelopes.filter(envelope => envelope.method !== 'image.cache');
    await Promise.all(
      ofGuests.map(envelope => (isBeside(envelope) ? this.carryOut(envelope, this.guestOf(envelope)) : this.inTurn(envelope))),
    );
  }

  private inTurn(envelope: Envelope): Promise<void> {
    const uuid = this.guestOf(envelope);
    const turn = (this.turns.get(uuid) ?? Promise.resolve()).then(() => this.carryOut(envelope, uuid));
    this.turns.set(uuid, turn);
    return turn;
  }

  private guestOf(envelope: Envelope): string {
    return envelope.method === 'guest.spawn'
      ? computeMethods['guest.spawn'].payload.parse(envelope.payload).spec.instanceUuid
      : computeMethods['guest.destroy'].payload.parse(envelope.payload).instanceUuid;
  }

  private async carryOut(envelope: Envelope, instanceUuid: string): Promise<void> {
    if (!this.alive) return;
    const startedAt = this.now();
    const { error, offer } = await this.obey(envelope, instanceUuid).then(
      offer => ({ error: null, offer }),
      (cause: unknown) => ({ error: failureOf(cause), offer: null }),
    );
    if (!this.alive) return;
    const powerState = await this.host.driver.powerState(instanceUuid);
    const { epoch } = envelope.payload as { epoch: number };
    const outcome: GuestOutcome = {
      instanceUuid,
      epoch,
      requestId: envelope.requestId,
      commandId: envelope.id,
      powerState,
      error,
      startedAt,
      finishedAt: this.now(),
    };
    this.surroundings.note(`${this.host.link.name} ${envelope.method} ${instanceUuid.slice(0, 8)} ${error?.message ?? 'done'}`);
    await this.tell(ANSWERS[envelope.method as keyof typeof ANSWERS], { ...outcome, offer });
  }

  private async obey(envelope: Envelope, instanceUuid: string): Promise<GuestOffer | null> {
    const { driver } = this.host;
    if (envelope.method === 'guest.spawn') {
      if (envelope.deadline < this.now()) throw new CloudError('unavailable', 'the command is too old');
      const { spec, epoch, discard } = computeMethods['guest.spawn'].payload.parse(envelope.payload);
      if ((this.ended.get(instanceUuid) ?? -1) >= epoch) throw new CloudError('invalid', 'the placement has ended here');
      await driver.spawn({ build: spec, epoch, image: null });
      if (discard) this.surroundings.images.delete(discard.imageId);
      return null;
    }
    if (envelope.method === 'guest.destroy') {
      const { epoch } = computeMethods['guest.destroy'].payload.parse(envelope.payload);
      const guest = (await driver.list()).find(one => one.instanceUuid === instanceUuid);
      if (guest && guest.epoch > epoch) return null;
      await driver.destroy(instanceUuid);
      this.ended.set(instanceUuid, Math.max(epoch, this.ended.get(instanceUuid) ?? epoch));
      return null;
    }
    if (envelope.method === 'guest.move') return this.move(envelope, instanceUuid);
    const order = computeMethods['guest.act'].payload.parse(envelope.payload);
    await this.act(envelope, order);
    return null;
  }

  /** Of the image service this world knows which images have their data. */
  private async act({ id: commandId, deadline }: Envelope, order: GuestOrder): Promise<void> {
    const { driver } = this.host;
    const { images } = this.surroundings;
    const { instanceUuid, epoch, requestId, action } = order;
    try {
      if (deadline < this.now()) throw new CloudError('deadlineExceeded', 'the command is too old');
      await actOnGuest(driver, order, {
        shutdownSeconds: 0,
        progress: taskState => void this.tell('guest.progress', { instanceUuid, epoch, requestId, commandId, taskState }),
        image: async () => null,
        upload: async ({ imageId }) => void images.add(imageId),
        discard: async ({ imageId }) => void images.delete(imageId),
      });
    } catch (error) {
      const kept = error instanceof CloudError && error.kind === 'conflict';
      if ('upload' in action && !kept) images.delete(action.upload.imageId);
      throw error;
    }
  }

  private async move({ id: commandId, requestId, payload, deadline }: Envelope, instanceUuid: string): Promise<GuestOffer | null> {
    const { driver } = this.host;
    const { move, epoch } = computeMethods['guest.move'].payload.parse(payload);
    if (MAKING.has(move.name) && (this.ended.get(instanceUuid) ?? -1) >= epoch)
      throw new CloudError('invalid', 'the placement has ended here');
    if ((move.name === 'receive' || move.name === 'setAside' || move.name === 'expect') && deadline < this.now())
      throw new CloudError('unavailable', 'the command is too old');
    const guestOf = async ({ spec }: { spec: BuildSpec }) => ({ build: spec, epoch, image: null });
    return moveGuest(driver, instanceUuid, move, {
      epoch,
      shutdownSeconds: 0,
      guestOf,
      offer: () => ({ files: [] }),
      fetch: async function* () {},
      progress: (taskState, transfer) =>
        void this.tell('guest.progress', { instanceUuid, epoch, requestId, commandId, taskState, ...(transfer && { transfer }) }),
    });
  }

  private async beat(): Promise<void> {
    this.reports += 1;
    const guests = await this.host.driver.list();
    const status: HostStatus = {
      host: this.host.plan.name,
      version: { epoch: this.started, generation: this.reports },
      zone: this.host.plan.zone,
      inventory: await this.host.driver.inventory(),
      runningGuests: guests.length,
    };
    if (this.host.link.up) this.surroundings.report(this.host.plan.cell, this.frameOf('host.status', { hosts: [status] }));
  }

  private async list(): Promise<void> {
    const guests = (await this.host.driver.list()).map(({ instanceUuid, powerState }) => ({ instanceUuid, powerState }));
    await this.tell('guest.list', { host: this.host.plan.name, at: this.now(), guests });
  }

  private frameOf(method: string, payload: unknown): string {
    const { dice } = this;
    const speaks = this.surroundings.tampering.protocolOf?.(this.host.link.name) ?? OUR_PROTOCOL;
    const envelope: Envelope = {
      id: dice.random.uuid(),
      method,
      protocol: speaks.newest,
      speaks,
      source: this.host.link.name,
      target: this.host.plan.cell,
      hops: 0,
      deadline: this.now() + 60_000,
      requestId: 'periodic',
      payload,
    };
    return JSON.stringify({ id: dice.random.uuid(), envelopes: [envelope] } satisfies Frame);
  }

  private async repeat(everyMs: number, work: () => Promise<void>): Promise<void> {
    for (;;) {
      await work();
      await this.sleep(everyMs * this.dice.between(0.8, 1));
    }
  }

  private sleep(milliseconds: number): Promise<void> {
    return new Promise(resolve => this.surroundings.timeline.after(milliseconds, () => this.alive && resolve()));
  }
}

const MAKING: ReadonlySet<string> = new Set(['receive', 'expect', 'arrive']);

/** It is about what is being done with the guest. */
const isBeside = ({ method, payload }: Envelope): boolean =>
  method === 'guest.move' && computeMethods['guest.move'].payload.parse(payload).move.name === 'steer';

const ANSWERS = {
  'guest.spawn': 'guest.spawned',
  'guest.destroy': 'guest.destroyed',
  'guest.act': 'guest.acted',
  'guest.move': 'guest.moved',
} as const;

const failureOf = (error: unknown): NonNullable<GuestOutcome['error']> => ({
  kind: error instanceof CloudError ? error.kind : 'internal',
  message: messageOf(error),
  retryable: !(error instanceof CloudError && error.kind === 'invalid'),
});
