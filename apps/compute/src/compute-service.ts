import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { computeMethods, type Envelope, type Frame, OUR_PROTOCOL, PROTOCOL_VERSION, protocolMismatch, spokenBy } from '#contracts';
import { type CellPath, type Clock, type Logger, messageOf, type Random } from '#domain';
import {
  answerQuery,
  type BrokerLink,
  type Channel,
  declareHost,
  EXCHANGES,
  eventKey,
  hostQueue,
  QueueMender,
  reportKey,
  WorkConsumer,
} from '#messaging';
import type { AgentEvent, ComputeAgent } from './compute-agent.js';
import { EventSender } from './event-sender.js';
import type { FileDoor } from './transfer/file-door.js';

export interface ComputeServiceParts {
  readonly cell: CellPath;
  readonly agents: readonly ComputeAgent[];
  /** Names of the hosts that no hypervisor stands behind. */
  readonly played: ReadonlySet<string>;
  /** Undefined when other hosts may fetch nothing here. */
  readonly door?: FileDoor | undefined;
  readonly link: BrokerLink;
  readonly heartbeatSeconds: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

/** Frames of one host that are worked on at once; each may hold many commands. */
const PREFETCH = 20;
const GUEST_LIST_EVERY_MS = 60_000;
const STOP_LIMIT_MS = 5000;
/** Hosts told of in one message. */
const HOSTS_PER_REPORT = 50;

/** The agents of this process's hosts, on their cell's broker. */
@Injectable()
export class ComputeService implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly consumers: WorkConsumer[];
  private readonly sender: EventSender;
  private readonly mender: QueueMender;
  private timers: NodeJS.Timeout[] = [];
  private silent: string | undefined;

  constructor(private readonly parts: ComputeServiceParts) {
    this.sender = new EventSender(parts.link, parts.random);
    this.consumers = parts.agents.map(agent => this.consumerOf(agent));
    const agentOf = new Map(parts.agents.map(agent => [hostQueue(agent.host), agent]));
    const declare = async (channel: Channel, queue: string) => {
      const agent = agentOf.get(queue);
      if (agent) await this.declare(channel, agent);
    };
    this.mender = new QueueMender(parts.link, { declare }, parts.clock, parts.log);
  }

  async onApplicationBootstrap(): Promise<void> {
    const { agents, link, heartbeatSeconds, door } = this.parts;
    await door?.open();
    for (const agent of agents) {
      await agent.start();
      agent.onEvent(event => void this.tell(agent, event));
    }
    // Hundreds of channels that fail together, because the cell has not declared its exchanges yet, would keep each other from opening.
    let consuming = false;
    link.onConnection(connected => {
      if (!connected || consuming) return;
      consuming = true;
      for (const consumer of this.consumers) consumer.start(link);
    });
    this.mender.start();
    link.open(async channel => {
      for (const exchange of Object.values(EXCHANGES).filter(name => name !== EXCHANGES.up)) await channel.checkExchange(exchange);
    });
    this.timers = [
      setInterval(() => void this.heartbeat(), heartbeatSeconds * 1000),
      setInterval(() => void this.tellGuests(), GUEST_LIST_EVERY_MS),
    ];
    await this.firstContact();
  }

  /** The first heartbeat goes out as soon as the broker is there; the cell learns what runs here. */
  private async firstContact(): Promise<void> {
    for (let waited = 0; !this.parts.link.connected && waited < 10_000; waited += 50) await this.parts.clock.sleep(50);
    await this.heartbeat();
    await this.tellGuests();
  }

  private consumerOf(agent: ComputeAgent): WorkConsumer {
    const { clock, log } = this.parts;
    return new WorkConsumer(
      {
        queue: hostQueue(agent.host),
        declare: channel => this.declare(channel, agent),
        prefetch: PREFETCH,
        handle: frame => this.handle(agent, frame),
      },
      clock,
      log.child({ host: agent.host }),
    );
  }

  private declare(channel: Channel, { host }: ComputeAgent): Promise<void> {
    return declareHost(channel, host, this.parts.played.has(host) ? 'classic' : 'quorum');
  }

  /** Each command's outcome is confirmed by the broker before the frame is acknowledged: a crash in between repeats the command. */
  private async handle(agent: ComputeAgent, frame: Frame): Promise<void> {
    const results = await Promise.allSettled(frame.envelopes.map(envelope => this.handleOne(agent, envelope)));
    const failed = results.find(result => result.status === 'rejected');
    if (failed) throw failed.reason;
  }

  private async handleOne(agent: ComputeAgent, envelope: Envelope): Promise<void> {
    const { clock, log, link } = this.parts;
    const method = (computeMethods as Record<string, { kind: string }>)[envelope.method];
    if (method?.kind === 'query') {
      const source = this.addressOf(agent);
      await answerQuery(link, EXCHANGES.services, envelope, source, query => agent.answer(query), { clock, log });
      return;
    }
    let event: AgentEvent;
    try {
      const mismatch = protocolMismatch(OUR_PROTOCOL, envelope.source, spokenBy(envelope), 'this host');
      if (mismatch !== undefined) throw new Error(mismatch);
      if (envelope.method === 'image.cache') return await agent.cacheImages(envelope);
      event = await agent.handle(envelope);
    } catch (error) {
      // It cannot be understood, and never will be: giving it back would bring it again and again.
      log.error('command dropped', { host: agent.host, method: envelope.method, requestId: envelope.requestId, reason: messageOf(error) });
      return;
    }
    await this.send(agent, event, envelope.requestId);
  }

  /** What is not sent is told again with the next list of guests. */
  private async tell(agent: ComputeAgent, event: AgentEvent): Promise<void> {
    await this.send(agent, event, 'periodic').catch(error =>
      this.parts.log.warn('event was not sent', { host: agent.host, event: event.event, reason: messageOf(error) }),
    );
  }

  private send(agent: ComputeAgent, { event, payload }: AgentEvent, requestId: string): Promise<void> {
    return this.sender.send(eventKey(agent.host), this.envelope(event, payload, requestId, this.addressOf(agent)));
  }

  private envelope(method: string, payload: unknown, requestId: string, source: string): Envelope {
    const { cell, random } = this.parts;
    const forever = Number.MAX_SAFE_INTEGER;
    const spoken = { protocol: PROTOCOL_VERSION, speaks: OUR_PROTOCOL };
    return { id: random.uuid(), method, ...spoken, source, target: cell, hops: 0, deadline: forever, requestId, payload };
  }

  private addressOf(agent: ComputeAgent): string {
    return `${this.parts.cell}@${agent.host}`;
  }

  /** A host whose hypervisor does not answer stays silent: the cell must not choose it. */
  private async heartbeat(): Promise<void> {
    const { agents, link, log, cell, random } = this.parts;
    if (!link.connected) return;
    const results = await Promise.allSettled(agents.map(agent => agent.status()));
    const hosts = results.flatMap(result => (result.status === 'fulfilled' ? [result.value] : []));
    const failed = results.find(result => result.status === 'rejected');
    const reason = failed && messageOf(failed.reason);
    if (reason !== this.silent) log.warn(reason ? 'host stays silent' : 'host reports again', { reason });
    this.silent = reason;
    try {
      for (let at = 0; at < hosts.length; at += HOSTS_PER_REPORT) {
        const envelope = this.envelope(
          'host.status',
          { hosts: hosts.slice(at, at + HOSTS_PER_REPORT) },
          'periodic',
          `${cell}@${hosts[at]!.host}`,
        );
        const frame: Frame = { id: random.uuid(), envelopes: [envelope] };
        const route = { exchange: EXCHANGES.services, routingKey: reportKey(hosts[at]!.host) };
        await link.publish(route, { id: frame.id, body: JSON.stringify(frame) }, { persistent: false });
      }
    } catch (error) {
      log.warn('heartbeat was not sent', { reason: messageOf(error) });
    }
  }

  private async tellGuests(): Promise<void> {
    if (!this.parts.link.connected) return;
    for (const agent of this.parts.agents) {
      try {
        await this.tell(agent, await agent.guestList());
      } catch (error) {
        this.parts.log.warn('guests were not listed', { host: agent.host, reason: messageOf(error) });
      }
    }
  }

  async onApplicationShutdown(): Promise<void> {
    for (const timer of this.timers) clearInterval(timer);
    this.mender.stop();
    await Promise.all(this.consumers.map(consumer => consumer.stop(STOP_LIMIT_MS)));
    await this.parts.link.close();
    await this.parts.door?.close();
    await Promise.all(this.parts.agents.map(agent => agent.stop()));
  }
}
