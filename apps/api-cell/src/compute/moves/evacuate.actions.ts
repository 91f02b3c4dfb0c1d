import { z } from 'zod';
import { type AnyObject, requestSchema } from '#microversion';
import { action, admin, type Endpoint, types } from '../api/index.js';
import type { EvacuateServersService, WantedEvacuation } from './evacuate-servers.service.js';

const in214 = z.strictObject({ host: types.fullyQualifiedHostname.optional(), adminPass: z.string().optional() });
const body = (evacuate: AnyObject): AnyObject => z.strictObject({ evacuate });

const evacuateBody = requestSchema<{ evacuate: WantedEvacuation }>(
  body(in214.extend({ onSharedStorage: types.boolean })),
  ['2.14', () => body(in214)],
  ['2.29', () => body(in214.extend({ force: types.boolean.optional() }))],
  ['2.68', () => body(in214)],
);

/** What of `POST /servers/ID/action` makes a server anew whose host is down. */
export const evacuateActions = (evacuations: EvacuateServersService): [string, Endpoint][] => [
  action({
    name: 'evacuate',
    policy: admin('os-evacuate'),
    body: evacuateBody,
    ok: 200,
    handle: async (call, { evacuate }) => {
      const adminPass = await evacuations.evacuate(call, evacuate);
      return call.at.allows('evacuation-keeps-password') ? undefined : { adminPass };
    },
  }),
];
