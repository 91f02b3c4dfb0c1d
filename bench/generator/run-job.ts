import { type Answer, Connection } from './connection.js';
import type { Job, JobResult } from './job.js';

interface Tally {
  readonly latenciesMs: number[];
  readonly errors: Record<string, number>;
  errorSample: string | undefined;
  bytes: number;
}

/** After an error that the server did not answer, so that one that is down is not asked thousands of times a second. */
const PAUSE_MS = 50;

/** Sends a job's requests over as many connections as its concurrency says. */
export const runJob = async (job: Job): Promise<JobResult> => {
  const tally: Tally = { latenciesMs: [], errors: {}, errorSample: undefined, bytes: 0 };
  const started = performance.now();
  const cpu = process.cpuUsage();
  const end = started + job.seconds * 1000;
  const requestOf = requestWriter(job);
  let next = 0;

  const sendInTurn = async (): Promise<void> => {
    const connection = new Connection(job.port);
    while (performance.now() < end && (job.requests === undefined || next < job.requests))
      await sendOne(connection, requestOf(next++), tally);
    connection.close();
  };
  await Promise.all(Array.from({ length: job.concurrency }, sendInTurn));

  const { user, system } = process.cpuUsage(cpu);
  return {
    succeeded: tally.latenciesMs.length,
    seconds: (performance.now() - started) / 1000,
    latencyMs: quantilesOf(tally.latenciesMs),
    bytes: tally.bytes,
    errors: tally.errors,
    ...(tally.errorSample === undefined ? {} : { errorSample: tally.errorSample }),
    cpuMs: (user + system) / 1000,
  };
};

const sendOne = async (connection: Connection, request: string, tally: Tally): Promise<void> => {
  const sent = performance.now();
  const answer = await connection.send(request).catch((error: unknown) => (error instanceof Error ? error : new Error(String(error))));
  if (answer instanceof Error) {
    noteError(tally, codeOf(answer), answer.message);
    await new Promise(resolve => setTimeout(resolve, PAUSE_MS));
  } else if (isSuccess(answer)) {
    tally.latenciesMs.push(performance.now() - sent);
    tally.bytes += answer.bytes;
  } else {
    noteError(tally, String(answer.status), answer.text);
  }
};

const isSuccess = ({ status }: Answer): boolean => status >= 200 && status < 300;

const codeOf = (error: Error): string => ('code' in error ? String(error.code) : error.message);

const noteError = (tally: Tally, kind: string, sample: string): void => {
  tally.errors[kind] = (tally.errors[kind] ?? 0) + 1;
  tally.errorSample ??= sample;
};

/** The text of the request with that number: all that never changes is joined once. */
const requestWriter = ({ method, paths, body, headers, port }: Job): ((index: number) => string) => {
  const common = Object.entries({ Host: `127.0.0.1:${port}`, Accept: 'application/json', ...headers })
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('');
  return index => {
    const start = `${method} ${paths[index % paths.length]} HTTP/1.1\r\n${common}`;
    if (body === undefined) return `${start}\r\n`;
    const content = body.replaceAll('%N%', String(index));
    return `${start}Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(content)}\r\n\r\n${content}`;
  };
};

const quantilesOf = (values: readonly number[]): JobResult['latencyMs'] => {
  const sorted = Float64Array.from(values).sort();
  const at = (share: number): number => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
  return { p50: at(0.5), p90: at(0.9), p99: at(0.99), max: at(1) };
};
