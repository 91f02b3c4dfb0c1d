import { monitorEventLoopDelay } from 'node:perf_hooks';
import { SOFTWARE_VERSION } from '#domain';
import { Gauge } from './families.js';
import type { Metrics } from './metrics.js';

const NANOSECONDS = 1e9;

/** What every process tells, by the names that Prometheus' own clients use. */
export const addProcessMetrics = (metrics: Metrics, { service, startedAt }: { service: string; startedAt: number }): void => {
  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();
  const info = { labels: [SOFTWARE_VERSION, service, process.version], value: 1 };
  const gauge = (name: string, help: string, read: () => number, type: 'gauge' | 'counter' = 'gauge') =>
    metrics.add(new Gauge({ name, help, type }, read));
  metrics.add(new Gauge({ name: 'canopy_info', help: 'What runs here.', labelNames: ['version', 'service', 'node'] }, () => [info]));
  gauge('process_start_time_seconds', 'When the process began, in seconds since 1970.', () => startedAt / 1000);
  gauge('process_cpu_seconds_total', 'Processor time, of user and system.', cpuSeconds, 'counter');
  gauge('process_resident_memory_bytes', 'Resident memory.', () => process.memoryUsage.rss());
  gauge('nodejs_heap_size_used_bytes', 'Of the JavaScript heap.', () => process.memoryUsage().heapUsed);
  gauge('nodejs_eventloop_lag_max_seconds', 'The longest wait of the event loop since it was last asked.', () => {
    const longest = delay.max / NANOSECONDS;
    delay.reset();
    return longest;
  });
};

const cpuSeconds = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};
