import { CloudError } from '#domain';
import { isRunning } from './process/identity.js';
import { launch } from './process/launch.js';
import type { ProcessTable } from './process/process-table.js';
import type { Service } from './servers/service.js';

export interface StartEvent {
  readonly service: Service;
  readonly state: 'starting' | 'ready';
  /** It ran already. */
  readonly found: boolean;
}
export type StartListener = (event: StartEvent) => void;

export interface StartOptions {
  readonly listener?: StartListener;
  /** When aborted, nothing more is launched. */
  readonly signal?: AbortSignal;
}

/**
 * Starts each service as soon as those that it needs are ready. After a failure nothing more is launched.
 * Ends, by success or by throwing the first failure, only when nothing is in flight: then it is safe to stop everything.
 */
export const startAll = async (services: readonly Service[], table: ProcessTable, options: StartOptions): Promise<void> => {
  const failures: unknown[] = [];
  const started = new Map<string, Promise<boolean>>();
  const mayGoOn = () => failures.length === 0 && !options.signal?.aborted;

  const start = (service: Service): Promise<boolean> => {
    const known = started.get(service.name);
    if (known) return known;
    const result = startWithNeeds(service);
    started.set(service.name, result);
    return result;
  };
  const startWithNeeds = async (service: Service): Promise<boolean> => {
    const needs = services.filter(other => service.needs.includes(other.name));
    const met = await Promise.all(needs.map(start));
    if (met.includes(false) || !mayGoOn()) return false;
    try {
      await startOne(service, table, options.listener);
      return true;
    } catch (error) {
      failures.push(error);
      return false;
    }
  };

  await Promise.all(services.map(start));
  if (failures.length > 0) throw failures[0];
  if (options.signal?.aborted) throw new CloudError('unavailable', 'interrupted');
};

const startOne = async (service: Service, table: ProcessTable, listener: StartListener | undefined): Promise<void> => {
  const row = table.get(service.name);
  const running = row !== undefined && isRunning(row.identity);
  listener?.({ service, state: 'starting', found: running });
  await launch(service, table);
  listener?.({ service, state: 'ready', found: running });
};
