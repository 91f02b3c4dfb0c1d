import { z } from 'zod';
import { definedOnly } from './defined-only.js';

/** Keystone takes any of these for true, and an option without a value too. */
const flag = z.string().transform(text => !['0', 'false', 'no', 'off'].includes(text.toLowerCase()));
const word = z.string().max(255).optional();

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
    'scope.OS-INHERIT:inherited_to': z.string().optional(),
    effective: flag.optional(),
    include_names: flag.optional(),
  })
  .superRefine((query, context) => {
    if (query.effective && query['group.id'] !== undefined)
      context.addIssue({ code: 'custom', path: ['group.id'], message: 'does not go with effective: groups are replaced by their members' });
  })
  .transform(query => ({
    names: query.include_names ?? false,
    // No role is inherited here, so none is listed.
    none: query['scope.OS-INHERIT:inherited_to'] !== undefined,
    filter: definedOnly({
      userId: query['user.id'],
      groupId: query['group.id'],
      roleId: query['role.id'],
      projectId: query['scope.project.id'],
      domainId: query['scope.domain.id'],
      system: query['scope.system'] === undefined ? undefined : true,
      effective: query.effective,
    }),
  }));
