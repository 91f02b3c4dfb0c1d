import { z } from 'zod';
import type { LoginRequest } from '#identity';

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

const identity = z
  .object({
    methods: z.array(z.string()).min(1),
    password: z.object({ user }).optional(),
    token: z.object({ id: z.string().min(1).max(8192) }).optional(),
  })
  .transform((given, context): LoginRequest['credentials'] => {
    const [method] = given.methods;
    if (given.methods.length === 1 && method === 'password' && given.password) return { password: given.password.user };
    if (given.methods.length === 1 && method === 'token' && given.token) return { token: given.token.id };
    const known = given.methods.find(name => name === 'password' || name === 'token');
    const message =
      known === undefined || given.methods.length > 1
        ? `this Identity authenticates by one method, 'password' or 'token', not by ${given.methods.join(' and ')}`
        : `the method '${known}' needs a field of its name`;
    context.addIssue({ code: 'custom', path: known ? [known] : ['methods'], message });
    return z.NEVER;
  });

const scope = z.union(
  [
    z.literal('unscoped'),
    z.strictObject({ unscoped: z.looseObject({}) }).transform(() => 'unscoped' as const),
    z.looseObject({ project: byIdOrName }),
    z.looseObject({ domain: domainRef }),
  ],
  { error: "give 'unscoped', a project (by id, or by name and domain) or a domain; other scopes are not offered here" },
);

/** The body of POST /v3/auth/tokens, read into a login. */
export const LoginBody = z
  .object({ auth: z.object({ identity, scope: scope.optional() }) })
  .transform(({ auth }): LoginRequest => ({ credentials: auth.identity, scope: auth.scope }));
