import { describe, expect, it } from 'vitest';
import type { CellStatus, ChildStanding } from '#contracts';
import { cellPath } from '#domain';
import { sampleStatus } from '#simulation';
import { goneMirrors, replaces, STATUS_STALE_MS } from './cell-mirror.js';
import { treeOf } from './tree.js';

const NOW = Date.UTC(2026, 0, 1);

const standing = (name: string, change: Partial<ChildStanding> = {}): ChildStanding => ({
  name,
  health: 'up',
  enabled: true,
  disabledReason: null,
  draining: 0,
  drainedPercent: null,
  weightOffset: 0,
  weightScale: 1,
  quota: null,
  used: { instances: 0, cores: 0, ramMb: 0 },
  lastSeenAt: NOW,
  ...change,
});

const status = (path: string, change: Partial<CellStatus> = {}) => sampleStatus(path, NOW, { reportedAt: NOW - 3000, ...change });

const mirror = (of: CellStatus, ageMs = 2000) => ({ status: of, receivedAt: NOW - ageMs });
const root = (...children: ChildStanding[]) => status('api', { children });
const west = (...children: ChildStanding[]) => status('api!west', { children, hostsUp: 1, instances: 3 });
const leaf = status('api!west!a', { hostsUp: 2, hostsDown: 1, instances: 5, queues: { outbox: 4 } });
const health = (cells: ReturnType<typeof treeOf>) => Object.fromEntries(cells.map(cell => [cell.path, cell.health]));

describe('the tree', () => {
  it('has every cell with what it last said, and sums of what lies below it', () => {
    const mirrors = [mirror(leaf), mirror(west(standing('a')))];
    const [api, inner, outer] = treeOf({ own: root(standing('west')), mirrors, now: NOW });
    expect(api).toMatchObject({ path: 'api', health: 'up', ageSeconds: 0, hostsUp: 3, hostsDown: 1, instances: 8 });
    expect(inner).toMatchObject({ path: 'api!west', hostsUp: 3, hostsDown: 1, instances: 8, queues: {} });
    expect(outer).toMatchObject({ path: 'api!west!a', hostsUp: 2, instances: 5, ageSeconds: 2, lagSeconds: 1, queues: { outbox: 4 } });
  });

  it('shows a cell that cannot send as late, however fast its last status came', () => {
    const waits = status('api!west', { outboxSeconds: 40 });
    expect(treeOf({ own: root(standing('west')), mirrors: [mirror(waits)], now: NOW })[1]).toMatchObject({ lagSeconds: 40 });
    expect(treeOf({ own: status('api', { outboxSeconds: 7 }), mirrors: [], now: NOW })[0]).toMatchObject({ lagSeconds: 7 });
  });

  it('says what its parent wants of a cell, and whether it hears it', () => {
    const children = [
      standing('a', { health: 'disabled', enabled: false, disabledReason: 'disks' }),
      standing('b', { health: 'draining', draining: 40, drainedPercent: 20 }),
      standing('c', { health: 'never-seen', lastSeenAt: 0 }),
    ];
    const cells = treeOf({ own: root(standing('west')), mirrors: [mirror(west(...children)), mirror(leaf)], now: NOW });
    expect(cells.map(cell => [cell.path, cell.health, cell.enabled, cell.draining, cell.drainedPercent])).toEqual([
      ['api', 'up', true, 0, null],
      ['api!west', 'up', true, 0, null],
      ['api!west!a', 'disabled', false, 0, null],
      ['api!west!b', 'draining', true, 40, 20],
      ['api!west!c', 'never-seen', true, 0, null],
    ]);
    expect(cells.at(-1)).toMatchObject({ ageSeconds: null, lagSeconds: null, software: null });
  });

  it('takes nobody for alive who is heard of through a mute cell only', () => {
    const mirrors = [mirror(west(standing('a')), 40_000), mirror(leaf, 40_000)];
    const cells = treeOf({ own: root(standing('west', { health: 'mute' })), mirrors, now: NOW });
    expect(health(cells)).toEqual({ api: 'up', 'api!west': 'mute', 'api!west!a': 'mute' });
    expect(cells.at(-1)).toMatchObject({ ageSeconds: 40, instances: 5 });
  });

  it('takes a cell for mute of which nothing came for long, whatever its parent last said', () => {
    const cells = treeOf({
      own: root(standing('west')),
      mirrors: [mirror(west(standing('a'))), mirror(leaf, STATUS_STALE_MS + 1)],
      now: NOW,
    });
    expect(health(cells)).toMatchObject({ 'api!west': 'up', 'api!west!a': 'mute' });
  });

  it('does not show a cell that was removed, nor what was below it', () => {
    const mirrors = [mirror(west()), mirror(leaf), ...goneMirrors([mirror(status('api!east'))], cellPath('api!east'), NOW)];
    expect(Object.keys(health(treeOf({ own: root(standing('west')), mirrors, now: NOW })))).toEqual(['api', 'api!west']);
  });
});

describe('the newest of a cell', () => {
  const at = (generation: number, receivedAt: number, gone = false) => ({
    status: status('api!west', { version: { epoch: 0, generation }, gone }),
    receivedAt,
  });

  it('is kept against what comes late', () => {
    expect(replaces(at(2, 10), undefined)).toBe(true);
    expect(replaces(at(2, 10), at(1, 5))).toBe(true);
    expect(replaces(at(1, 10), at(1, 5))).toBe(false);
    expect(replaces(at(1, 10), at(2, 5))).toBe(false);
  });

  it('is taken from a clock that was set back, when nothing else came for long', () => {
    expect(replaces(at(1, STATUS_STALE_MS + 6), at(2, 5))).toBe(true);
    expect(replaces(at(1, STATUS_STALE_MS + 6), at(2, 5, true))).toBe(false);
  });

  it('of a removed cell is its end, and of all below it', () => {
    const mirrors = [at(1, 5), { status: leaf, receivedAt: 5 }, { status: status('api!western'), receivedAt: 5 }];
    expect(goneMirrors(mirrors, cellPath('api!west'), NOW).map(({ status: one }) => [one.path, one.gone, one.version.generation])).toEqual([
      ['api!west', true, NOW],
      ['api!west!a', true, leaf.version.generation + 1],
    ]);
  });
});
