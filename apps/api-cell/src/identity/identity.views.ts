import type {
  AccessRule,
  ApplicationCredentialRow,
  CredentialRow,
  DomainRow,
  Ec2Credential,
  EndpointRow,
  Grant,
  GroupRow,
  NamedAssignment,
  ProjectRow,
  RegionRow,
  RoleRow,
  ServiceRow,
  UserRow,
} from '#identity';
import { grantPath } from './grant-path.js';
import type { IdentityLinks } from './identity-links.js';

export const projectView = (project: ProjectRow, links: IdentityLinks) => ({
  ...project.extra,
  id: project.id,
  name: project.name,
  domain_id: project.domainId,
  description: project.description,
  enabled: project.enabled,
  parent_id: project.parentId ?? project.domainId,
  is_domain: false,
  tags: project.tags ?? [],
  options: {},
  links: links.self('projects', project.id),
});

/** Keystone shows each domain as a project, too. */
export const domainAsProjectView = (domain: DomainRow, links: IdentityLinks) => ({
  ...domain.extra,
  id: domain.id,
  name: domain.name,
  domain_id: null,
  description: domain.description,
  enabled: domain.enabled,
  parent_id: null,
  is_domain: true,
  tags: [],
  options: {},
  links: links.self('projects', domain.id),
});

export const userView = (user: UserRow, links: IdentityLinks) => ({
  ...user.extra,
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

export const groupView = (group: GroupRow, links: IdentityLinks) => ({
  ...group.extra,
  id: group.id,
  name: group.name,
  domain_id: group.domainId,
  description: group.description,
  links: links.self('groups', group.id),
});

export const domainView = (domain: DomainRow, links: IdentityLinks) => ({
  ...domain.extra,
  id: domain.id,
  name: domain.name,
  description: domain.description,
  enabled: domain.enabled,
  tags: [],
  options: {},
  links: links.self('domains', domain.id),
});

export const roleView = (role: RoleRow, links: IdentityLinks) => ({
  ...role.extra,
  id: role.id,
  name: role.name,
  domain_id: role.domainId || null,
  description: role.description,
  options: {},
  links: links.self('roles', role.id),
});

/** A role as inference rules name it. */
export const inferredRoleView = ({ id, name, description }: RoleRow, links: IdentityLinks) => ({
  id,
  name,
  description,
  links: links.self('roles', id),
});

export const serviceView = (service: ServiceRow, links: IdentityLinks) => ({
  ...service.extra,
  id: service.id,
  type: service.type,
  name: service.name,
  description: service.description,
  enabled: service.enabled,
  links: links.self('services', service.id),
});

export const endpointView = (endpoint: EndpointRow, links: IdentityLinks) => ({
  ...endpoint.extra,
  id: endpoint.id,
  service_id: endpoint.serviceId,
  interface: endpoint.interface,
  url: endpoint.url,
  region: endpoint.regionId,
  region_id: endpoint.regionId,
  enabled: endpoint.enabled,
  links: links.self('endpoints', endpoint.id),
});

export const regionView = (region: RegionRow, links: IdentityLinks) => ({
  ...region.extra,
  id: region.id,
  description: region.description,
  parent_region_id: region.parentRegionId,
  links: links.self('regions', region.id),
});

/** Names only on request, as in Keystone. */
export const assignmentView = (row: NamedAssignment, { names, links }: { names: boolean; links: IdentityLinks }) => {
  const actor = names ? { name: row.actorName, domain: { id: row.actorDomainId, name: row.actorDomainName } } : {};
  const targetDomain = row.targetDomainId === null ? {} : { domain: { id: row.targetDomainId, name: row.targetDomainName } };
  const target = { id: row.targetId, ...(names && { name: row.targetName, ...targetDomain }) };
  const scope = row.targetKind === 'system' ? { system: { all: true } } : { [row.targetKind]: target };
  return {
    role: { id: row.roleId, ...(names && { name: row.roleName }) },
    [row.actorKind]: { id: row.actorId, ...actor },
    scope: { ...scope, ...(row.inherited && { 'OS-INHERIT:inherited_to': 'projects' }) },
    links: {
      assignment: links.self(grantPath(grantBehind(row), row.sourceRoleId)).self,
      ...(row.groupId !== null && { membership: links.self('groups', row.groupId, 'users', row.actorId).self }),
    },
  };
};

/** What there is to take back. */
const grantBehind = (row: NamedAssignment): Grant => ({
  actor: row.groupId === null ? { kind: row.actorKind, id: row.actorId } : { kind: 'group', id: row.groupId },
  target: { kind: row.sourceKind, id: row.sourceId },
  inherited: row.inherited,
});

export const applicationCredentialView = (row: ApplicationCredentialRow, roles: readonly RoleRow[], links: IdentityLinks) => ({
  id: row.id,
  name: row.name,
  description: row.description,
  user_id: row.userId,
  project_id: row.projectId,
  system: null,
  unrestricted: row.unrestricted,
  expires_at: row.expiresAt === null ? null : microsecondsTime(Number(row.expiresAt), row.expiresMicroseconds),
  roles: roles.filter(role => row.roleIds.includes(role.id)).map(({ id, name }) => ({ id, name, domain_id: null })),
  ...(row.accessRules && { access_rules: row.accessRules }),
  links: links.self('users', row.userId, 'application_credentials', row.id),
});

export const accessRuleView = ({ id, service, method, path }: AccessRule, userId: string, links: IdentityLinks) => ({
  id,
  service,
  method,
  path,
  links: links.self('users', userId, 'access_rules', id),
});

/** `2026-01-02T03:04:05.678901` */
const microsecondsTime = (at: number, microseconds: number): string =>
  new Date(at).toISOString().replace('Z', String(microseconds).padStart(3, '0'));

export const credentialView = (row: CredentialRow, links: IdentityLinks) => ({
  id: row.id,
  user_id: row.userId,
  project_id: row.projectId,
  type: row.type,
  blob: row.secret,
  links: links.self('credentials', row.id),
});

export const ec2View = (credential: Ec2Credential, links: IdentityLinks) => ({
  access: credential.access,
  secret: credential.secret,
  user_id: credential.userId,
  tenant_id: credential.projectId,
  trust_id: null,
  links: links.self('users', credential.userId, 'credentials', 'OS-EC2', credential.access),
});
