import { z } from 'zod';
import type { TokenIdentity } from './identity-service.js';

const named = z.object({ id: z.string(), name: z.string() });
const inDomain = named.extend({ domain: named });
const time = z.string().transform((text, context) => {
  const at = Date.parse(text);
  if (Number.isNaN(at)) context.addIssue(`'${text}' is not a time`);
  return at;
});

/** Keystone's answer to GET /v3/auth/tokens, read into what Canopy knows of a token. */
export const KeystoneTokenReply = z
  .object({
    token: z.object({
      user: inDomain,
      project: inDomain.optional(),
      domain: named.optional(),
      roles: z.array(named).default([]),
      methods: z.array(z.string()).default([]),
      audit_ids: z.array(z.string()).default([]),
      issued_at: time,
      expires_at: time,
    }),
  })
  .transform(
    ({ token }): TokenIdentity => ({
      user: token.user,
      project: token.project ?? null,
      domain: token.domain ?? null,
      roles: token.roles,
      roleNames: new Set(token.roles.map(role => role.name)),
      methods: token.methods,
      auditIds: token.audit_ids,
      issuedAt: token.issued_at,
      expiresAt: token.expires_at,
    }),
  );
