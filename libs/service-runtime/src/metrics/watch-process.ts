import type { Clock, Health, Logger } from '#domain';
import { Metrics } from './metrics.js';
import { listenForMetrics, type MetricsSettings } from './metrics-listener.js';
import { addProcessMetrics } from './process-metrics.js';

export interface ProcessWatch {
  /** Undefined when nobody asks: then nothing is counted. */
  readonly metrics: Metrics | undefined;
  /** Begins to answer, when all that it tells of is there. @throws CloudError `conflict` when the port is taken. */
  listen(health: Pick<Health, 'reasons'>): Promise<void>;
  close(): Promise<void>;
}

/** The metrics of one process, if its configuration asks for them. @param service as its log lines name it */
export const watchProcess = (
  settings: MetricsSettings | undefined,
  { service, clock, logger: log }: { readonly service: string; readonly clock: Clock; readonly logger: Logger },
): ProcessWatch => {
  if (!settings) return { metrics: undefined, listen: async () => undefined, close: async () => undefined };
  const metrics = new Metrics(log);
  addProcessMetrics(metrics, { service, startedAt: clock.now() });
  let close = async (): Promise<void> => undefined;
  return {
    metrics,
    listen: async health => {
      ({ close } = await listenForMetrics(settings, { metrics, health, log }));
    },
    close: () => close(),
  };
};
