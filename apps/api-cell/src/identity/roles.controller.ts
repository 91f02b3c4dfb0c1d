import { Body, Controller, Delete, Get, Head, HttpCode, Param, Patch, Post, Put, Query } from '@nestjs/common';
import { EmbeddedIdentity, type RoleRow } from '#identity';
import { type ApiContext, Ctx, parse } from '../http/index.js';
import { CreateRoleBody, UpdateRoleBody } from './identity.schemas.js';
import { assignmentView, inferredRoleView, roleView } from './identity.views.js';
import { IdentityLinks } from './identity-links.js';
import { authorize } from './identity-policy.js';
import { AssignmentsQuery, ListQuery } from './queries.schemas.js';

@Controller('v3')
export class RolesController {
  constructor(
    private readonly identity: EmbeddedIdentity,
    private readonly links: IdentityLinks,
  ) {}

  @Get('roles')
  async list(@Ctx() ctx: ApiContext, @Query() query: unknown) {
    authorize(ctx, 'list_roles');
    const { name, domainId = '' } = parse(ListQuery, query, 'query');
    const roles = await this.identity.roles.list({ name, domainId });
    return { roles: roles.map(role => roleView(role, this.links)), links: this.links.collection('roles') };
  }

  @Get('roles/:id')
  async show(@Ctx() ctx: ApiContext, @Param('id') id: string) {
    authorize(ctx, 'get_role');
    return { role: roleView(await this.identity.roles.get(id), this.links) };
  }

  @Post('roles')
  async create(@Ctx() ctx: ApiContext, @Body() body: unknown) {
    authorize(ctx, 'create_role');
    const role = parse(CreateRoleBody, body);
    if (role.domainId !== '') await this.identity.domains.get(role.domainId);
    return { role: roleView(await this.identity.roles.create(role), this.links) };
  }

  @Patch('roles/:id')
  async update(@Ctx() ctx: ApiContext, @Param('id') id: string, @Body() body: unknown) {
    authorize(ctx, 'update_role');
    return { role: roleView(await this.identity.roles.update(id, parse(UpdateRoleBody, body)), this.links) };
  }

  @Delete('roles/:id')
  @HttpCode(204)
  async delete(@Ctx() ctx: ApiContext, @Param('id') id: string) {
    authorize(ctx, 'delete_role');
    await this.identity.roles.delete(id);
  }

  @Get('roles/:id/implies')
  async implied(@Ctx() ctx: ApiContext, @Param('id') id: string) {
    authorize(ctx, 'list_implied_roles');
    const prior = await this.identity.roles.get(id);
    const [rule] = await this.inferencesOf(id);
    const role_inference = rule ?? { prior_role: inferredRoleView(prior, this.links), implies: [] };
    return { role_inference, links: this.links.self('roles', id, 'implies') };
  }

  /** Before GET, because the one that Fastify makes would answer 200. */
  @Head('roles/:id/implies/:impliedId')
  @HttpCode(204)
  async checkImplied(@Ctx() ctx: ApiContext, @Param('id') id: string, @Param('impliedId') impliedId: string) {
    authorize(ctx, 'check_implied_role');
    await this.identity.roles.requireImplied(id, impliedId);
  }

  @Get('roles/:id/implies/:impliedId')
  async getImplied(@Ctx() ctx: ApiContext, @Param('id') id: string, @Param('impliedId') impliedId: string) {
    authorize(ctx, 'get_implied_role');
    await this.identity.roles.requireImplied(id, impliedId);
    return this.inference(id, impliedId);
  }

  @Put('roles/:id/implies/:impliedId')
  @HttpCode(201)
  async imply(@Ctx() ctx: ApiContext, @Param('id') id: string, @Param('impliedId') impliedId: string) {
    authorize(ctx, 'create_implied_role');
    await this.identity.roles.imply(id, impliedId);
    return this.inference(id, impliedId);
  }

  @Delete('roles/:id/implies/:impliedId')
  @HttpCode(204)
  async unimply(@Ctx() ctx: ApiContext, @Param('id') id: string, @Param('impliedId') impliedId: string) {
    authorize(ctx, 'delete_implied_role');
    await this.identity.roles.unimply(id, impliedId);
  }

  /** Which roles bring which others, directly. */
  @Get('role_inferences')
  async inferences(@Ctx() ctx: ApiContext) {
    authorize(ctx, 'list_role_inference_rules');
    return { role_inferences: await this.inferencesOf(), links: this.links.collection('role_inferences') };
  }

  @Get('role_assignments')
  async assignments(@Ctx() ctx: ApiContext, @Query() query: unknown) {
    const { filter, names } = parse(AssignmentsQuery, query, 'query');
    authorize(ctx, filter.includeSubtree ? 'list_role_assignments_for_tree' : 'list_role_assignments');
    const rows = await this.identity.assignmentList.list(filter);
    return {
      role_assignments: rows.map(row => assignmentView(row, { names, links: this.links })),
      links: this.links.collection('role_assignments'),
    };
  }

  private async inferencesOf(priorId?: string) {
    const [rules, roles] = await Promise.all([this.identity.roles.implications(priorId), this.identity.roles.list()]);
    const views = new Map(
      roles.map((role): [string, ReturnType<typeof inferredRoleView>] => [role.id, inferredRoleView(role, this.links)]),
    );
    return [...new Set(rules.map(rule => rule.priorId))].map(id => ({
      prior_role: views.get(id),
      implies: rules.filter(rule => rule.priorId === id).map(rule => views.get(rule.impliedId)),
    }));
  }

  private async inference(priorId: string, impliedId: string) {
    const view = (role: RoleRow) => inferredRoleView(role, this.links);
    const [prior, implied] = await Promise.all([this.identity.roles.get(priorId), this.identity.roles.get(impliedId)]);
    return {
      role_inference: { prior_role: view(prior), implies: view(implied) },
      links: this.links.self('roles', priorId, 'implies', impliedId),
    };
  }
}
