import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { type ComputeAgent, HostMessages } from '#compute-agent';
import type { Frame } from '#contracts';
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
  private readonly hosts: readonly HostMessages[];
  private readonly consumers: WorkConsumer[];
  private readonly sender: EventSender;
  private readonly mender: QueueMender;
  private timers: NodeJS.Timeout[] = [];
  private silent: string | undefined;

  constructor(private readonly parts: ComputeServiceParts) {
    this.sender = new EventSender(parts.link, parts.random);
    this.hosts = parts.agents.map(agent => this.messagesOf(agent));
    this.consumers = this.hosts.map(host => this.consumerOf(host));
    const agentOf = new Map(parts.agents.map(agent => [hostQueue(agent.host), agent]));
    const declare = async (channel: Channel, queue: string) => {
      const agent = agentOf.get(queue);
      if (agent) await this.declare(channel, agent);
    };
    this.mender = new QueueMender(parts.link, { declare }, parts.clock, parts.log);
  }

  async onApplicationBootstrap(): Promise<void> {
    const { link, heartbeatSeconds, door } = this.parts;
    await door?.open();
    for (const host of this.hosts) {
      await host.agent.start();
      host.agent.onEvent(event => void host.tell(event));
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

  private messagesOf(agent: ComputeAgent): HostMessages {
    const { cell, link, clock, random, log } = this.parts;
    return new HostMessages({
      ...{ cell, agent, random, log },
      send: event => this.sender.send(eventKey(agent.host), event),
      answer: (query, source) => answerQuery(link, EXCHANGES.services, query, source, asked => agent.answer(asked), { clock, log }),
    });
  }

  private consumerOf(host: HostMessages): WorkConsumer {
    const { clock, log } = this.parts;
    return new WorkConsumer(
      {
        queue: hostQueue(host.agent.host),
        declare: channel => this.declare(channel, host.agent),
        prefetch: PREFETCH,
        handle: frame => host.handle(frame),
      },
      clock,
      log.child({ host: host.agent.host }),
    );
  }

  private declare(channel: Channel, { host }: ComputeAgent): Promise<void> {
    return declareHost(channel, host, this.parts.played.has(host) ? 'classic' : 'quorum');
  }

  /** A host whose hypervisor does not answer stays silent: the cell must not choose it. */
  private async heartbeat(): Promise<void> {
    const { agents, link, log, random } = this.parts;
    if (!link.connected) return;
    const results = await Promise.allSettled(agents.map(agent => agent.status()));
    const hosts = results.flatMap(result => (result.status === 'fulfilled' ? [result.value] : []));
    const failed = results.find(result => result.status === 'rejected');
    const reason = failed && messageOf(failed.reason);
    if (reason !== this.silent) log.warn(reason ? 'host stays silent' : 'host reports again', { reason });
    this.silent = reason;
    try {
      for (let at = 0; at < hosts.length; at += HOSTS_PER_REPORT) {
        const { host } = hosts[at]!;
        const teller = this.hosts.find(one => one.agent.host === host)!;
        const envelope = teller.envelope('host.status', { hosts: hosts.slice(at, at + HOSTS_PER_REPORT) });
        const frame: Frame = { id: random.uuid(), envelopes: [envelope] };
        const route = { exchange: EXCHANGES.services, routingKey: reportKey(host) };
        await link.publish(route, { id: frame.id, body: JSON.stringify(frame) }, { persistent: false });
      }
    } catch (error) {
      log.warn('heartbeat was not sent', { reason: messageOf(error) });
    }
  }

  /** Why its cell does not hear of its hosts. */
  ailment(): string | undefined {
    if (!this.parts.link.hears) return "the cell's broker cannot be used";
    return this.silent && `a host stays silent: ${this.silent}`;
  }

  private async tellGuests(): Promise<void> {
    if (!this.parts.link.connected) return;
    for (const host of this.hosts) await host.tellGuests();
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
