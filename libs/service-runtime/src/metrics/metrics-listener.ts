import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { CloudError, type Health, healthAnswer, type Logger, messageOf } from '#domain';
import { Metrics } from './metrics.js';

/** Off unless it is there. It tells everybody who reaches it, so it is for an address that strangers do not reach. */
export const metricsSettings = z.strictObject({
  host: z.string().min(1).default('127.0.0.1'),
  port: z.number().int().min(0).max(65535),
});
export type MetricsSettings = z.infer<typeof metricsSettings>;

export interface MetricsListener {
  readonly port: number;
  close(): Promise<void>;
}

interface Told {
  readonly metrics: Metrics;
  readonly health: Pick<Health, 'reasons'>;
  readonly log: Logger;
}

/** `GET /metrics` and `GET /healthcheck` of one process. @throws CloudError `conflict` when the port is taken. */
export const listenForMetrics = async ({ host, port }: MetricsSettings, told: Told): Promise<MetricsListener> => {
  const server = createServer((request, response) => void answer(request, response, told));
  server.requestTimeout = 10_000;
  await listening(server, { host, port });
  const { port: chosen } = server.address() as AddressInfo;
  told.log.info('metrics listener', { host, port: chosen });
  return {
    port: chosen,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

const answer = async (
  {
    method = 'GET',
    url = '/',
    headers,
  }: { method?: string | undefined; url?: string | undefined; headers: { accept?: string | undefined } },
  response: ServerResponse,
  { metrics, health, log }: Told,
): Promise<void> => {
  const path = url.split('?')[0];
  try {
    if (method !== 'GET' && method !== 'HEAD') response.writeHead(405, { allow: 'GET, HEAD' }).end();
    else if (path === '/healthcheck') {
      const { status, contentType, body } = healthAnswer(health.reasons(), { method, accept: headers.accept });
      response.writeHead(status, { 'content-type': contentType }).end(body);
    } else if (path === '/metrics') response.writeHead(200, { 'content-type': Metrics.contentType }).end(await metrics.text());
    else response.writeHead(404).end('There are /metrics and /healthcheck.\n');
  } catch (error) {
    log.error('metrics were not told', { reason: messageOf(error) });
    response.destroy();
  }
};

/** `exclusive`: a worker of a cluster has its own port, not a share of one. */
const listening = (server: Server, { host, port }: MetricsSettings): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', error => {
      const taken = 'code' in error && error.code === 'EADDRINUSE';
      reject(taken ? new CloudError('conflict', `metrics.port: ${port} on ${host} is in use already`, { cause: error }) : error);
    });
    server.listen({ host, port, exclusive: true }, () => resolve());
  });
