import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { EmbeddedIdentity, IMPLIED_ROLES } from '#identity';
import { type ApiContext, Ctx, parse } from '../http/index.js';
import { AssignmentsQuery, CreateRoleBody, ListQuery } from './identity.schemas.js';
import { assignmentView, roleView } from './identity.views.js';
import { IdentityLinks } from './identity-links.js';
import { requireAdmin } from './identity-policy.js';

@Controller('v3')
export class RolesController {
  constructor(
    private readonly identity: EmbeddedIdentity,
    private readonly links: IdentityLinks,
  ) {}

  @Get('roles')
  async list(@Ctx() ctx: ApiContext, @Query() query: unknown) {
    requireAdmin(ctx, 'list_roles');
    const { name } = parse(ListQuery, query, 'query');
    const roles = await this.identity.roles.list({ name });
    return { roles: roles.map(role => roleView(role, this.links)), links: this.links.collection('roles') };
  }

  @Get('roles/:id')
  async show(@Ctx() ctx: ApiContext, @Param('id') id: string) {
    requireAdmin(ctx, 'get_role');
    return { role: roleView(await this.identity.roles.get(id), this.links) };
  }

  @Post('roles')
  async create(@Ctx() ctx: ApiContext, @Body() body: unknown) {
    requireAdmin(ctx, 'create_role');
    return { role: roleView(await this.identity.roles.create(parse(CreateRoleBody, body)), this.links) };
  }

  /** Which roles bring which others, directly. */
  @Get('role_inferences')
  async inferences(@Ctx() ctx: ApiContext) {
    requireAdmin(ctx, 'list_role_inference_rules');
    const roles = new Map((await this.identity.roles.list()).map(role => [role.name, { id: role.id, name: role.name }]));
    const rules = IMPLIED_ROLES.map(([prior, implied]) => ({ prior_role: roles.get(prior), implies: [roles.get(implied)] }));
    return { role_inferences: rules, links: this.links.collection('role_inferences') };
  }

  @Get('role_assignments')
  async assignments(@Ctx() ctx: ApiContext, @Query() query: unknown) {
    requireAdmin(ctx, 'list_role_assignments');
    const { filter, names, groupId } = parse(AssignmentsQuery, query, 'query');
    // There are no groups here, so none has a role.
    const rows = groupId === undefined ? await this.identity.assignments.list(filter) : [];
    return {
      role_assignments: rows.map(row => assignmentView(row, { names, links: this.links })),
      links: this.links.collection('role_assignments'),
    };
  }
}
