import {
  authorizeUser,
  type Call,
  jsonList,
  nextLinks,
  number,
  type Parameters,
  pageOf,
  parameterOf,
  type Route,
  type RouteRule,
  reading,
  route,
  sameUser,
  text,
} from '../api/index.js';
import type { QuotaLimitsService } from '../quotas/quota-limits.service.js';
import { createKeyPairBody } from './keypair.schemas.js';
import { keyPairCreated, keyPairDetail, keyPairSummary } from './keypair.view.js';
import type { KeyPairsService } from './keypairs.service.js';

const LIST: Parameters = { user_id: text('2.10'), limit: number('2.35'), marker: text('2.35') };
const ONE: Parameters = { user_id: text('2.10') };
const rules = {
  list: reading(sameUser('os-keypairs:index')),
  create: sameUser('os-keypairs:create'),
  show: reading(sameUser('os-keypairs:show')),
  delete: sameUser('os-keypairs:delete'),
};
const ALL = { limit: 1_000_000, marker: undefined };

/** Key pairs of the caller; from 2.10 an administrator may name another user. */
export const keyPairRoutes = (keyPairs: KeyPairsService, limits: QuotaLimitsService): Route[] => [
  route({
    method: 'GET',
    path: '/os-keypairs',
    policy: rules.list,
    query: LIST,
    ok: 200,
    handle: async call => {
      const paged = call.at.allows('keypair-pages');
      const page = paged ? pageOf(call.query) : ALL;
      const found = await keyPairs.list(userOf(call, rules.list), page);
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
    policy: rules.create,
    query: {},
    body: createKeyPairBody,
    ok: at => (at.allows('keypair-type') ? 201 : 200),
    handle: async (call, { keypair }) => {
      const userId = allowedUser(call, rules.create, keypair.user_id);
      const pair = { userId, name: keypair.name, type: keypair.type ?? 'ssh', publicKey: keypair.public_key } as const;
      const created = await keyPairs.create(pair, (await limits.of(call.ctx.projectId)).key_pairs);
      return { keypair: keyPairCreated.at(call.at, 'everyone').object(created) };
    },
  }),
  route({
    method: 'GET',
    path: '/os-keypairs/:id',
    policy: rules.show,
    query: ONE,
    ok: 200,
    handle: async call => ({
      keypair: keyPairDetail.at(call.at, 'everyone').object(await keyPairs.show(userOf(call, rules.show), call.params.id ?? '')),
    }),
  }),
  route({
    method: 'DELETE',
    path: '/os-keypairs/:id',
    policy: rules.delete,
    query: ONE,
    ok: at => (at.allows('keypair-type') ? 204 : 202),
    handle: call => keyPairs.delete(userOf(call, rules.delete), call.params.id ?? ''),
  }),
];

const userOf = (call: Call, rule: RouteRule): string =>
  allowedUser(call, rule, call.at.allows('keypairs-of-others') ? parameterOf(call.query, 'user_id') : undefined);

/** Who is asked about, when the caller may ask about that user. */
const allowedUser = ({ ctx }: Call, rule: RouteRule, asked: string = ctx.userId): string => {
  if (asked !== ctx.userId) authorizeUser(rule, ctx, asked);
  return asked;
};
