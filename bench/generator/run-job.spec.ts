import { createServer, type RequestListener, type Server } from 'node:http';
import { afterEach, expect, it } from 'vitest';
import type { Job } from './job.js';
import { runJob } from './run-job.js';

let server: Server;
afterEach(() => server.close());

const jobFor = async (listener: RequestListener, job: Partial<Job>): Promise<Job> => {
  server = createServer(listener);
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return { port, method: 'GET', paths: ['/'], headers: {}, concurrency: 1, seconds: 10, ...job };
};

it('every request is sent once, numbered, over as many kept connections as asked', async () => {
  const bodies: string[] = [];
  const sockets = new Set<unknown>();
  const job = await jobFor(
    (request, response) => {
      sockets.add(request.socket);
      let body = '';
      request.on('data', chunk => (body += chunk));
      request.on('end', () => {
        bodies.push(`${request.method} ${request.url} ${request.headers['x-auth-token']} ${body}`);
        response.writeHead(202, { 'Content-Length': 2 }).end('{}');
      });
    },
    { method: 'POST', paths: ['/servers'], body: '{"name":"é-%N%"}', headers: { 'X-Auth-Token': 't' }, concurrency: 3, requests: 20 },
  );
  const result = await runJob(job);
  expect(result).toMatchObject({ succeeded: 20, errors: {}, bytes: 40 });
  expect(sockets.size).toBe(3);
  expect(bodies.sort()).toEqual(Array.from({ length: 20 }, (_, index) => `POST /servers t {"name":"é-${index}"}`).sort());
});

it('answers are read whole, however they are cut, and the next request begins after them', async () => {
  const long = 'x'.repeat(300_000);
  const job = await jobFor(
    (_, response) => {
      response.writeHead(200, { 'Content-Length': long.length });
      response.write(long.slice(0, 10));
      setTimeout(() => response.end(long.slice(10)), 5);
    },
    { requests: 5 },
  );
  expect(await runJob(job)).toMatchObject({ succeeded: 5, bytes: 1_500_000, errors: {} });
});

it('what is no success is counted by what it was, with the first reason kept', async () => {
  let count = 0;
  const job = await jobFor(
    (_, response) => {
      count += 1;
      if (count === 2) response.writeHead(503, { 'Content-Length': 8 }).end('too busy');
      else if (count === 3) response.destroy();
      else response.writeHead(204).end();
    },
    { method: 'DELETE', requests: 4 },
  );
  const result = await runJob(job);
  expect(result).toMatchObject({ succeeded: 2, errorSample: 'too busy' });
  expect(Object.entries(result.errors).map(([kind, times]) => `${times} ${kind}`)).toEqual([
    '1 503',
    expect.stringMatching(/^1 (closed|ECONNRESET)$/),
  ]);
});

it('a job ends when its time is over', async () => {
  const job = await jobFor((_, response) => response.end('ok'), { seconds: 0.2, concurrency: 2 });
  const { succeeded, seconds } = await runJob(job);
  expect(succeeded).toBeGreaterThan(0);
  expect(seconds).toBeGreaterThanOrEqual(0.2);
  expect(seconds).toBeLessThan(5);
});
