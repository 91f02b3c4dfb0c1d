import { appendFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { nodeProcesses } from '../configs.js';
import { layoutOf } from '../layout.js';
import { planStack } from '../plan.js';
import { parseTopology } from '../topology.js';
import { Story } from './story.js';

const layout = layoutOf(mkdtempSync(join(tmpdir(), 'canopy-story-')));
afterEach(() => rmSync(layout.root, { recursive: true }));

it('tells the way of one server through the cells in the order of time, each state once', () => {
  const topology = parseTopology({ cells: [{ name: 'c' }] });
  const plan = planStack({ topology, port: () => 1, secret: () => '' });
  mkdirSync(join(layout.root, 'log'));
  const story = new Story(layout, nodeProcesses({ topology, plan, layout, adminPassword: '', epmdPort: 1 }));
  const log = (cell: string, second: number, fields: object) =>
    appendFileSync(
      layout.log(`${cell}.cell`),
      `${JSON.stringify({ time: `2026-01-01T00:00:0${second}.000Z`, instanceUuid: 'u', ...fields })}\n`,
    );
  log('api.c', 2, { msg: 'host chosen', considered: ['h1', 'h2'], chosen: 'h2' });
  log('api', 1, { msg: 'cell chosen', considered: ['c'], chosen: 'c' });
  log('api.c', 3, { msg: 'instance state', vmState: 'building', taskState: 'spawning', host: 'h2', owner: 'api!c' });
  log('api.c', 3, { msg: 'instance state', vmState: 'building', taskState: 'spawning', host: 'h2', owner: 'api!c' });
  log('api', 4, { msg: 'instance state', vmState: 'active', taskState: null, host: 'h2', owner: 'api!c' });
  log('api', 5, { msg: 'instance state', instanceUuid: 'another', vmState: 'active' });
  expect(story.next('u').map(({ cell, text }) => `${cell}: ${text}`)).toEqual([
    'api: considered the cells c: chose c',
    'api!c: considered the hosts h1, h2: chose h2',
    'api!c: the server is building, spawning on host h2',
    'api: hears from below: active on host h2',
  ]);
  expect(story.next('u')).toEqual([]);
});
