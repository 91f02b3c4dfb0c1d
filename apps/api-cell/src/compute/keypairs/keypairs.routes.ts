import {
  admin,
  authorize,
  type Call,
  jsonList,
  nextLinks,
  number,
  type Parameters,
  pageOf,
  parameterOf,
  type Route,
  reader,
  route,
  text,
} from '../api/index.js';
import type { QuotaLimitsService } from '../quotas/quota-limits.service.js';
import { createKeyPairBody } from './keypair.schemas.js';
import { keyPairCreated, keyPairDetail, keyPairSummary } from './keypair.view.js';
import type { KeyPairsService } from './keypairs.service.js';

const LIST: Parameters = { user_id: text('2.10'), limit: number('2.35'), marker: text('2.35') };
const ONE: Parameters = { user_id: text('2.10') };
const RULE = 'os-keypairs';
const ALL = { limit: 1_000_000, marker: undefined };

/** Key pairs of the caller; from 2.10 an administrator may name another user. */
export const keyPairRoutes = (keyPairs: KeyPairsService, limits: QuotaLimitsService): Route[] => [
  route({
    method: 'GET',
    path: '/os-keypairs',
    policy: reader(`${RULE}:index`),
    query: LIST,
    ok: 200,
    handle: async call => {
      const paged = call.at.allows('keypair-pages');
      const page = paged ? pageOf(call.query) : ALL;
      const found = await keyPairs.list(userOf(call), page);
      const compiled = keyPairSummary.at(call.at, 'everyone');
      const next = paged ? nextLinks(page, found.length, call.links, 'os-keypairs', call.query, found.at(-1)?.name) : undefined;
      return jsonList(
        'keypairs',
        found.map(pair => `{"keypair":${compiled.json(pair)}}`),
        next,
      );
    },
  }),
  route({
    method: 'POST',
    path: '/os-keypairs',
    policy: reader(`${RULE}:create`),
    query: {},
    body: createKeyPairBody,
    ok: at => (at.allows('keypair-type') ? 201 : 200),
    handle: async (call, { keypair }) => {
      const userId = allowedUser(call, keypair.user_id);
      const pair = { userId, name: keypair.name, type: keypair.type ?? 'ssh', publicKey: keypair.public_key } as const;
      const created = await keyPairs.create(pair, (await limits.of(call.ctx.projectId)).key_pairs);
      return { keypair: keyPairCreated.at(call.at, 'everyone').object(created) };
    },
  }),
  route({
    method: 'GET',
    path: '/os-keypairs/:id',
    policy: reader(`${RULE}:show`),
    query: ONE,
    ok: 200,
    handle: async call => ({
      keypair: keyPairDetail.at(call.at, 'everyone').object(await keyPairs.show(userOf(call), call.params.id ?? '')),
    }),
  }),
  route({
    method: 'DELETE',
    path: '/os-keypairs/:id',
    policy: reader(`${RULE}:delete`),
    query: ONE,
    ok: at => (at.allows('keypair-type') ? 204 : 202),
    handle: call => keyPairs.delete(userOf(call), call.params.id ?? ''),
  }),
];

const userOf = (call: Call): string =>
  allowedUser(call, call.at.allows('keypairs-of-others') ? parameterOf(call.query, 'user_id') : undefined);

const allowedUser = ({ ctx }: Call, asked: string | undefined): string => {
  if (asked === undefined || asked === ctx.userId) return ctx.userId;
  authorize(admin(RULE), ctx);
  return asked;
};
