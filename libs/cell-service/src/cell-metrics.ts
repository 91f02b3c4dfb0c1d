import type { BuildMeter, Clock } from '#domain';
import { Counter, Durations, Gauge, type Metrics } from '#service-runtime';
import type { CellService } from './cell-service.module.js';

/** What a process of a cell tells of the cell's work. What stands in the database is read when somebody asks, and then only. */
export class CellMetrics implements BuildMeter {
  private readonly builds = new Counter({
    name: 'canopy_builds_total',
    help: 'Builds that were ordered in this cell, that are active on its hosts, and that found no place in or below it.',
    labelNames: ['outcome'],
  });
  private readonly choices = new Durations({
    name: 'canopy_placement_seconds',
    help: 'Filtering and weighing, for one choice among hosts or cells.',
    labelNames: ['among'],
  });

  constructor(private readonly metrics: Metrics) {
    metrics.add(this.builds);
    metrics.add(this.choices);
  }

  build(outcome: 'ordered' | 'active' | 'rejected'): void {
    this.builds.add(1, outcome);
  }

  choice(among: 'hosts' | 'cells'): () => void {
    const began = performance.now();
    return () => this.choices.add((performance.now() - began) / 1000, among);
  }

  /** All processes of a cell tell the same of its database. */
  watch({ node, store }: Pick<CellService, 'node' | 'store'>, clock: Clock): void {
    const gauge = (name: string, help: string, label: string, read: () => Promise<[string, number][]>) =>
      this.metrics.add(
        new Gauge({ name, help, labelNames: [label] }, async () => (await read()).map(([of, value]) => ({ labels: [of], value }))),
      );
    // A clock that was set back does not know how long ago it was.
    const seconds = (since: number) => Math.max(0, clock.now() - since) / 1000;
    const connected = async (): Promise<[string, number][]> => Object.entries(node.hears()).map(([name, hears]) => [name, hears ? 1 : 0]);
    gauge('canopy_broker_connected', '1 while the broker (the own, the parent’s) is there and takes messages.', 'broker', connected);
    gauge('canopy_outbox_frames', 'Messages of the cell that wait to be sent.', 'destination', async () =>
      (await store.outboxDepths()).map(({ destination, frames }) => [destination, frames]),
    );
    gauge('canopy_outbox_lag_seconds', 'How long the oldest of them has waited.', 'destination', async () =>
      (await store.outboxDepths()).map(({ destination, oldestAt }) => [destination, seconds(oldestAt)]),
    );
    gauge('canopy_child_silent_seconds', 'Since the cell has last heard this child.', 'child', async () =>
      (await store.readChildren()).filter(({ lastSeenAt }) => lastSeenAt > 0).map(({ name, lastSeenAt }) => [name, seconds(lastSeenAt)]),
    );
    this.metrics.add(
      new Gauge({ name: 'canopy_parked_messages', help: 'Messages that could not be handled: canopy queues lists them.' }, async () => [
        { labels: [], value: (await store.countParked()).count },
      ]),
    );
  }
}
