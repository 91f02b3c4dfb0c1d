import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { EmbeddedIdentity } from '#identity';
import { type ApiContext, Ctx, parse } from '../http/index.js';
import { ChangePasswordBody, CreateUserBody, ListQuery, UpdateUserBody } from './identity.schemas.js';
import { projectView, userView } from './identity.views.js';
import { IdentityLinks } from './identity-links.js';
import { requireAdmin, requireAdminOrSelf } from './identity-policy.js';

@Controller('v3/users')
export class UsersController {
  constructor(
    private readonly identity: EmbeddedIdentity,
    private readonly links: IdentityLinks,
  ) {}

  @Get()
  async list(@Ctx() ctx: ApiContext, @Query() query: unknown) {
    requireAdmin(ctx, 'list_users');
    const { name, domainId, enabled } = parse(ListQuery, query, 'query');
    const users = await this.identity.users.list({ name, domainId, enabled });
    return { users: users.map(user => userView(user, this.links)), links: this.links.collection('users') };
  }

  @Get(':id')
  async show(@Ctx() ctx: ApiContext, @Param('id') id: string) {
    requireAdminOrSelf(ctx, id, 'get_user');
    return { user: userView(await this.identity.users.get(id), this.links) };
  }

  @Get(':id/projects')
  async projects(@Ctx() ctx: ApiContext, @Param('id') id: string) {
    requireAdminOrSelf(ctx, id, 'list_user_projects');
    await this.identity.users.get(id);
    const projects = await this.identity.projects.list({ userId: id });
    return { projects: projects.map(project => projectView(project, this.links)), links: this.links.collection(`users/${id}/projects`) };
  }

  @Post()
  async create(@Ctx() ctx: ApiContext, @Body() body: unknown) {
    requireAdmin(ctx, 'create_user');
    const { domainId = ctx.identity.user.domain.id, ...fields } = parse(CreateUserBody, body);
    await this.identity.projects.domain(domainId);
    return { user: userView(await this.identity.users.create({ domainId, ...fields }), this.links) };
  }

  @Patch(':id')
  async update(@Ctx() ctx: ApiContext, @Param('id') id: string, @Body() body: unknown) {
    requireAdmin(ctx, 'update_user');
    return { user: userView(await this.identity.users.update(id, parse(UpdateUserBody, body)), this.links) };
  }

  /** Needs no token: whoever knows the old password is the user. */
  @Post(':id/password')
  @HttpCode(204)
  async changePassword(@Param('id') id: string, @Body() body: unknown) {
    await this.identity.users.changePassword(id, parse(ChangePasswordBody, body));
  }

  @Delete(':id')
  @HttpCode(204)
  async delete(@Ctx() ctx: ApiContext, @Param('id') id: string) {
    requireAdmin(ctx, 'delete_user');
    await this.identity.users.delete(id);
  }
}
