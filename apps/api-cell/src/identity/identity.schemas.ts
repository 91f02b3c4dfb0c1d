import { z } from 'zod';

const name = z.string().trim().min(1).max(255);
const id = z.string().min(1).max(64);
const description = z
  .string()
  .max(65_535)
  .nullish()
  .transform(text => text ?? '');
const password = z.string().min(1).max(4096);

/** Other attributes of Keystone's (options, tags, extra ones) are accepted and dropped. */
const projectFields = z.looseObject({
  name,
  domain_id: id.optional(),
  parent_id: id.nullish(),
  is_domain: z.literal(false, { error: 'a project that is a domain is not offered here' }).optional(),
  description,
  enabled: z.boolean().default(true),
});

export const CreateProjectBody = z.object({ project: projectFields }).transform(({ project }, context) => {
  const domainId = project.domain_id ?? project.parent_id ?? undefined;
  if (typeof project.parent_id === 'string' && project.parent_id !== domainId) {
    context.addIssue({ code: 'custom', path: ['project', 'parent_id'], message: 'projects under projects are not offered here' });
  }
  return { name: project.name, domainId, description: project.description, enabled: project.enabled };
});

export const UpdateProjectBody = z
  .object({
    project: z.looseObject({ name: name.optional(), description: z.string().max(65_535).optional(), enabled: z.boolean().optional() }),
  })
  .transform(({ project: { name, description, enabled } }) => withoutUndefined({ name, description, enabled }));

export const CreateUserBody = z
  .object({
    user: z.looseObject({
      name,
      domain_id: id.optional(),
      password: password.nullish(),
      email: z.string().max(255).nullish(),
      description,
      default_project_id: id.nullish(),
      enabled: z.boolean().default(true),
    }),
  })
  .transform(({ user }) => ({
    name: user.name,
    domainId: user.domain_id,
    password: user.password ?? null,
    email: user.email ?? null,
    description: user.description,
    defaultProjectId: user.default_project_id ?? null,
    enabled: user.enabled,
  }));

export const UpdateUserBody = z
  .object({
    user: z.looseObject({
      name: name.optional(),
      password: password.optional(),
      email: z.string().max(255).nullable().optional(),
      description: z.string().max(65_535).optional(),
      default_project_id: id.nullable().optional(),
      enabled: z.boolean().optional(),
    }),
  })
  .transform(({ user }) =>
    withoutUndefined({
      name: user.name,
      password: user.password,
      email: user.email,
      description: user.description,
      defaultProjectId: user.default_project_id,
      enabled: user.enabled,
    }),
  );

export const ChangePasswordBody = z
  .object({ user: z.object({ password, original_password: z.string().min(1).max(4096) }) })
  .transform(({ user }) => ({ original: user.original_password, wanted: user.password }));

export const CreateRoleBody = z
  .object({
    role: z.looseObject({ name, description, domain_id: z.null({ error: 'roles of one domain are not offered here' }).optional() }),
  })
  .transform(({ role: { name, description } }) => ({ name, description }));

/** Keystone takes any of these for true, and an option without a value too. */
const flag = z.string().transform(text => !['0', 'false', 'no', 'off'].includes(text.toLowerCase()));
const word = z.string().max(255).optional();

export const ListQuery = z
  .looseObject({
    name: word,
    domain_id: word,
    enabled: flag.optional(),
    is_domain: flag.optional(),
    type: word,
    service_id: word,
    interface: word,
    region_id: word,
  })
  .transform(query =>
    withoutUndefined({
      name: query.name,
      domainId: query.domain_id,
      enabled: query.enabled,
      isDomain: query.is_domain,
      type: query.type,
      serviceId: query.service_id,
      interface: query.interface,
      regionId: query.region_id,
    }),
  );

export const AssignmentsQuery = z
  .looseObject({
    'user.id': word,
    'role.id': word,
    'group.id': word,
    'scope.project.id': word,
    'scope.domain.id': word,
    include_names: flag.optional(),
  })
  .transform(query => ({
    names: query.include_names ?? false,
    groupId: query['group.id'],
    filter: withoutUndefined({
      userId: query['user.id'],
      roleId: query['role.id'],
      projectId: query['scope.project.id'],
      domainId: query['scope.domain.id'],
    }),
  }));

/** TypeORM takes an undefined for a mistake, and so do our services. */
function withoutUndefined<T extends object>(fields: T): Partial<T> {
  const kept: Partial<T> = { ...fields };
  for (const key in kept) if (kept[key] === undefined) delete kept[key];
  return kept;
}
