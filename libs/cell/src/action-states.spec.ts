import { describe, expect, it } from 'vitest';
import { cellMethods } from '#contracts';
import { PowerState, type PowerStateCode, type TaskState, type VmState } from '#domain';
import { leafWithServer, LEAF_EPOCH as NOW } from '#simulation';
import { sampleSpec } from '#testing';
import type { InstanceRow } from './rows.js';

const LINK = { url: 'http://images/1', headers: {} };
const UPLOAD = { imageId: '1', format: 'raw', put: LINK, discard: LINK };
const { RUNNING, SHUTDOWN, PAUSED, SUSPENDED } = PowerState;

interface Row {
  readonly action: { readonly name: string; readonly [field: string]: unknown };
  readonly from: VmState;
  /** From when its host was told. */
  readonly shown: TaskState | null;
  readonly event: string;
  readonly ends: VmState;
  /** When its host fails, and the guest is as it was. */
  readonly fails: VmState;
}
const row = (action: Row['action'], from: VmState, shown: Row['shown'], event: string, ends: VmState, fails: VmState): Row => ({
  action,
  from,
  shown,
  event,
  ends,
  fails,
});

/** Source: facts of nova/compute/manager.py; a guest that can be left as it was is, where Nova has the server in error as well. */
const TABLE: readonly Row[] = [
  row({ name: 'stop' }, 'active', 'powering-off', 'compute_stop_instance', 'stopped', 'active'),
  row({ name: 'start' }, 'stopped', 'powering-on', 'compute_start_instance', 'active', 'stopped'),
  row({ name: 'rebootSoft' }, 'active', 'reboot_pending', 'compute_reboot_instance', 'active', 'active'),
  row({ name: 'rebootHard' }, 'active', 'reboot_pending_hard', 'compute_reboot_instance', 'active', 'active'),
  row({ name: 'rebootHard' }, 'stopped', 'reboot_pending_hard', 'compute_reboot_instance', 'active', 'error'),
  row({ name: 'pause' }, 'active', 'pausing', 'compute_pause_instance', 'paused', 'active'),
  row({ name: 'unpause' }, 'paused', 'unpausing', 'compute_unpause_instance', 'active', 'paused'),
  row({ name: 'suspend' }, 'active', 'suspending', 'compute_suspend_instance', 'suspended', 'error'),
  row({ name: 'resume' }, 'suspended', 'resuming', 'compute_resume_instance', 'active', 'error'),
  row({ name: 'setPassword', password: 'x' }, 'active', 'updating_password', 'compute_set_admin_password', 'active', 'active'),
  row({ name: 'crashDump' }, 'active', null, 'compute_trigger_crash_dump', 'active', 'active'),
  row({ name: 'createImage', upload: UPLOAD }, 'active', 'image_snapshot', 'compute_snapshot_instance', 'active', 'active'),
  row({ name: 'createBackup', upload: UPLOAD }, 'active', 'image_backup', 'compute_backup_instance', 'active', 'active'),
  row({ name: 'rescue', image: null, adminPassword: 'x' }, 'active', 'rescuing', 'compute_rescue_instance', 'rescued', 'error'),
  row({ name: 'unrescue' }, 'rescued', 'unrescuing', 'compute_unrescue_instance', 'active', 'error'),
  row({ name: 'shelve', upload: UPLOAD }, 'active', 'shelving', 'compute_shelve_instance', 'shelved', 'active'),
  row(
    { name: 'unshelve', image: null, discard: null, host: null },
    'shelved',
    'powering-on',
    'compute_start_instance',
    'active',
    'shelved',
  ),
];
const REBUILD = { name: 'rebuild', spec: sampleSpec('00000000-0000-4000-8000-000000000001'), start: true };

const POWER: Partial<Record<VmState, PowerStateCode>> = { paused: PAUSED, suspended: SUSPENDED, stopped: SHUTDOWN, shelved: SHUTDOWN };
const powerOf = (vmState: VmState): PowerStateCode => POWER[vmState] ?? RUNNING;

/** A leaf cell whose host has been told of an action, and what it answers. */
const told = async ({ action, from }: Pick<Row, 'action' | 'from'>, change: Partial<InstanceRow> = {}) => {
  const leaf = leafWithServer({ vmState: from, powerState: powerOf(from), ...change }, { shelvedOffloadSeconds: -1 });
  await leaf.receive('instance.action', { action });
  const answer = async (powerState: PowerStateCode, kind: string | null = null): Promise<void> => {
    const error = kind === null ? null : { kind, message: 'it did not work', retryable: false };
    await leaf.receive('guest.acted', { commandId: leaf.commands()[0]!.id, powerState, startedAt: NOW, finishedAt: NOW, error });
  };
  const events = () => leaf.told().flatMap(({ payload }) => cellMethods['instance.state'].payload.parse(payload).report.events);
  return { ...leaf, answer, events };
};

describe.each([...TABLE, row(REBUILD, 'active', 'rebuilding', 'compute_rebuild_instance', 'active', 'error')])(
  '$action.name of one that is $from',
  wanted => {
    const { from, shown, event, ends, fails } = wanted;

    it(`is shown as ${shown ?? 'nothing'}, and ends ${ends}`, async () => {
      const one = await told(wanted);
      expect(one.instance()).toMatchObject({ vmState: from, taskState: shown });
      await one.answer(powerOf(ends));
      expect(one.instance()).toMatchObject({ vmState: ends, taskState: null });
      expect(one.events()).toMatchObject([{ event, result: 'Success' }]);
    });

    it(`whose host fails is ${fails}, and free for the next order`, async () => {
      const one = await told(wanted);
      await one.answer(powerOf(from), 'internal');
      expect(one.instance()).toMatchObject({ vmState: fails, taskState: null });
      expect(one.instance()?.fault?.message).toBe(fails === 'error' ? 'it did not work' : undefined);
      expect(one.events()).toMatchObject([{ event, result: 'Error' }]);
      expect(one.workflow()).toBeUndefined();
    });
  },
);

it.each(['notImplemented', 'deadlineExceeded'])('a host that has not begun (%s) leaves everything as it was', async kind => {
  for (const { action, from } of TABLE.filter(({ action }) => ['suspend', 'resume', 'unrescue', 'rebootHard'].includes(action.name))) {
    const one = await told({ action, from });
    await one.answer(powerOf(from), kind);
    expect([action.name, one.instance()]).toMatchObject([action.name, { vmState: from, taskState: null, fault: null }]);
  }
});

it('a reboot that fails leaves the server running where its guest runs, and else in error', async () => {
  const running = await told({ action: { name: 'rebootSoft' }, from: 'active' });
  await running.answer(RUNNING, 'internal');
  expect(running.instance()).toMatchObject({ vmState: 'active', fault: null });
  const off = await told({ action: { name: 'rebootSoft' }, from: 'active' });
  await off.answer(SHUTDOWN, 'internal');
  expect(off.instance()).toMatchObject({ vmState: 'error', powerState: SHUTDOWN, fault: { message: 'it did not work' } });
});

it('a hard reboot takes the place of a soft one that hangs, whose late answer changes nothing', async () => {
  const one = await told({ action: { name: 'rebootSoft' }, from: 'active' });
  await one.receive('instance.action', { action: { name: 'rebootHard' } });
  expect(one.commands().map(({ payload }) => (payload as { action: object }).action)).toEqual([
    { name: 'rebootSoft' },
    { name: 'rebootHard' },
  ]);
  await one.answer(SHUTDOWN, 'internal');
  expect(one.instance()).toMatchObject({ vmState: 'active', taskState: 'reboot_pending_hard' });
  const commandId = one.commands().at(-1)!.id;
  await one.receive('guest.acted', { commandId, powerState: RUNNING, startedAt: NOW, finishedAt: NOW, error: null });
  expect(one.instance()).toMatchObject({ vmState: 'active', taskState: null });
});

it('a soft one does not take the place of another', async () => {
  const one = await told({ action: { name: 'rebootSoft' }, from: 'active' });
  await one.receive('instance.action', { action: { name: 'rebootSoft' } });
  expect([one.commands().length, one.instance()?.taskState]).toEqual([1, 'reboot_pending']);
});
