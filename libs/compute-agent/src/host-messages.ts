import { type Envelope, type Frame, OUR_PROTOCOL, type ProtocolRange, protocolMismatch, spokenBy } from '#contracts';
import { type Logger, messageOf, type Random } from '#domain';
import type { AgentEvent } from './agent-event.js';
import type { ComputeAgent } from './compute-agent.js';
import { isQuery } from './guest-queries.js';

export interface HostMessagesDeps {
  /** The path of the host's cell. */
  readonly cell: string;
  readonly agent: ComputeAgent;
  readonly random: Random;
  readonly log: Logger;
  /** What this build understands; that of this release unless given. */
  readonly speaks?: ProtocolRange | undefined;
  /** Resolves when the broker has the event for good. @throws CloudError `unavailable` when it does not say so. */
  send(event: Envelope): Promise<void>;
  /** Brings what the agent says to whoever asks. @param source as what it speaks: `cell@host` */
  answer(query: Envelope, source: string): Promise<void>;
}

/** Of what no message of the cell asked for. */
const PERIODIC = 'periodic';
/** What tells of the past is never too late. */
const FOREVER = Number.MAX_SAFE_INTEGER;

/** What a host and its cell tell each other, whatever carries it. */
export class HostMessages {
  readonly agent: ComputeAgent;
  private readonly source: string;
  private readonly speaks: ProtocolRange;

  constructor(private readonly deps: HostMessagesDeps) {
    this.agent = deps.agent;
    this.source = `${deps.cell}@${deps.agent.host}`;
    this.speaks = deps.speaks ?? OUR_PROTOCOL;
  }

  /**
   * Does what a frame says. It is to be acknowledged when this returns, and not before: each outcome is with the broker by then, so that a
   * crash in between repeats the command.
   * @throws CloudError `unavailable` when the broker did not take an outcome: the frame is to be delivered again.
   */
  async handle(frame: Frame): Promise<void> {
    const results = await Promise.allSettled(frame.envelopes.map(envelope => this.handleOne(envelope)));
    const failed = results.find(result => result.status === 'rejected');
    if (failed) throw failed.reason;
  }

  /** What is not sent is told again with the next list of guests. */
  async tell(event: AgentEvent): Promise<void> {
    await this.send(event, PERIODIC).catch(error =>
      this.deps.log.warn('event was not sent', { host: this.agent.host, event: event.event, reason: messageOf(error) }),
    );
  }

  async tellGuests(): Promise<void> {
    try {
      await this.tell(await this.agent.guestList());
    } catch (error) {
      this.deps.log.warn('guests were not listed', { host: this.agent.host, reason: messageOf(error) });
    }
  }

  /** A message of this host to its cell. */
  envelope(method: string, payload: unknown, requestId = PERIODIC): Envelope {
    const { cell, random } = this.deps;
    const spoken = { protocol: this.speaks.newest, speaks: this.speaks };
    return { id: random.uuid(), method, ...spoken, source: this.source, target: cell, hops: 0, deadline: FOREVER, requestId, payload };
  }

  private async handleOne(envelope: Envelope): Promise<void> {
    const { agent, deps } = this;
    if (isQuery(envelope.method)) return deps.answer(envelope, this.source);
    let event: AgentEvent;
    try {
      const mismatch = protocolMismatch(this.speaks, envelope.source, spokenBy(envelope), 'this host');
      if (mismatch !== undefined) throw new Error(mismatch);
      if (envelope.method === 'image.cache') return await agent.cacheImages(envelope);
      event = await agent.handle(envelope);
    } catch (error) {
      // It cannot be understood, and never will be: giving it back would bring it again and again.
      const { method, requestId } = envelope;
      deps.log.error('command dropped', { host: agent.host, method, requestId, reason: messageOf(error) });
      return;
    }
    await this.send(event, envelope.requestId);
  }

  private send({ event, payload }: AgentEvent, requestId: string): Promise<void> {
    return this.deps.send(this.envelope(event, payload, requestId));
  }
}
