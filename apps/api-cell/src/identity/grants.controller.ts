import { Controller, Delete, Get, HttpCode, Param, Put } from '@nestjs/common';
import { CloudError } from '#domain';
import { EmbeddedIdentity, type Grant, SYSTEM } from '#identity';
import { type ApiContext, Ctx } from '../http/index.js';
import { grantPath } from './grant-path.js';
import { roleView } from './identity.views.js';
import { IdentityLinks } from './identity-links.js';
import { authorize } from './identity-policy.js';
import type { IdentityAction } from './identity-rules.js';

const GRANTS = [
  'system/:actors/:actorId/roles',
  ':targets/:targetId/:actors/:actorId/roles',
  'OS-INHERIT/:heirsOf/:targetId/:actors/:actorId/roles/inherited_to_projects',
];
const GRANT = [
  'system/:actors/:actorId/roles/:roleId',
  ':targets/:targetId/:actors/:actorId/roles/:roleId',
  'OS-INHERIT/:heirsOf/:targetId/:actors/:actorId/roles/:roleId/inherited_to_projects',
];

/** The roles of one user or group in one project or domain, in the projects below it, or in the system. */
@Controller('v3')
export class GrantsController {
  constructor(
    private readonly identity: EmbeddedIdentity,
    private readonly links: IdentityLinks,
  ) {}

  @Get(GRANTS)
  async list(@Ctx() ctx: ApiContext, @Param() path: GrantPath) {
    const { grant, collection } = this.authorized(ctx, 'list', path);
    const roles = await this.identity.assignments.rolesOf(grant);
    return { roles: roles.map(role => roleView(role, this.links)), links: this.links.collection(collection) };
  }

  /** HEAD is answered by it too. */
  @Get(GRANT)
  @HttpCode(204)
  async check(@Ctx() ctx: ApiContext, @Param() path: GrantPath & RolePath) {
    await this.identity.assignments.check(this.authorized(ctx, 'check', path).grant, path.roleId);
  }

  @Put(GRANT)
  @HttpCode(204)
  async assign(@Ctx() ctx: ApiContext, @Param() path: GrantPath & RolePath) {
    await this.identity.assignments.assign(this.authorized(ctx, 'create', path).grant, path.roleId);
  }

  @Delete(GRANT)
  @HttpCode(204)
  async unassign(@Ctx() ctx: ApiContext, @Param() path: GrantPath & RolePath) {
    await this.identity.assignments.unassign(this.authorized(ctx, 'revoke', path).grant, path.roleId);
  }

  /** @throws CloudError `notFound` for a path that is none of grants, `forbidden` */
  private authorized(ctx: ApiContext, verb: Verb, path: GrantPath) {
    const grant = grantOf(path);
    authorize(ctx, actionOf(verb, grant));
    return { grant, collection: grantPath(grant) };
  }
}

type Verb = 'list' | 'check' | 'create' | 'revoke';

interface GrantPath {
  readonly targets?: string;
  /** In the place of `targets`: what is below it. */
  readonly heirsOf?: string;
  readonly targetId?: string;
  readonly actors: string;
  readonly actorId: string;
}

interface RolePath {
  readonly roleId: string;
}

const actionOf = (verb: Verb, { actor, target }: Grant): IdentityAction => {
  if (target.kind !== 'system') return verb === 'list' ? 'list_grants' : `${verb}_grant`;
  return verb === 'list' ? `list_system_grants_for_${actor.kind}` : `${verb}_system_grant_for_${actor.kind}`;
};

const ACTORS: Readonly<Record<string, Grant['actor']['kind']>> = { users: 'user', groups: 'group' };
const TARGETS: Readonly<Record<string, Grant['target']['kind']>> = { projects: 'project', domains: 'domain' };

const grantOf = ({ heirsOf, targets = heirsOf, targetId = SYSTEM, actors, actorId }: GrantPath): Grant => {
  const actor = ACTORS[actors];
  const target = targets === undefined ? 'system' : TARGETS[targets];
  if (!actor || !target) throw new CloudError('notFound', 'The resource could not be found.');
  return { actor: { kind: actor, id: actorId }, target: { kind: target, id: targetId }, inherited: heirsOf !== undefined };
};
