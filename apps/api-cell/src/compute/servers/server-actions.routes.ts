import { z } from 'zod';
import type { GuardedAction } from '#domain';
import { requestSchema } from '#microversion';
import { action, actionRoute, anyone, type Call, gone, member, type Route, types } from '../api/index.js';
import type { CellGateway } from '../cell-gateway.js';

const rebootBody = requestSchema<{ reboot: { type: string } }>(
  z.strictObject({ reboot: z.strictObject({ type: z.enum(['HARD', 'Hard', 'hard', 'SOFT', 'Soft', 'soft']) }) }),
);
/** `length` is a number of lines; -1, null or nothing: all that is kept. */
const consoleBody = requestSchema<{ 'os-getConsoleOutput': { length?: number | null } }>(
  z.strictObject({ 'os-getConsoleOutput': z.strictObject({ length: types.integer(-1).nullable().optional() }) }),
);

/** What `POST /servers/ID/action` can do. */
export const serverActionRoutes = (gateway: CellGateway): Route[] => {
  const power = (call: Call, what: GuardedAction) => gateway.power(call.ctx, idOf(call), what);
  return [
    actionRoute('/servers/:id/action', [
      action({ name: 'os-start', policy: member('servers:start'), ok: 202, handle: call => power(call, 'start') }),
      action({ name: 'os-stop', policy: member('servers:stop'), ok: 202, handle: call => power(call, 'stop') }),
      action({
        name: 'reboot',
        policy: member('servers:reboot'),
        body: rebootBody,
        ok: 202,
        handle: (call, { reboot: { type } }) => power(call, type.toUpperCase() === 'HARD' ? 'rebootHard' : 'rebootSoft'),
      }),
      action({
        name: 'forceDelete',
        policy: member('os-deferred-delete:force'),
        ok: 202,
        handle: call => gateway.deleteServer(call.ctx, idOf(call)),
      }),
      action({
        name: 'os-getConsoleOutput',
        policy: member('os-console-output'),
        body: consoleBody,
        ok: 200,
        handle: async (call, { 'os-getConsoleOutput': { length } }) => {
          // No lines are none: nobody need be asked, but that the server is there.
          const lines = length === undefined || length === null || length < 0 ? null : length;
          const output = await gateway.consoleOutput(call.ctx, idOf(call), lines === 0 ? 1 : lines);
          return { output: lines === 0 ? '' : output };
        },
      }),
      action({ name: 'resetNetwork', policy: anyone('gone'), ok: 410, handle: gone }),
      action({ name: 'os-getRDPConsole', policy: anyone('gone'), ok: 410, handle: gone }),
    ]),
  ];
};

const idOf = (call: Call): string => call.params.id ?? '';
