import { z } from 'zod';
import { CloudError } from '#domain';
import { type AnyObject, type RequestSchema, requestSchema } from '#microversion';
import { action, admin, type Call, type Endpoint, member, type Route, route } from '../api/index.js';
import type { ConsolesService } from './consoles.service.js';

interface RemoteConsoleBody {
  readonly remote_console: { readonly protocol: Protocol; readonly type: string };
}

/** Which types belong to which protocol. */
const TYPES = { vnc: ['novnc', 'xvpvnc'], spice: ['spice-html5'], rdp: ['rdp-html5'], serial: ['serial'], mks: ['webmks'] } as const;
type Protocol = keyof typeof TYPES;

const withProtocols = (...protocols: Protocol[]): AnyObject =>
  z.strictObject({
    remote_console: z.strictObject({ protocol: z.enum(protocols), type: z.enum(protocols.flatMap(name => TYPES[name])) }),
  });
const remoteConsoleBody = requestSchema<RemoteConsoleBody>(withProtocols('vnc', 'spice', 'rdp', 'serial'), [
  '2.8',
  () => withProtocols('vnc', 'spice', 'rdp', 'serial', 'mks'),
]);

/** Nothing listens on a host for its guests' consoles. A number, because clients expect one. */
const NO_PORT = 0;

/** Up to 2.5 each protocol has an action of its own. */
const ACTIONS = { 'os-getVNCConsole': 'vnc', 'os-getSPICEConsole': 'spice', 'os-getSerialConsole': 'serial' } as const;

export const consoleActions = (consoles: ConsolesService): [string, Endpoint][] =>
  Object.entries(ACTIONS).map(([name, protocol]) => {
    const body: RequestSchema<Record<string, { type: string }>> = requestSchema(
      z.strictObject({ [name]: z.strictObject({ type: z.enum(TYPES[protocol]) }) }),
    );
    return action({
      name,
      until: '2.5',
      policy: member('os-remote-consoles'),
      body,
      ok: 200,
      handle: async (call, asked) => {
        const type = asked[name]?.type ?? '';
        return { console: { type, url: await consoles.open(call.ctx, call.params.id ?? '', type) } };
      },
    });
  });

export const consoleRoutes = (consoles: ConsolesService): Route[] => [
  route({
    method: 'POST',
    path: '/servers/:id/remote-consoles',
    since: '2.6',
    policy: member('os-remote-consoles'),
    body: remoteConsoleBody,
    ok: 200,
    handle: async (call, { remote_console: { protocol, type } }) => {
      if (!TYPES[protocol].some(known => known === type)) throw new CloudError('invalid', `Invalid console type ${type}`);
      return { remote_console: { protocol, type, url: await consoles.open(call.ctx, call.params.id ?? '', type) } };
    },
  }),
  route({
    method: 'GET',
    path: '/os-console-auth-tokens/:id',
    policy: admin('os-console-auth-tokens'),
    ok: 200,
    handle: async (call: Call) => {
      // Before it, the tokens of RDP consoles only, which are gone from Nova.
      if (!call.at.allows('console-tokens-of-every-type')) throw new CloudError('invalid', 'Tokens are shown from microversion 2.31 on');
      const { instanceUuid, host } = await consoles.connection(call.ctx, call.params.id ?? '');
      return { console: { instance_uuid: instanceUuid, host, port: NO_PORT, internal_access_path: null } };
    },
  }),
];
