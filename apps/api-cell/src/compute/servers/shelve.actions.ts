import { action, admin, type Call, type Endpoint, member } from '../api/index.js';
import { unshelveBody } from './shelve.schemas.js';
import type { ShelvedServersService } from './shelved-servers.service.js';

/** What of `POST /servers/ID/action` puts a server away, and brings it back. */
export const shelveActions = (service: ShelvedServersService): [string, Endpoint][] => [
  action({
    name: 'shelve',
    policy: member('os-shelve:shelve'),
    ok: 202,
    handle: call => service.shelve(call.ctx, idOf(call)),
  }),
  action({
    name: 'shelveOffload',
    policy: admin('os-shelve:shelve_offload'),
    ok: 202,
    handle: call => service.offload(call.ctx, idOf(call)),
  }),
  action({
    name: 'unshelve',
    policy: member('os-shelve:unshelve'),
    body: unshelveBody,
    ok: 202,
    handle: (call, { unshelve }) => service.unshelve(call.ctx, idOf(call), unshelve ?? {}),
  }),
];

const idOf = (call: Call): string => call.params.id ?? '';
