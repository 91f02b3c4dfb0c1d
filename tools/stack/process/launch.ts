import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, openSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import { CloudError } from '#domain';
import { makeDirectory } from '../files.js';
import { LogTail, sizeOf } from '../log-tail.js';
import type { LaunchSpec, Service } from '../servers/service.js';
import { waitFor } from '../wait.js';
import { identify, isRunning, type ProcessIdentity, signal } from './identity.js';
import type { ProcessTable } from './process-table.js';

const ROTATE_BYTES = 10 * 1024 * 1024;

export const fingerprintOf = (service: Service): string => createHash('sha256').update(service.fingerprint).digest('hex');

/**
 * Launches the service in a session of its own, so that the terminal's Ctrl-C and the launcher's end do not reach it, writes it
 * down, and waits until it is ready. One that was launched before and was not ready in time (a database that waits for room on its
 * disk, say) is waited for again: a second would be in its way, and nobody would know of the first.
 * @throws CloudError `unavailable` with the end of its log when it dies first, `deadlineExceeded` when it takes too long.
 */
export const launch = async (service: Service, table: ProcessTable): Promise<void> => {
  const before = table.get(service.name);
  if (before && isRunning(before.identity)) return becomeReady(service, before.identity, before.logFrom);
  await service.prepare();
  rotate(service.log);
  const logFrom = sizeOf(service.log);
  const identity = await start(service);
  table.put({ name: service.name, kind: service.kind, identity, fingerprint: fingerprintOf(service), log: service.log, logFrom });
  await becomeReady(service, identity, logFrom);
};

const start = async (service: Service): Promise<ProcessIdentity> => {
  const spec = service.launch();
  const pid = 'startDaemon' in spec ? await spec.startDaemon() : spawnDetached(spec, service.log);
  const identity = pid === undefined ? undefined : identify(pid);
  if (!identity) throw new CloudError('unavailable', `${service.name} did not start: ${lastLines(service.log)} (see ${service.log})`);
  return identity;
};

const spawnDetached = ({ command, args, env, owner }: LaunchSpec, logPath: string): number | undefined => {
  makeDirectory(dirname(logPath), 0o755);
  const log = openSync(logPath, 'a', 0o640);
  const child = spawn(command, args, {
    cwd: '/',
    detached: true,
    stdio: ['ignore', log, log],
    env: { ...inheritedEnvironment(), ...env },
    uid: owner?.uid,
    gid: owner?.gid,
  });
  closeSync(log);
  child.unref();
  // Without a listener the error of a program that cannot be run would end the launcher; the wait below reports it.
  child.once('error', () => {});
  return child.pid;
};

/** Only what programs need to find their way: the caller's environment may hold secrets and settings of other tools. */
const inheritedEnvironment = (): Record<string, string> => {
  const kept = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR', 'USER', 'NODE_OPTIONS'];
  return Object.fromEntries(kept.flatMap(name => (process.env[name] === undefined ? [] : [[name, process.env[name]]])));
};

/** Waits for a service whose process runs already, as launch() does. */
export const becomeReady = async (service: Service, identity: ProcessIdentity, logFrom: number): Promise<void> => {
  await waitFor(`${service.name} starting (see ${service.log})`, () => service.isReady(logFrom), {
    timeoutMs: service.readySeconds * 1000,
    everyMs: 100,
    unless: () => {
      if (!isRunning(identity))
        throw new CloudError('unavailable', `${service.name} ended at once: ${lastLines(service.log, logFrom)} (see ${service.log})`);
    },
  });
};

/**
 * SIGTERM, and SIGKILL when it has not ended in time.
 * @returns whether it had to be killed
 */
export const stopProcess = async (identity: ProcessIdentity, options: { graceSeconds: number }): Promise<boolean> => {
  signal(identity, 'SIGTERM');
  const ended = () => !isRunning(identity);
  try {
    await waitFor('stopping', ended, { timeoutMs: options.graceSeconds * 1000 });
    return false;
  } catch {
    signal(identity, 'SIGKILL');
    await waitFor(`the end of process ${identity.pid}`, ended, { timeoutMs: 10_000 });
    return true;
  }
};

const rotate = (log: string): void => {
  if (sizeOf(log) > ROTATE_BYTES) renameSync(log, `${log}.1`);
};

/** The most telling of the last lines: those that speak of an error, or else the very last. */
const lastLines = (log: string, from: number = Math.max(0, sizeOf(log) - 4096)): string => {
  const lines = new LogTail(log, from)
    .lines()
    .map(readable)
    .filter(line => line.trim() !== '');
  const errors = lines.filter(line => /error|fatal|cannot|could not|refused|in use|not usable/i.test(line));
  return (errors.length > 0 ? errors : lines).slice(-2).join(' | ').slice(0, 600) || 'it wrote nothing';
};

/** A JSON line of a service is told by its event alone. */
const readable = (line: string): string => {
  const event = /^\{.*"msg":"((?:[^"\\]|\\.)*)"/.exec(line)?.[1];
  return event ?? line;
};
