import { Controller, Delete, Get, HttpCode, Param, Put } from '@nestjs/common';
import { CloudError } from '#domain';
import { EmbeddedIdentity, type Grant } from '#identity';
import { type ApiContext, Ctx } from '../http/index.js';
import { roleView } from './identity.views.js';
import { IdentityLinks } from './identity-links.js';
import { requireAdmin } from './identity-policy.js';

/** The roles of one user in one project or domain. */
@Controller('v3/:targets/:targetId/users/:userId/roles')
export class GrantsController {
  constructor(
    private readonly identity: EmbeddedIdentity,
    private readonly links: IdentityLinks,
  ) {}

  @Get()
  async list(@Ctx() ctx: ApiContext, @Param() path: GrantPath) {
    requireAdmin(ctx, 'list_grants');
    const roles = await this.identity.assignments.rolesOf(grantOf(path));
    const links = this.links.collection(`${path.targets}/${path.targetId}/users/${path.userId}/roles`);
    return { roles: roles.map(role => roleView(role, this.links)), links };
  }

  /** HEAD is answered by it too. */
  @Get(':roleId')
  @HttpCode(204)
  async check(@Ctx() ctx: ApiContext, @Param() path: GrantPath & RolePath) {
    requireAdmin(ctx, 'check_grant');
    await this.identity.assignments.check(grantOf(path), path.roleId);
  }

  @Put(':roleId')
  @HttpCode(204)
  async assign(@Ctx() ctx: ApiContext, @Param() path: GrantPath & RolePath) {
    requireAdmin(ctx, 'create_grant');
    await this.identity.assignments.assign(grantOf(path), path.roleId);
  }

  @Delete(':roleId')
  @HttpCode(204)
  async unassign(@Ctx() ctx: ApiContext, @Param() path: GrantPath & RolePath) {
    requireAdmin(ctx, 'revoke_grant');
    await this.identity.assignments.unassign(grantOf(path), path.roleId);
  }
}

interface GrantPath {
  readonly targets: string;
  readonly targetId: string;
  readonly userId: string;
}

interface RolePath {
  readonly roleId: string;
}

const grantOf = ({ targets, targetId, userId }: GrantPath): Grant => {
  if (targets === 'projects') return { userId, target: { kind: 'project', id: targetId } };
  if (targets === 'domains') return { userId, target: { kind: 'domain', id: targetId } };
  throw new CloudError('notFound', 'The resource could not be found.');
};
