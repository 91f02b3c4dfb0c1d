import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiInstance } from '#database';
import type { TaskState, VmState } from '#domain';
import { type ComputeApiFixture, computeApiFixture, IMAGE } from './compute-api.fixture.js';

let api: ComputeApiFixture;
let uuid: string;
beforeAll(async () => {
  api = await computeApiFixture();
  uuid = await api.boot();
});
afterAll(() => api?.stop());

type Row = readonly [name: string, wanted: unknown, allowed: VmState, refused: VmState, word?: string];

/** A state in which each action is allowed, and one in which it is not; the word that Nova has for it where that is not its name. */
const ACTIONS: readonly Row[] = [
  ['os-stop', null, 'active', 'stopped', 'stop'],
  ['os-start', null, 'stopped', 'active', 'start'],
  ['reboot', { type: 'SOFT' }, 'active', 'stopped'],
  ['reboot', { type: 'HARD' }, 'stopped', 'rescued'],
  ['pause', null, 'active', 'paused'],
  ['unpause', null, 'paused', 'active'],
  ['suspend', null, 'active', 'stopped'],
  ['resume', null, 'suspended', 'active'],
  ['changePassword', { adminPass: 'x' }, 'active', 'stopped'],
  ['trigger_crash_dump', null, 'active', 'stopped'],
  ['rebuild', { imageRef: IMAGE }, 'stopped', 'rescued'],
  ['rescue', null, 'error', 'paused'],
  ['unrescue', null, 'rescued', 'active'],
  ['shelve', null, 'suspended', 'rescued'],
  ['shelveOffload', null, 'shelved', 'active'],
  ['unshelve', null, 'shelved', 'stopped'],
  ['restore', null, 'soft-delete', 'active'],
  ['resize', { flavorRef: '2' }, 'stopped', 'paused'],
  ['migrate', null, 'active', 'suspended'],
  ['confirmResize', null, 'resized', 'active'],
  ['revertResize', null, 'resized', 'error'],
  ['os-migrateLive', { host: null, block_migration: 'auto' }, 'paused', 'stopped'],
];
/** Those that a lock does not hinder. */
const UNLOCKABLE: readonly Row[] = [
  ['createImage', { name: 'i' }, 'paused', 'rescued'],
  ['createBackup', { name: 'i', backup_type: 'daily', rotation: 1 }, 'suspended', 'error'],
];

/** What is answered by a server in this state, to an administrator unless it is locked. */
const refusal = async (
  path: string,
  state: { vmState: VmState; taskState?: TaskState | null; lockedBy?: string | null },
  { method = 'POST', body, version = '2.90' }: { method?: string; body?: unknown; version?: string },
): Promise<unknown[]> => {
  await api.dataSource.manager.update(ApiInstance, { uuid }, { taskState: null, lockedBy: null, ...state });
  const token = state.lockedBy === undefined ? 'admin' : 'member';
  const { status, json } = await api.ask(method, `/v2.1/servers/${uuid}/${path}`, { body, version, token });
  return [status, json?.conflictingRequest?.message];
};
const act = (name: string, wanted: unknown, state: Parameters<typeof refusal>[1]) => refusal('action', state, { body: { [name]: wanted } });

describe.each([...ACTIONS, ...UNLOCKABLE].map(([name, wanted, ...states]) => ({ name, wanted, states })))('$name $wanted', one => {
  const { name, wanted } = one;
  const [allowed, refused, word = name] = one.states;

  it('is refused in the words of Nova where its state does not allow it, or something else is being done', async () => {
    expect(await act(name, wanted, { vmState: refused })).toEqual([
      409,
      `Cannot '${word}' instance ${uuid} while it is in vm_state ${refused}`,
    ]);
    expect(await act(name, wanted, { vmState: allowed, taskState: 'powering-off' })).toEqual([
      409,
      `Cannot '${word}' instance ${uuid} while it is in task_state powering-off`,
    ]);
  });
});

it('a locked server refuses its owner all of these that are not an administrator’s, but for images', async () => {
  const administrators = new Set(['shelveOffload', 'migrate', 'os-migrateLive']);
  for (const [name, wanted, vmState] of ACTIONS.filter(([name]) => !administrators.has(name))) {
    expect([name, ...(await act(name, wanted, { vmState, lockedBy: 'admin' }))]).toEqual([name, 409, `Instance ${uuid} is locked`]);
  }
  for (const [name, wanted, vmState] of UNLOCKABLE) expect((await act(name, wanted, { vmState, lockedBy: 'admin' }))[0]).toBe(202);
});

it('a migration is steered only while the server migrates, whatever is known of the migration', async () => {
  const state = { vmState: 'active' } as const;
  const why = (word: string) => [409, `Instance ${uuid} is in an invalid state for '${word}'`];
  expect(await refusal('migrations/999/action', state, { body: { force_complete: null } })).toEqual(why('force_complete'));
  expect(await refusal('migrations/999', state, { method: 'DELETE' })).toEqual(why('abort live migration'));
});

it.each([
  ['PUT', 'tags', { tags: ['a'] }, 'update tags'],
  ['DELETE', 'tags', undefined, 'delete tags'],
  ['PUT', 'tags/a', undefined, 'update tag'],
  ['DELETE', 'tags/a', undefined, 'delete tag'],
  ['POST', 'metadata', { metadata: { a: 'b' } }, 'update metadata'],
  ['DELETE', 'metadata/a', undefined, 'delete metadata'],
])('%s %s of a server in error is refused as %3$s', async (method, path, body, word) => {
  expect(await refusal(path, { vmState: 'error' }, { method, body })).toEqual([
    409,
    `Cannot '${word}' instance ${uuid} while it is in vm_state error`,
  ]);
});
