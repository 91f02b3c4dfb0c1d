import { Answer, type Envelope, type Frame } from '#contracts';
import { type Clock, CloudError, type ErrorKind, messageOf, type Random } from '#domain';
import type { BrokerLink } from './broker-link.js';
import { EXCHANGES, type Route, replyKey } from './names.js';

interface Waiting {
  readonly settle: (answer: Answer) => void;
  readonly timer: NodeJS.Timeout;
}

/** Asks questions over a cell's own broker: each ends with its answer, or at its deadline. */
export class QueryClient {
  private readonly key: string;
  private readonly waiting = new Map<string, Waiting>();

  constructor(
    private readonly link: BrokerLink,
    private readonly clock: Clock,
    random: Random,
  ) {
    this.key = replyKey(random.uuid());
  }

  /** Declares this process's reply queue; it goes with the connection. */
  start(): void {
    this.link.addChannel(async channel => {
      await channel.assertQueue(this.key, { exclusive: true, autoDelete: true, durable: false });
      await channel.bindQueue(this.key, EXCHANGES.up, this.key);
      await channel.bindQueue(this.key, EXCHANGES.services, this.key);
      await channel.consume(this.key, message => message && this.receive(message.content.toString()), { noAck: true });
    });
  }

  /**
   * @param envelope its deadline bounds the wait; its reply key is set here.
   * @throws CloudError `unavailable` when nobody answers in time, or of the kind that the answer names.
   */
  async ask(route: Route, envelope: Envelope): Promise<unknown> {
    const left = envelope.deadline - this.clock.now();
    if (left <= 0) throw new CloudError('deadlineExceeded', `no time is left to ask ${envelope.target}`);
    const answered = new Promise<Answer>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.waiting.delete(envelope.id);
        reject(new CloudError('unavailable', `${envelope.target} did not answer in time`));
      }, left);
      this.waiting.set(envelope.id, { settle: resolve, timer });
    });
    answered.catch(() => undefined);
    const frame: Frame = { id: envelope.id, envelopes: [{ ...envelope, replyKey: this.key }] };
    try {
      await this.link.publish(route, { id: frame.id, body: JSON.stringify(frame) }, { persistent: false, expirationMs: left });
    } catch (error) {
      this.forget(envelope.id);
      throw new CloudError('unavailable', `${envelope.target} could not be asked: ${messageOf(error)}`, { cause: error });
    }
    const answer = await answered;
    if (answer.ok) return answer.result;
    throw new CloudError(answer.kind as ErrorKind, answer.message);
  }

  private receive(body: string): void {
    const frame = JSON.parse(body) as Frame;
    for (const envelope of frame.envelopes) {
      const waiting = envelope.inReplyTo === undefined ? undefined : this.forget(envelope.inReplyTo);
      waiting?.settle(Answer.parse(envelope.payload));
    }
  }

  private forget(id: string): Waiting | undefined {
    const waiting = this.waiting.get(id);
    if (waiting) clearTimeout(waiting.timer);
    this.waiting.delete(id);
    return waiting;
  }
}
