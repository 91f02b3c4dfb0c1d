/**
 * The names that two processes must agree on. On a cell's own broker:
 * `cell.up` (topic) is what its children may publish to, `services` (topic) what its computes may;
 * `compute` (topic) carries work addressed to a host; each child and each host has one durable queue.
 */
export const EXCHANGES = { up: 'cell.up', services: 'services', compute: 'compute' } as const;

/** What a cell consumes of its own broker: events (durable, worked off in batches) and reports (the newest wins). */
export const QUEUES = { events: 'cell.events', reports: 'cell.reports' } as const;

/** A report that nobody took for so long is out of date: the next one is on its way. */
export const REPORT_TTL_MS = 10_000;

export const downQueue = (child: string): string => `cell.${child}.down`;
export const hostQueue = (host: string): string => `compute.${host}`;
export const hostKey = (host: string): string => `host.${host}`;
export const eventKey = (sender: string): string => `event.${sender}`;
export const reportKey = (sender: string): string => `report.${sender}`;
export const replyKey = (process: string): string => `reply.${process}`;

export interface Route {
  readonly exchange: string;
  readonly routingKey: string;
}

/** To one queue, by RabbitMQ's default exchange. */
export const toQueue = (queue: string): Route => ({ exchange: '', routingKey: queue });
