import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { until } from './until.js';

export interface SpawnedService {
  readonly pid: number;
  /** What it has written so far, standard output and errors together. */
  output(): string;
  /** Its JSON log lines so far. */
  events(): Readonly<Record<string, unknown>>[];
  /** SIGTERM, and SIGKILL when it does not end within `graceMs`. Gives the exit code, null when it was killed. */
  stop(options?: { readonly graceMs?: number }): Promise<number | null>;
  /** SIGKILL, as a crash. */
  kill(): Promise<void>;
}

const READY_MS = 60_000;

/**
 * Starts one of the apps as a process (a second Nest application in one process would get no messages) and waits until it logs
 * `ready`.
 * @param app for instance `child-cell`: dist/apps/child-cell/src/main.js, which `npm run build` has made
 * @param config what its configuration file shall hold
 * @throws Error with its output when it ends first
 */
export const spawnService = async (app: string, config: object, options: { readonly readyMs?: number } = {}): Promise<SpawnedService> => {
  const directory = mkdtempSync(join(tmpdir(), 'canopy-service-'));
  const file = join(directory, 'config.yaml');
  writeFileSync(file, stringify(config), { mode: 0o600 });
  const child = spawn(process.execPath, ['--enable-source-maps', join(process.cwd(), 'dist/apps', app, 'src/main.js'), '--config', file], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const service = watch(child, directory);
  try {
    await until(
      () => {
        if (child.exitCode !== null) throw new Error(`${app} ended with ${child.exitCode}`);
        return service.events().some(event => event.msg === 'ready');
      },
      { timeoutMs: options.readyMs ?? READY_MS, what: `${app} being ready` },
    );
  } catch (error) {
    await service.kill();
    throw new Error(`${app} did not become ready: ${service.output().slice(-4000)}`, { cause: error });
  }
  return service;
};

const watch = (child: ChildProcess, directory: string): SpawnedService => {
  let output = '';
  child.stdout?.on('data', chunk => (output += chunk));
  child.stderr?.on('data', chunk => (output += chunk));
  const ended = new Promise<number | null>(resolve => child.once('close', code => resolve(code)));
  const finish = async (): Promise<number | null> => {
    const code = await ended;
    rmSync(directory, { recursive: true, force: true });
    return code;
  };
  return {
    pid: child.pid ?? 0,
    output: () => output,
    events: () => output.split('\n').flatMap(parseEvent),
    stop: async ({ graceMs = 20_000 } = {}) => {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
      const code = await finish();
      clearTimeout(timer);
      return code;
    },
    kill: async () => {
      child.kill('SIGKILL');
      await finish();
    },
  };
};

const parseEvent = (line: string): Readonly<Record<string, unknown>>[] => {
  if (!line.startsWith('{')) return [];
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? [{ ...value }] : [];
  } catch {
    return [];
  }
};
