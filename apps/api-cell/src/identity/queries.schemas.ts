import { z } from 'zod';
import { definedOnly } from './defined-only.js';

/** Keystone takes any of these for true, and an option without a value too. */
const flag = z.string().transform(text => !['0', 'false', 'no', 'off'].includes(text.toLowerCase()));
const word = z.string().max(255).optional();

const INHERITED_TO = 'scope.OS-INHERIT:inherited_to';
const PROJECTS = 'projects';
/** An assignment has one actor and one target. */
const ALTERNATIVES = [
  ['user.id', 'group.id'],
  ['scope.project.id', 'scope.domain.id'],
  ['scope.project.id', 'scope.system'],
  ['scope.domain.id', 'scope.system'],
] as const;

export const ListQuery = z
  .looseObject({
    name: word,
    domain_id: word,
    parent_id: word,
    tags: word,
    enabled: flag.optional(),
    is_domain: flag.optional(),
    type: word,
    service_id: word,
    interface: word,
    region_id: word,
    parent_region_id: word,
    user_id: word,
  })
  .transform(query =>
    definedOnly({
      name: query.name,
      domainId: query.domain_id,
      parentId: query.parent_id,
      tags: query.tags?.split(','),
      enabled: query.enabled,
      isDomain: query.is_domain,
      type: query.type,
      serviceId: query.service_id,
      interface: query.interface,
      regionId: query.region_id,
      parentRegionId: query.parent_region_id,
      userId: query.user_id,
    }),
  );

export const AccessRulesQuery = z
  .looseObject({ service: word, method: word, path: word })
  .transform(({ service, method, path }) => definedOnly({ service, method, path }));

export const AssignmentsQuery = z
  .looseObject({
    'user.id': word,
    'role.id': word,
    'group.id': word,
    'scope.project.id': word,
    'scope.domain.id': word,
    'scope.system': z.string().optional(),
    [INHERITED_TO]: z.string().optional(),
    effective: flag.optional(),
    include_names: flag.optional(),
    include_subtree: flag.optional(),
  })
  .superRefine((query, context) => {
    const refuse = (field: string, message: string) => context.addIssue({ code: 'custom', path: [field], message });
    const { 'group.id': groupId, 'scope.project.id': projectId, 'scope.domain.id': domainId } = query;
    if (query.effective && groupId !== undefined) refuse('group.id', 'does not go with effective: groups are replaced by their members');
    if (query.effective && query[INHERITED_TO] === PROJECTS && domainId !== undefined)
      refuse('scope.domain.id', 'does not go with effective and inherited: what is inherited is had in projects');
    if (query.include_subtree && projectId === undefined) refuse('scope.project.id', 'must be there with include_subtree');
    for (const [one, other] of ALTERNATIVES)
      if (query[one] !== undefined && query[other] !== undefined) refuse(other, `does not go with ${one}`);
  })
  .transform(query => ({
    names: query.include_names ?? false,
    filter: definedOnly({
      userId: query['user.id'],
      groupId: query['group.id'],
      roleId: query['role.id'],
      projectId: query['scope.project.id'],
      domainId: query['scope.domain.id'],
      system: query['scope.system'] === undefined ? undefined : true,
      inherited: query[INHERITED_TO] === undefined ? undefined : query[INHERITED_TO] === PROJECTS,
      effective: query.effective,
      includeSubtree: query.include_subtree,
    }),
  }));
