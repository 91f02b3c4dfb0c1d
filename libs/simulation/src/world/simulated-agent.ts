import { ComputeAgent, HostMessages } from '#compute-agent';
import { type Envelope, Frame } from '#contracts';
import type { FakeDriver } from '#hypervisor';
import type { Link } from './broker.js';
import type { Dice } from './dice.js';
import { noProcessFails } from './invariants/no-process-fails.js';
import { simulatedPorts } from './simulated-ports.js';
import { storyLogger } from './story-logger.js';
import type { Surroundings } from './surroundings.js';
import type { HostPlan } from './tree.js';

const HEARTBEAT_MS = 5000;
const GUEST_LIST_MS = 20_000;
/** Work that could not be told of is given back after so long, as the consumer of libs/messaging does. */
const GIVEN_BACK_AFTER_MS = 1000;
/** As on a host with a real hypervisor. */
const CONCURRENCY = 10;

/** What an agent knows of the host that it runs on. */
interface OwnHost {
  readonly plan: HostPlan;
  readonly link: Link;
  readonly driver: FakeDriver;
}

/** One run of a host's compute service: the production agent, with the link, timers and clock of a simulated host. */
export class SimulatedAgent {
  private alive = true;
  private consumer: { close(): void } | undefined;
  private readonly agent: ComputeAgent;
  private readonly messages: HostMessages;
  private readonly dice: Dice;

  constructor(
    private readonly host: OwnHost,
    private readonly surroundings: Surroundings,
  ) {
    const { plan, driver } = host;
    const { clockOf, timeline, tampering } = surroundings;
    this.dice = surroundings.dice(`agent ${plan.machine}`);
    const sleep = (milliseconds: number) => this.sleep(milliseconds);
    const now = () => (clockOf(plan.machine) ?? timeline).now();
    const log = storyLogger({
      note: text => this.alive && surroundings.note(`${plan.machine} ${text}`),
      accuse: text => this.alive && surroundings.accuse(noProcessFails, `${plan.machine} ${text}`),
    });
    const deps = {
      ...{ host: plan.name, zone: plan.zone, driver, log, clock: { now, sleep }, concurrency: CONCURRENCY, shutdownSeconds: 0 },
      ...simulatedPorts({ images: surroundings.images, dice: this.dice, sleep }),
    };
    this.agent = tampering.makeAgent?.(deps) ?? new ComputeAgent(deps);
    this.messages = new HostMessages({
      ...{ cell: plan.cell, agent: this.agent, random: this.dice.random, log, speaks: tampering.protocolOf?.(plan.machine) },
      send: event => this.send(event),
      // Questions come by SimulatedQueries.
      answer: async () => undefined,
    });
    void this.start();
  }

  /** Nothing that it has begun goes on; what it took from its queue is delivered to the next. */
  die(): void {
    this.alive = false;
    this.consumer?.close();
  }

  /** A question of its cell. */
  answer(query: Envelope): Promise<unknown> {
    return this.agent.answer(query);
  }

  private async start(): Promise<void> {
    await this.agent.start();
    if (!this.alive) return;
    const { link, plan } = this.host;
    this.agent.onEvent(event => void this.messages.tell(event));
    this.consumer = this.surroundings.broker.consume(`down to ${plan.machine}`, {
      ...{ link, batch: 1, parallel: 20 },
      handle: ([body]) => this.handle(Frame.parse(JSON.parse(body!))),
    });
    void this.repeat(HEARTBEAT_MS, () => this.beat());
    void this.repeat(GUEST_LIST_MS, () => this.list());
  }

  private async handle(frame: Frame): Promise<void> {
    try {
      await this.messages.handle(frame);
    } catch (error) {
      await this.sleep(GIVEN_BACK_AFTER_MS);
      throw error;
    }
  }

  private async send(event: Envelope): Promise<void> {
    const { link, plan } = this.host;
    // Whoever is dead hears of nothing any more.
    if (!this.alive) return new Promise(() => undefined);
    return this.surroundings.broker.publish(link.name, `to ${plan.cell}`, this.frameOf(event), link);
  }

  private async beat(): Promise<void> {
    if (!this.host.link.up) return;
    const status = this.messages.envelope('host.status', { hosts: [await this.agent.status()] });
    this.surroundings.report(this.host.plan.cell, this.frameOf(status));
  }

  private async list(): Promise<void> {
    if (this.host.link.up) await this.messages.tellGuests();
  }

  private frameOf(envelope: Envelope): string {
    return JSON.stringify({ id: this.dice.random.uuid(), envelopes: [envelope] } satisfies Frame);
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
