import { afterEach, describe, expect, it } from 'vitest';
import { type Logger, silentLogger } from '#domain';
import { Counter, Durations, Gauge } from './families.js';
import { Metrics } from './metrics.js';
import { listenForMetrics, type MetricsListener } from './metrics-listener.js';

const listeners: MetricsListener[] = [];
afterEach(async () => {
  for (const listener of listeners.splice(0)) await listener.close();
});

const listen = async (metrics = new Metrics(silentLogger), reasons: string[] = [], port = 0) => {
  const listener = await listenForMetrics({ host: '127.0.0.1', port }, { metrics, health: { reasons: () => reasons }, log: silentLogger });
  listeners.push(listener);
  return listener;
};

const ask = async ({ port }: MetricsListener, path: string, method = 'GET') => {
  const reply = await fetch(`http://127.0.0.1:${port}${path}`, { method });
  return [reply.status, await reply.text()];
};

describe('the metrics of a process', () => {
  it('are text that Prometheus reads, labels escaped', async () => {
    const metrics = new Metrics(silentLogger);
    const requests = metrics.add(new Counter({ name: 'requests_total', help: 'Requests.', labelNames: ['route', 'status'] }));
    const seconds = metrics.add(new Durations({ name: 'request_seconds', help: 'Their time.' }));
    metrics.add(new Gauge({ name: 'depth', help: 'What waits.', labelNames: ['to'] }, () => [{ labels: ['a "b"\\\n'], value: 3 }]));
    metrics.add(new Gauge({ name: 'nothing', help: 'Of which there is none.', labelNames: ['to'] }, () => []));
    requests.add(1, '/servers/:id', '200');
    requests.add(2, '/servers/:id', '200');
    requests.add(1, '/servers', '404');
    seconds.add(0.25);
    seconds.add(0.5);
    expect(await metrics.text()).toBe(
      [
        '# HELP requests_total Requests.',
        '# TYPE requests_total counter',
        'requests_total{route="/servers/:id",status="200"} 3',
        'requests_total{route="/servers",status="404"} 1',
        '# HELP request_seconds Their time.',
        '# TYPE request_seconds summary',
        'request_seconds_sum 0.75',
        'request_seconds_count 2',
        '# HELP depth What waits.',
        '# TYPE depth gauge',
        'depth{to="a \\"b\\"\\\\\\n"} 3',
        '',
      ].join('\n'),
    );
  });

  it('are told without those that cannot be read now, and the log says why', async () => {
    const warnings: unknown[] = [];
    const log: Logger = { ...silentLogger, warn: (_, fields) => void warnings.push(fields) };
    const metrics = new Metrics(log);
    metrics.add(new Gauge({ name: 'outbox', help: 'In the database.' }, () => Promise.reject(new Error('the database is away'))));
    metrics.add(new Gauge({ name: 'memory', help: 'Here.' }, () => 7));
    expect(await metrics.text()).toBe('# HELP memory Here.\n# TYPE memory gauge\nmemory 7\n');
    expect(warnings).toEqual([{ metric: 'outbox', reason: 'the database is away' }]);
  });
});

describe('the listener for metrics', () => {
  it('tells them, and the health of the process', async () => {
    const metrics = new Metrics(silentLogger);
    metrics.add(new Gauge({ name: 'memory', help: 'Here.' }, () => 7));
    const listener = await listen(metrics, ['no broker']);
    expect(await ask(listener, '/metrics')).toEqual([200, expect.stringContaining('memory 7\n')]);
    expect(await ask(listener, '/healthcheck')).toEqual([503, 'no broker']);
  });

  it('tells nothing else, and takes nothing', async () => {
    const listener = await listen();
    expect(await ask(listener, '/secrets')).toEqual([404, 'There are /metrics and /healthcheck.\n']);
    expect(await ask(listener, '/metrics', 'POST')).toEqual([405, '']);
  });

  it('names the setting when its port is taken', async () => {
    const { port } = await listen();
    await expect(listen(undefined, [], port)).rejects.toThrow(`metrics.port: ${port} on 127.0.0.1 is in use already`);
  });
});
