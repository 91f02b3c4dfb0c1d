import { z } from 'zod';
import { definedOnly } from './defined-only.js';

const name = z.string().trim().min(1).max(255);
const id = z.string().min(1).max(64);
const text = z.string().max(65_535);

/** `2026-01-02T03:04:05.678901`, in UTC, with or without its Z. */
const time = z.string().transform((given, context) => {
  const at = Date.parse(/([zZ]|[+-]\d\d:?\d\d)$/.test(given) ? given : `${given}Z`);
  if (Number.isNaN(at)) context.addIssue(`'${given}' is not a time`);
  return { at, microseconds: Number(/\.\d{3}(\d{1,3})/.exec(given)?.[1]?.padEnd(3, '0') ?? 0) };
});

const roleRef = z.union([z.object({ id }), z.object({ name })], { error: 'give a role by id or name' });
const rule = {
  service: z.string().min(1).max(64),
  method: z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']),
  path: z.string().min(1).max(255).startsWith('/', 'must begin with /'),
};
/** One that the user has already may be given by its id alone. */
const accessRule = z.strictObject({ id: id.optional(), ...z.object(rule).partial().shape }).transform(({ id, ...said }, context) => {
  const says = z.object(rule).safeParse(said);
  if (says.success || (id !== undefined && Object.keys(said).length === 0)) return { id, says: says.data };
  for (const { path, message } of says.error.issues) context.addIssue({ code: 'custom', path, message });
  return z.NEVER;
});
export const CreateApplicationCredentialBody = z
  .object({
    application_credential: z.looseObject({
      name,
      description: text.nullish(),
      secret: z.string().min(1).max(255).nullish(),
      expires_at: time.nullish(),
      roles: z.array(roleRef).optional(),
      unrestricted: z.boolean().nullish(),
      access_rules: z.array(accessRule).nullish(),
    }),
  })
  .transform(({ application_credential: given }) => ({
    name: given.name,
    description: given.description ?? '',
    secret: given.secret ?? undefined,
    expiresAt: given.expires_at?.at ?? null,
    expiresMicroseconds: given.expires_at?.microseconds ?? 0,
    roles: given.roles,
    unrestricted: given.unrestricted ?? false,
    accessRules: given.access_rules ?? null,
  }));

export const CreateCredentialBody = z
  .object({
    credential: z.looseObject({ blob: text, type: z.string().min(1).max(255), project_id: id.nullish(), user_id: id.optional() }),
  })
  .transform(({ credential }) => ({
    secret: credential.blob,
    type: credential.type,
    projectId: credential.project_id ?? null,
    userId: credential.user_id,
  }));

export const UpdateCredentialBody = z
  .object({ credential: z.looseObject({ blob: text.optional(), type: z.string().min(1).max(255).optional(), project_id: id.nullish() }) })
  .transform(({ credential }) => definedOnly({ secret: credential.blob, type: credential.type, projectId: credential.project_id }));

export const CreateEc2Body = z.object({ tenant_id: id }).transform(({ tenant_id }) => tenant_id);

const words = z.record(z.string(), z.coerce.string());
const signed = z.looseObject({
  access: z.string().min(1).max(255),
  signature: z.string().min(1).max(1024),
  host: z.string().max(255).default(''),
  verb: z.string().max(16).default('GET'),
  path: z.string().max(8192).default('/'),
  params: words.default({}),
  headers: words.default({}),
  body_hash: z.string().max(128).default(''),
});

/** Both of the names that clients send it by. */
export const Ec2TokenBody = z
  .union([z.object({ credentials: signed }), z.object({ ec2Credentials: signed })], { error: 'give credentials, or ec2Credentials' })
  .transform(body => {
    const given = 'credentials' in body ? body.credentials : body.ec2Credentials;
    const { access, signature, host, verb, path, params, headers, body_hash: bodyHash } = given;
    return { access, request: { signature, host, verb, path, params, headers, bodyHash } };
  });
