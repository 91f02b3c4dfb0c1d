import { action, type Call, type Endpoint, member, type Route, reader, route } from '../api/index.js';
import { shownGroup } from './security-group.js';
import { addSecurityGroupBody, removeSecurityGroupBody } from './security-group.schemas.js';
import type { ServerSecurityGroups } from './server-security-groups.js';

const RULE = 'os-security-groups';

export const serverSecurityGroupRoutes = (groups: ServerSecurityGroups): Route[] => [
  route({
    method: 'GET',
    path: '/servers/:id/os-security-groups',
    policy: reader(`${RULE}:list`),
    ok: 200,
    handle: async call => ({ security_groups: (await groups.list(call.ctx, idOf(call))).map(shownGroup) }),
  }),
];

/** What of `POST /servers/ID/action` puts servers into groups. */
export const serverSecurityGroupActions = (groups: ServerSecurityGroups): [string, Endpoint][] => [
  action({
    name: 'addSecurityGroup',
    policy: member(`${RULE}:add`),
    body: addSecurityGroupBody,
    ok: 202,
    handle: (call, { addSecurityGroup: { name } }) => groups.add(call.ctx, idOf(call), name),
  }),
  action({
    name: 'removeSecurityGroup',
    policy: member(`${RULE}:remove`),
    body: removeSecurityGroupBody,
    ok: 202,
    handle: (call, { removeSecurityGroup: { name } }) => groups.remove(call.ctx, idOf(call), name),
  }),
];

const idOf = (call: Call): string => call.params.id ?? '';
