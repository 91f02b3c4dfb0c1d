import type { CatalogEndpoint, CatalogService, DomainRow, NamedAssignment, ProjectRow, RoleRow, UserRow } from '#identity';
import type { IdentityLinks } from './identity-links.js';

export const projectView = (project: ProjectRow, links: IdentityLinks) => ({
  id: project.id,
  name: project.name,
  domain_id: project.domainId,
  description: project.description,
  enabled: project.enabled,
  parent_id: project.domainId,
  is_domain: false,
  tags: [],
  options: {},
  links: links.self('projects', project.id),
});

export const userView = (user: UserRow, links: IdentityLinks) => ({
  id: user.id,
  name: user.name,
  domain_id: user.domainId,
  description: user.description,
  enabled: user.enabled,
  ...(user.email !== null && { email: user.email }),
  ...(user.defaultProjectId !== null && { default_project_id: user.defaultProjectId }),
  password_expires_at: null,
  options: {},
  links: links.self('users', user.id),
});

export const domainView = (domain: DomainRow, links: IdentityLinks) => ({
  id: domain.id,
  name: domain.name,
  description: domain.description,
  enabled: domain.enabled,
  tags: [],
  options: {},
  links: links.self('domains', domain.id),
});

export const roleView = (role: RoleRow, links: IdentityLinks) => ({
  id: role.id,
  name: role.name,
  domain_id: null,
  description: role.description,
  options: {},
  links: links.self('roles', role.id),
});

export const serviceView = ({ id, type, name }: CatalogService, links: IdentityLinks) => ({
  id,
  type,
  name,
  enabled: true,
  links: links.self('services', id),
});

export const endpointView = (endpoint: CatalogEndpoint, serviceId: string, links: IdentityLinks) => ({
  ...endpoint,
  service_id: serviceId,
  enabled: true,
  links: links.self('endpoints', endpoint.id),
});

export const regionView = (id: string, links: IdentityLinks) => ({
  id,
  description: '',
  parent_region_id: null,
  links: links.self('regions', id),
});

/** Names only on request, as in Keystone. */
export const assignmentView = (row: NamedAssignment, { names, links }: { names: boolean; links: IdentityLinks }) => {
  const userDomain = names ? { name: row.userName, domain: { id: row.userDomainId, name: row.userDomainName } } : {};
  const targetDomain = row.targetDomainId === null ? {} : { domain: { id: row.targetDomainId, name: row.targetDomainName } };
  return {
    role: { id: row.roleId, ...(names && { name: row.roleName }) },
    user: { id: row.userId, ...userDomain },
    scope: { [row.targetKind]: { id: row.targetId, ...(names && { name: row.targetName, ...targetDomain }) } },
    links: { assignment: links.self(`${row.targetKind}s`, row.targetId, 'users', row.userId, 'roles', row.roleId).self },
  };
};
