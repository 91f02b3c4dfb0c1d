import { z } from 'zod';
import { definedOnly } from './defined-only.js';
import { changedExtra, resourceOptions, userOptions, withExtra } from './extra.js';

const name = z.string().trim().min(1).max(255);
/** Of domains and projects, which Keystone gives less room. */
const shortName = z.string().trim().min(1).max(64);
const id = z.string().min(1).max(64);
const text = z.string().max(65_535);
const description = text.nullish().transform(given => given ?? '');
const password = z.string().min(1).max(4096);
const newText = text.nullable().transform(given => given ?? '');
const tag = z
  .string()
  .min(1)
  .max(255)
  .regex(/^[^,/]+$/, "must not contain ',' or '/'");
const tags = z.array(tag).max(80);
const noTags = z.array(tag).max(0, 'a domain has no tags here: leave them out').optional();

export const ProjectTags = z.object({ tags }).transform(({ tags: given }) => [...new Set(given)]);
export const ProjectTag = tag;

const projectFields = withExtra({
  name: shortName,
  domain_id: id.nullish(),
  parent_id: id.nullish(),
  is_domain: z.boolean().default(false),
  description,
  enabled: z.boolean().default(true),
  tags: tags.default([]),
  options: resourceOptions,
});

/** The parent may be the domain: a project has none then. One that is a domain is below nothing. */
export const CreateProjectBody = z
  .object({ project: projectFields })
  .refine(({ project }) => !(project.is_domain && (project.domain_id || project.parent_id)), {
    path: ['project', 'is_domain'],
    message: 'a project that is a domain has no domain and no parent',
  })
  .transform(({ project }) => ({
    isDomain: project.is_domain,
    domainId: project.domain_id ?? undefined,
    parentId: project.parent_id ?? null,
    fields: {
      name: project.name,
      description: project.description,
      enabled: project.enabled,
      tags: [...new Set(project.tags)],
      extra: project.extra,
    },
  }));

export const UpdateProjectBody = z
  .object({
    project: withExtra({
      name: shortName.optional(),
      description: newText.optional(),
      enabled: z.boolean().optional(),
      tags: tags.optional(),
      parent_id: id.nullish(),
      domain_id: id.nullish(),
      options: resourceOptions,
    }),
  })
  .transform(({ project: { name, description, enabled, tags, parent_id, domain_id, extra } }) => ({
    parentId: parent_id,
    domainId: domain_id,
    changes: definedOnly({ name, description, enabled, tags, extra: changedExtra(extra) }),
  }));

export const CreateDomainBody = z
  .object({
    domain: withExtra({ name: shortName, description, enabled: z.boolean().default(true), options: resourceOptions, tags: noTags }),
  })
  .transform(({ domain: { name, description, enabled, extra } }) => ({ name, description, enabled, extra }));

export const UpdateDomainBody = z
  .object({
    domain: withExtra({
      name: shortName.optional(),
      description: newText.optional(),
      enabled: z.boolean().optional(),
      options: resourceOptions,
      tags: noTags,
    }),
  })
  .transform(({ domain: { name, description, enabled, extra } }) =>
    definedOnly({ name, description, enabled, extra: changedExtra(extra) }),
  );

export const CreateUserBody = z
  .object({
    user: withExtra({
      name,
      domain_id: id.optional(),
      password: password.nullish(),
      email: z.string().max(255).nullish(),
      description,
      default_project_id: id.nullish(),
      enabled: z.boolean().default(true),
      options: userOptions,
    }),
  })
  .transform(({ user }) => ({
    extra: user.extra,
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
    user: withExtra({
      name: name.optional(),
      password: password.optional(),
      domain_id: id.optional(),
      options: userOptions,
      email: z.string().max(255).nullable().optional(),
      description: newText.optional(),
      default_project_id: id.nullable().optional(),
      enabled: z.boolean().optional(),
    }),
  })
  .transform(({ user }) =>
    definedOnly({
      name: user.name,
      password: user.password,
      email: user.email,
      description: user.description,
      defaultProjectId: user.default_project_id,
      enabled: user.enabled,
      extra: changedExtra(user.extra),
    }),
  );

export const ChangePasswordBody = z
  .object({ user: z.object({ password, original_password: z.string().min(1).max(4096) }) })
  .transform(({ user }) => ({ original: user.original_password, wanted: user.password }));

export const CreateGroupBody = z.object({ group: withExtra({ name, description, domain_id: id.optional() }) }).transform(({ group }) => ({
  domainId: group.domain_id,
  fields: { name: group.name, description: group.description, extra: group.extra },
}));

export const UpdateGroupBody = z
  .object({ group: withExtra({ name: name.optional(), description: newText.optional(), domain_id: id.optional() }) })
  .transform(({ group: { name, description, extra } }) => definedOnly({ name, description, extra: changedExtra(extra) }));

export const CreateRoleBody = z
  .object({
    role: withExtra({ name, description, domain_id: id.nullish(), options: resourceOptions }),
  })
  .transform(({ role: { name, description, domain_id, extra } }) => ({ name, description, domainId: domain_id ?? '', extra }));

export const UpdateRoleBody = z
  .object({
    role: withExtra({ name: name.optional(), description: newText.optional(), domain_id: id.nullish(), options: resourceOptions }),
  })
  .transform(({ role: { name, description, extra } }) => definedOnly({ name, description, extra: changedExtra(extra) }));
