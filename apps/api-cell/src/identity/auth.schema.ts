import { z } from 'zod';
import type { ApplicationCredentialProof, LoginRequest } from '#identity';

const text = z.string().min(1).max(255);
const domainRef = z.union([z.object({ id: text }), z.object({ name: text })], { error: 'give a domain by id or name' });
const inDomain = { id: text.optional(), name: text.optional(), domain: domainRef.optional() };

/** By id, or by name with its domain. */
const byIdOrName = z.object(inDomain).transform((ref, context) => {
  if (ref.id !== undefined) return { id: ref.id };
  if (ref.name !== undefined && ref.domain !== undefined) return { name: ref.name, domain: ref.domain };
  context.addIssue({ code: 'custom', message: 'give an id, or a name and its domain' });
  return z.NEVER;
});

const user = z.looseObject({ ...inDomain, password: z.string().max(4096) }).transform(({ password, ...ref }, context) => {
  const parsed = byIdOrName.safeParse(ref);
  if (parsed.success) return { user: parsed.data, password };
  for (const issue of parsed.error.issues) context.addIssue({ code: 'custom', path: issue.path, message: issue.message });
  return z.NEVER;
});

const METHODS = ['password', 'token', 'application_credential'];

/** By id, or by name with its user. */
const applicationCredential = z
  .looseObject({ id: text.optional(), name: text.optional(), secret: z.string().max(4096), user: byIdOrName.optional() })
  .transform(({ id, name, secret, user: owner }, context): ApplicationCredentialProof => {
    if (id !== undefined) return { id, secret };
    if (name !== undefined && owner !== undefined) return { name, secret, user: owner };
    context.addIssue({ code: 'custom', message: 'give an id, or a name and its user' });
    return z.NEVER;
  });

const identity = z
  .object({
    methods: z.array(z.string()).min(1),
    password: z.object({ user }).optional(),
    token: z.object({ id: z.string().min(1).max(8192) }).optional(),
    application_credential: applicationCredential.optional(),
  })
  .transform((given, context): LoginRequest['credentials'] => {
    const [method] = given.methods;
    if (given.methods.length === 1 && method === 'password' && given.password) return { password: given.password.user };
    if (given.methods.length === 1 && method === 'token' && given.token) return { token: given.token.id };
    if (given.methods.length === 1 && method === 'application_credential' && given.application_credential)
      return { applicationCredential: given.application_credential };
    const known = given.methods.find(name => METHODS.includes(name));
    const message =
      known === undefined || given.methods.length > 1
        ? `this Identity authenticates by one method, 'password', 'token' or 'application_credential', not by ${given.methods.join(' and ')}`
        : `the method '${known}' needs a field of its name`;
    context.addIssue({ code: 'custom', path: known ? [known] : ['methods'], message });
    return z.NEVER;
  });

const scope = z.union(
  [
    z.literal('unscoped'),
    z.strictObject({ unscoped: z.looseObject({}) }).transform(() => 'unscoped' as const),
    z.looseObject({ system: z.looseObject({ all: z.literal(true) }) }).transform(() => 'system' as const),
    z.looseObject({ project: byIdOrName }),
    z.looseObject({ domain: domainRef }),
  ],
  { error: "give 'unscoped', a project (by id, or by name and domain), a domain or the system; other scopes are not offered here" },
);

/** The body of POST /v3/auth/tokens, read into a login. */
export const LoginBody = z
  .object({ auth: z.object({ identity, scope: scope.optional() }) })
  .transform(({ auth }): LoginRequest => ({ credentials: auth.identity, scope: auth.scope }));
