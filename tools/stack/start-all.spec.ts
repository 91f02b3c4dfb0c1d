import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Layout, layoutOf } from './layout.js';
import { launch } from './process/launch.js';
import { ProcessTable } from './process/process-table.js';
import type { Service } from './servers/service.js';
import { type StartEvent, startAll } from './start-all.js';
import { stopAll } from './stop-all.js';

let layout: Layout;
beforeEach(() => {
  layout = layoutOf(mkdtempSync(join(tmpdir(), 'canopy-start-')));
});
afterEach(async () => {
  await stopAll(layout);
  rmSync(layout.root, { recursive: true });
});

const service = (name: string, extra: Partial<Service> = {}, script = 'sleep 60'): Service => ({
  name,
  kind: 'cell',
  needs: [],
  log: layout.log(name),
  fingerprint: name,
  readySeconds: 5,
  stopSeconds: 5,
  prepare: async () => {},
  launch: () => ({ command: '/bin/sh', args: ['-c', `exec ${script}`], env: {} }),
  isReady: async () => true,
  ...extra,
});

const start = async (services: Service[], signal?: AbortSignal) => {
  const events: string[] = [];
  const listener = ({ service: { name }, state, found }: StartEvent) => events.push(`${name} ${state}${found ? ' (found)' : ''}`);
  await startAll(services, new ProcessTable(layout.processes), signal ? { listener, signal } : { listener });
  return events;
};

describe('starting services', () => {
  it('launches each when those it needs are ready', async () => {
    const events = await start([service('app', { needs: ['db', 'mq'] }), service('db'), service('mq', { needs: ['db'] })]);
    expect(events.indexOf('db ready')).toBeLessThan(events.indexOf('mq starting'));
    expect(events.indexOf('mq ready')).toBeLessThan(events.indexOf('app starting'));
  });

  it('waits again for one that was not ready in time, and launches no second beside it', async () => {
    const table = new ProcessTable(layout.processes);
    await expect(launch(service('db', { readySeconds: 0.1, isReady: async () => false }), table)).rejects.toThrow('took more than 0.1 s');
    const before = table.get('db')?.identity.pid;
    await launch(service('db'), table);
    expect(table.get('db')?.identity.pid).toBe(before);
  });

  it('finds those that run already and launches them no second time', async () => {
    await start([service('db')]);
    const before = new ProcessTable(layout.processes).get('db')?.identity.pid;
    expect(await start([service('db')])).toEqual(['db starting (found)', 'db ready (found)']);
    expect(new ProcessTable(layout.processes).get('db')?.identity.pid).toBe(before);
  });

  it('tells the end of the log of one that dies, and launches nothing after it', async () => {
    const broken = service('db', { isReady: async () => false }, 'echo "Error: no space left" ; exit 3');
    await expect(start([broken, service('app', { needs: ['db'] })])).rejects.toThrow(
      /db (ended at once|did not start): Error: no space left/,
    );
    expect(new ProcessTable(layout.processes).get('app')).toBeUndefined();
  });

  it('names one that does not become ready in time', async () => {
    await expect(start([service('slow', { isReady: async () => false, readySeconds: 0.2 })])).rejects.toThrow(
      /slow starting .* took more than 0.2 s/,
    );
  });

  it('launches nothing when it is interrupted', async () => {
    await expect(start([service('db')], AbortSignal.abort())).rejects.toThrow('interrupted');
    expect(new ProcessTable(layout.processes).all()).toEqual([]);
  });

  it('is undone by stopAll, which kills what does not end by itself', async () => {
    await start([service('meek'), service('stubborn', { kind: 'epmd' }, 'sh -c \'trap "" TERM; while :; do sleep 0.1; done\'')]);
    const table = new ProcessTable(layout.processes);
    expect(table.running().length).toBe(2);
    const { stopped, killed } = await stopAll(layout);
    expect([stopped.sort(), killed]).toEqual([['meek', 'stubborn'], ['stubborn']]);
    expect(table.running()).toEqual([]);
  });
});
