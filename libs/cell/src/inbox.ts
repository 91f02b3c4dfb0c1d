import { type Envelope, type Frame, MAX_HOPS, protocolMismatch, spokenBy } from '#contracts';
import { CloudError, isRetryable, messageOf } from '#domain';
import type { Cell } from './cell.js';
import { isHandled, needs, together } from './needs.js';
import type { CellStore, Loaded, ParkedRow } from './store.js';
import type { UnitOfWork } from './unit-of-work.js';

export type Handler = (tx: UnitOfWork, payload: never, received: Envelope) => void;
export type Handlers = Readonly<Record<string, Handler>>;

interface Received {
  readonly envelope: Envelope;
  /** Parsed by the method's schema; undefined when `refusal` says why it is not handled. */
  readonly payload: unknown;
  readonly refusal?: string;
}

interface ReceivedFrame {
  readonly id: string;
  readonly messages: readonly Received[];
}

/**
 * Applies what arrives, a batch in one transaction: frames that were handled before are dropped, and a message that cannot be handled
 * is parked, alone, where an operator sees it. Everything that a handler writes, the messages that it causes and the record that it
 * ran are committed together.
 */
export class Inbox {
  constructor(
    private readonly cell: Cell,
    private readonly store: CellStore,
    private readonly handlers: Handlers,
  ) {}

  /** @throws CloudError `unavailable` when the database does not answer: nothing was applied, and the batch is to be tried again. */
  async handle(frames: readonly Frame[]): Promise<void> {
    const received = unique(frames).map(frame => ({ id: frame.id, messages: frame.envelopes.map(envelope => this.receive(envelope)) }));
    const wanted = together([
      { frames: received.map(frame => frame.id) },
      ...received.flatMap(frame => frame.messages.map(message => this.needsOf(message))),
    ]);
    try {
      await this.store.transact(wanted, loaded => this.apply(received, loaded));
    } catch (error) {
      if (error instanceof CloudError && isRetryable(error)) throw error;
      await this.isolate(frames, error);
    }
  }

  /** The database refused what one of them wrote: each frame is handled by itself, and the one that is refused alone is parked. */
  private async isolate(frames: readonly Frame[], error: unknown): Promise<void> {
    if (frames.length > 1) {
      for (const frame of frames) await this.handle([frame]);
      return;
    }
    await this.store.transact({ frames: frames.map(frame => frame.id) }, ({ work, seen }) => {
      for (const frame of frames.filter(one => !seen.has(one.id))) {
        for (const envelope of frame.envelopes) this.park(work, envelope, error);
      }
    });
  }

  /**
   * Handles a parked message once more, as a frame of its own that is applied once however often it is asked for. What cannot be handled
   * now either is parked again.
   * @returns why it is still parked; null when it was applied.
   */
  async replay({ envelope, parkedAt }: ParkedRow): Promise<string | null> {
    const id = `replay.${parkedAt}.${envelope.id}`.slice(0, 100);
    const received = this.receive(envelope);
    try {
      return await this.store.transact(together([{ frames: [id] }, this.needsOf(received)]), ({ work, seen }) => {
        if (seen.has(id)) return null;
        work.unparked.add(envelope.id);
        this.applyOne(work, received);
        return work.parked.all().find(parked => parked.envelope.id === envelope.id)?.reason ?? null;
      });
    } catch (error) {
      if (error instanceof CloudError && isRetryable(error)) throw error;
      return messageOf(error);
    }
  }

  /** A message that is not even a frame. */
  async malformed(body: string, reason: string): Promise<void> {
    const envelope = this.cell.envelope(this.cell.clock.now(), 'malformed', this.cell.path, 'none', body.slice(0, 10_000));
    this.cell.log.error('message parked', { method: 'malformed', reason });
    await this.store.transact({}, ({ work }) => work.parked.add({ envelope, reason }));
  }

  private apply(frames: readonly ReceivedFrame[], { work, seen }: Loaded): void {
    for (const frame of frames) {
      if (seen.has(frame.id)) continue;
      for (const message of frame.messages) this.applyOne(work, message);
    }
  }

  private applyOne(tx: UnitOfWork, { envelope, payload, refusal }: Received): void {
    try {
      if (refusal !== undefined) throw new Error(refusal);
      tx.attempt(() => this.handlers[envelope.method]!(tx, payload as never, envelope));
    } catch (error) {
      // Handlers do no I/O, so what fails once fails always: it is parked, and the rest of the batch goes on.
      this.park(tx, envelope, error);
    }
  }

  private park(tx: UnitOfWork, envelope: Envelope, error: unknown): void {
    const reason = messageOf(error);
    tx.parked.add({ envelope, reason });
    this.cell.log.error('message parked', {
      method: envelope.method,
      messageId: envelope.id,
      source: envelope.source,
      requestId: envelope.requestId,
      reason,
      stack: error instanceof Error ? error.stack : undefined,
    });
  }

  private receive(envelope: Envelope): Received {
    this.noteProtocol(envelope);
    const method = this.cell.methods[envelope.method];
    if (!method || !isHandled(envelope.method) || !this.handlers[envelope.method])
      return refused(envelope, `there is no method '${envelope.method}' here`);
    const mismatch = protocolMismatch(this.cell.protocols.ours, envelope.source, spokenBy(envelope));
    if (mismatch !== undefined && method.kind !== 'report') return refused(envelope, mismatch);
    // A build is answered by its handler: whoever sent it tries another cell, or tells the user.
    if (envelope.hops > MAX_HOPS && envelope.method !== 'instance.build') return refused(envelope, `it passed more than ${MAX_HOPS} cells`);
    const parsed = method.payload.safeParse(envelope.payload);
    if (!parsed.success)
      return refused(envelope, `payload: ${parsed.error.issues.map(issue => `${issue.path.join('.')}: ${issue.message}`).join('; ')}`);
    return { envelope, payload: parsed.data };
  }

  private noteProtocol({ source, speaks }: Envelope): void {
    const { path, parent } = this.cell;
    if (speaks && (source === parent || isChildOf(path, source) || isHostOf(path, source))) this.cell.protocols.hear(source, speaks);
  }

  private needsOf({ envelope, payload, refusal }: Received) {
    return refusal === undefined && isHandled(envelope.method) ? needs[envelope.method](payload as never, envelope) : {};
  }
}

const isChildOf = (path: string, source: string): boolean => source.slice(0, source.lastIndexOf('!')) === path;

const isHostOf = (path: string, source: string): boolean => source.slice(0, source.lastIndexOf('@')) === path;

const refused = (envelope: Envelope, refusal: string): Received => ({ envelope, payload: undefined, refusal });

const unique = (frames: readonly Frame[]): Frame[] => [...new Map(frames.map(frame => [frame.id, frame])).values()];
