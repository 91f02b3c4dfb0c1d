import type { Envelope, GuestOutcome, HostStatus } from '#contracts';
import { type Clock, CloudError, type Logger, messageOf, PowerState } from '#domain';
import type { AnyDriver } from '#hypervisor';
import type { AgentEvent } from './agent-event.js';
import { BoundedMap } from './bounded-map.js';
import { GuestCommands } from './guest-commands.js';
import { GuestEpochs } from './guest-epochs.js';
import { GuestOrders, type Order } from './guest-orders.js';
import { type GuestAnswer, GuestQueries } from './guest-queries.js';
import type { HostPorts } from './host-ports.js';
import { KeyedLanes } from './keyed-lanes.js';
import { outcomeError } from './outcome-error.js';
import { payloadOf } from './payload-of.js';

export interface ComputeAgentDeps extends HostPorts {
  readonly host: string;
  readonly zone: string;
  readonly driver: AnyDriver;
  readonly clock: Clock;
  readonly log: Logger;
  /** Commands that may be under way at once. */
  readonly concurrency: number;
  /** How long a stopped guest may take before it is turned off. */
  readonly shutdownSeconds: number;
}

/** Outcomes that are kept in case their command is delivered again, beyond those of commands that may be under way together. */
const KEPT_OUTCOMES = 256;

/**
 * One host's compute service, without its broker. A command is acknowledged only after its outcome was sent, so any command may
 * come twice: in one run of the service the second gets the outcome of the first, after a crash it finds its work done.
 */
export class ComputeAgent {
  private readonly lanes: KeyedLanes;
  /** The simulation breaks it on purpose. */
  protected readonly epochs = new GuestEpochs();
  private readonly outcomes: BoundedMap<string, AgentEvent>;
  private readonly commands: GuestCommands;
  private readonly orders: GuestOrders;
  private readonly queries: GuestQueries;
  private readonly listeners: ((event: AgentEvent) => void)[] = [];
  private epoch = 0;
  private reports = 0;

  constructor(private readonly deps: ComputeAgentDeps) {
    this.lanes = new KeyedLanes(deps.concurrency);
    this.outcomes = new BoundedMap(deps.concurrency + KEPT_OUTCOMES);
    this.commands = new GuestCommands({ ...deps, epochs: this.epochs });
    this.orders = new GuestOrders(this.commands, event => this.tell(event));
    this.queries = new GuestQueries(deps.host, deps.driver, deps.consoles);
  }

  get driver(): AnyDriver {
    return this.deps.driver;
  }

  get host(): string {
    return this.deps.host;
  }

  /** @throws CloudError with one line that names the host and says why its hypervisor cannot be used. */
  async start(): Promise<void> {
    const { driver, images, clock } = this.deps;
    try {
      // A service of fake hosts only needs no directory for images.
      if (driver.capabilities.localImages) await images.start();
      await driver.start();
      this.epochs.learn(await driver.list());
    } catch (cause) {
      throw new CloudError(cause instanceof CloudError ? cause.kind : 'internal', `host ${this.host}: ${messageOf(cause)}`, { cause });
    }
    this.epoch = clock.now();
    driver.onGuestEvent(({ instanceUuid, powerState, at }) =>
      this.tell({ event: 'guest.changed', payload: { host: this.host, instanceUuid, powerState, at } }),
    );
  }

  /** Waits for the commands under way. Guests go on running. */
  async stop(): Promise<void> {
    this.deps.consoles.close();
    await this.lanes.drained();
    await this.deps.driver.stop();
  }

  /** Calls the listener with every change of a guest that no command asked for. */
  onEvent(listener: (event: AgentEvent) => void): void {
    this.listeners.push(listener);
  }

  /**
   * Carries out a command and gives its outcome. A command that fails has an outcome too; what throws is a command that cannot be
   * understood.
   * @throws CloudError `invalid` naming the field.
   */
  async handle(envelope: Envelope): Promise<AgentEvent> {
    const order = this.orders.of(envelope);
    if (order.event === 'guest.destroyed') this.commands.interrupt(order);
    if (order.isBeside) return this.carryOut(order, envelope.id);
    return this.lanes.run(order.instanceUuid, async () => {
      const known = this.outcomes.get(envelope.id);
      if (known) return known;
      const event = await this.carryOut(order, envelope.id);
      this.outcomes.set(envelope.id, event);
      return event;
    });
  }

  /**
   * Has images in the host's cache before a guest wants them; one that cannot be fetched is fetched with its guest, or fails there. A
   * driver that reads no images from the cache needs none.
   * @throws CloudError `invalid` naming the field.
   */
  async cacheImages(envelope: Envelope): Promise<void> {
    const { driver, images, log } = this.deps;
    const { images: wanted } = payloadOf('image.cache', envelope.payload);
    if (!driver.capabilities.localImages) return;
    for (const image of wanted) {
      try {
        await images.get(image, { deadline: envelope.deadline });
        log.info('image cached ahead', { host: this.host, image: image.id, requestId: envelope.requestId });
      } catch (error) {
        log.warn('image not cached ahead', { host: this.host, image: image.id, requestId: envelope.requestId, reason: messageOf(error) });
      }
    }
  }

  /**
   * Answers a query.
   * @throws CloudError `invalid`, `notImplemented`, or what the driver says.
   */
  answer(envelope: Envelope): Promise<GuestAnswer> {
    return this.queries.answer(envelope);
  }

  /** For the heartbeat. @throws CloudError when the hypervisor does not answer: a host that cannot build must not look alive. */
  async status(): Promise<HostStatus> {
    const { driver, zone } = this.deps;
    const inventory = await driver.inventory();
    const guests = await driver.list();
    this.reports += 1;
    return {
      host: this.host,
      zone,
      inventory,
      version: { epoch: this.epoch, generation: this.reports },
      runningGuests: guests.filter(guest => guest.powerState === PowerState.RUNNING).length,
    };
  }

  async guestList(): Promise<AgentEvent> {
    const guests = (await this.deps.driver.list()).map(({ instanceUuid, powerState }) => ({ instanceUuid, powerState }));
    return { event: 'guest.list', payload: { host: this.host, at: this.deps.clock.now(), guests } };
  }

  private async carryOut(order: Order, commandId: string): Promise<AgentEvent> {
    const { clock, log, driver } = this.deps;
    const { event, instanceUuid, epoch, requestId } = order;
    const startedAt = clock.now();
    const { error, offer } = await order.run().then(
      offer => ({ error: null, offer }),
      (cause: unknown) => ({ error: outcomeError(cause), offer: null }),
    );
    // The state is told for the cell's sake; a hypervisor that cannot tell it must not turn a success into a failure.
    const powerState = await driver.powerState(instanceUuid).catch(() => PowerState.NOSTATE);
    const finishedAt = clock.now();
    const fields = { host: this.host, instanceUuid, requestId, epoch, milliseconds: finishedAt - startedAt };
    if (error) log.warn(`${event} with an error`, { ...fields, error: error.message, kind: error.kind });
    else log.info(event, fields);
    const outcome: GuestOutcome = { instanceUuid, epoch, requestId, commandId, powerState, error, startedAt, finishedAt };
    return event === 'guest.moved' ? { event, payload: { ...outcome, offer } } : { event, payload: outcome };
  }

  private tell(event: AgentEvent): void {
    for (const listener of this.listeners) {
      try {
        listener(event);
      } catch (error) {
        this.deps.log.error('a listener to guests failed', { host: this.host, error: messageOf(error) });
      }
    }
  }
}
