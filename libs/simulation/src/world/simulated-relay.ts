import type { CellStore, StoredFrame } from '#cell';
import type { SimulatedCell } from './simulated-cell.js';

const POLL_LIMIT = 200;

/** Sends what is in the outbox to the simulated brokers, and deletes what they have confirmed. */
export class SimulatedRelay {
  constructor(
    private readonly cell: SimulatedCell,
    private readonly store: CellStore,
    private readonly sender: string,
    private readonly isAlive: () => boolean,
  ) {}

  async poll(): Promise<void> {
    for (const frame of await this.store.takeOutbox(POLL_LIMIT)) void this.send(frame);
  }

  /** What is not confirmed stays in the outbox, and is sent again when its lease is over. */
  async send({ id, destination, body }: StoredFrame): Promise<void> {
    const { broker } = this.cell.surroundings;
    const [to, name] = destination.split('/');
    const link = to === 'parent' ? this.cell.link : undefined;
    try {
      await broker.publish(this.sender, this.queueOf(to!, name), body, link);
    } catch {
      return;
    }
    if (this.isAlive()) await this.store.deleteOutbox([id]);
  }

  private queueOf(to: string, name = ''): string {
    if (to === 'parent') return `to ${this.cell.parent}`;
    return to === 'child' ? `down to ${this.cell.path}!${name}` : `down to ${this.cell.path}@${name}`;
  }
}
