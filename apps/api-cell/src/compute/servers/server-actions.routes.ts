import { z } from 'zod';
import type { InstanceOrder } from '#contracts';
import { requestSchema } from '#microversion';
import {
  action,
  actionRoute,
  admin,
  allows,
  anyone,
  type Call,
  type Endpoint,
  gone,
  innerRules,
  member,
  type Route,
  types,
} from '../api/index.js';
import type { CellGateway } from '../cell-gateway.js';
import type { DeleteServersService } from './delete-servers.service.js';

const rebootBody = requestSchema<{ reboot: { type: string } }>(
  z.strictObject({ reboot: z.strictObject({ type: z.enum(['HARD', 'Hard', 'hard', 'SOFT', 'Soft', 'soft']) }) }),
);
/** `length` is a number of lines; -1, null or nothing: all that is kept. */
const consoleBody = requestSchema<{ 'os-getConsoleOutput': { length?: number | null } }>(
  z.strictObject({ 'os-getConsoleOutput': z.strictObject({ length: types.integer(-1).nullable().optional() }) }),
);

const lockBody = requestSchema<{ lock?: { locked_reason?: string } | null }>(z.looseObject({ lock: z.unknown() }), [
  '2.73',
  () => z.strictObject({ lock: z.strictObject({ locked_reason: z.string().min(1).max(255).optional() }).nullable() }),
]);
const passwordBody = requestSchema<{ changePassword: { adminPass: string } }>(
  z.strictObject({ changePassword: z.strictObject({ adminPass: z.string() }) }),
);
const crashDumpBody = requestSchema<{ trigger_crash_dump: null }>(z.strictObject({ trigger_crash_dump: z.null() }));
const resetStateBody = requestSchema<{ 'os-resetState': { state: 'active' | 'error' } }>(
  z.strictObject({ 'os-resetState': z.strictObject({ state: z.enum(['active', 'error']) }) }),
);

/** What `POST /servers/ID/action` can do; `more` are those that have a file of their own. */
export const serverActionRoutes = (gateway: CellGateway, deletes: DeleteServersService, more: readonly [string, Endpoint][]): Route[] => {
  const act = (call: Call, what: InstanceOrder) => gateway.act(call.ctx, idOf(call), what);
  return [
    actionRoute('/servers/:id/action', [
      action({ name: 'os-start', policy: member('servers:start'), ok: 202, handle: call => act(call, { name: 'start' }) }),
      action({ name: 'os-stop', policy: member('servers:stop'), ok: 202, handle: call => act(call, { name: 'stop' }) }),
      action({
        name: 'reboot',
        policy: member('servers:reboot'),
        body: rebootBody,
        ok: 202,
        handle: (call, { reboot: { type } }) => act(call, { name: type.toUpperCase() === 'HARD' ? 'rebootHard' : 'rebootSoft' }),
      }),
      action({ name: 'pause', policy: member('os-pause-server:pause'), ok: 202, handle: call => act(call, { name: 'pause' }) }),
      action({ name: 'unpause', policy: member('os-pause-server:unpause'), ok: 202, handle: call => act(call, { name: 'unpause' }) }),
      action({ name: 'suspend', policy: member('os-suspend-server:suspend'), ok: 202, handle: call => act(call, { name: 'suspend' }) }),
      action({ name: 'resume', policy: member('os-suspend-server:resume'), ok: 202, handle: call => act(call, { name: 'resume' }) }),
      action({
        name: 'changePassword',
        policy: member('os-admin-password'),
        body: passwordBody,
        ok: 202,
        handle: (call, { changePassword: { adminPass } }) => act(call, { name: 'setPassword', password: adminPass }),
      }),
      action({
        name: 'trigger_crash_dump',
        since: '2.17',
        policy: member('servers:trigger_crash_dump'),
        body: crashDumpBody,
        ok: 202,
        handle: (call: Call) => act(call, { name: 'crashDump' }),
      }),
      action({
        name: 'lock',
        policy: member('os-lock-server:lock'),
        body: lockBody,
        ok: 202,
        handle: (call, { lock }) => gateway.lock(call.ctx, idOf(call), (call.at.within('2.73') && lock?.locked_reason) || null),
      }),
      action({
        name: 'unlock',
        policy: member('os-lock-server:unlock'),
        ok: 202,
        handle: call => gateway.unlock(call.ctx, idOf(call), { others: allows(innerRules.unlockOthers, call.ctx) }),
      }),
      action({
        name: 'os-resetState',
        policy: admin('os-admin-actions:reset_state'),
        body: resetStateBody,
        ok: 202,
        handle: (call, { 'os-resetState': { state } }) => gateway.resetState(call.ctx, idOf(call), state),
      }),
      action({
        name: 'forceDelete',
        policy: member('os-deferred-delete:force'),
        ok: 202,
        handle: call => deletes.deleteForGood(call.ctx, idOf(call)),
      }),
      action({
        name: 'restore',
        policy: member('os-deferred-delete:restore'),
        ok: 202,
        handle: call => deletes.restore(call.ctx, idOf(call)),
      }),
      action({
        name: 'os-getConsoleOutput',
        policy: member('os-console-output'),
        body: consoleBody,
        ok: 200,
        handle: async (call, { 'os-getConsoleOutput': { length } }) => {
          // No lines are none: nobody need be asked, but that the server is there. The last of N is not ended: split, they are N.
          const lines = length === undefined || length === null || length < 0 ? null : length;
          const output = await gateway.consoleOutput(call.ctx, idOf(call), lines === 0 ? 1 : lines);
          return { output: lines === 0 ? '' : lines === null ? output : output.replace(/\n$/, '') };
        },
      }),
      ...more,
      action({ name: 'resetNetwork', policy: anyone('gone'), ok: 410, handle: gone }),
      action({ name: 'os-getRDPConsole', policy: anyone('gone'), ok: 410, handle: gone }),
    ]),
  ];
};

const idOf = (call: Call): string => call.params.id ?? '';
