import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { EmbeddedIdentity } from '#identity';
import { type ApiContext, Ctx, parse } from '../http/index.js';
import { ChangePasswordBody, CreateUserBody, UpdateUserBody } from './identity.schemas.js';
import { groupView, projectView, userView } from './identity.views.js';
import { IdentityLinks } from './identity-links.js';
import { authorize, authorizeForUser } from './identity-policy.js';
import { ListQuery } from './queries.schemas.js';

@Controller('v3/users')
export class UsersController {
  constructor(
    private readonly identity: EmbeddedIdentity,
    private readonly links: IdentityLinks,
  ) {}

  @Get()
  async list(@Ctx() ctx: ApiContext, @Query() query: unknown) {
    authorize(ctx, 'list_users');
    const { name, domainId, enabled } = parse(ListQuery, query, 'query');
    const users = await this.identity.users.list({ name, domainId, enabled });
    return { users: users.map(user => userView(user, this.links)), links: this.links.collection('users') };
  }

  @Get(':id')
  async show(@Ctx() ctx: ApiContext, @Param('id') id: string) {
    authorizeForUser(ctx, 'get_user', id);
    return { user: userView(await this.identity.users.get(id), this.links) };
  }

  @Get(':id/projects')
  async projects(@Ctx() ctx: ApiContext, @Param('id') id: string) {
    authorizeForUser(ctx, 'list_user_projects', id);
    await this.identity.users.get(id);
    const projects = await this.identity.projects.list({ userId: id });
    return { projects: projects.map(project => projectView(project, this.links)), links: this.links.collection(`users/${id}/projects`) };
  }

  @Get(':id/groups')
  async groups(@Ctx() ctx: ApiContext, @Param('id') id: string) {
    authorizeForUser(ctx, 'list_groups_for_user', id);
    await this.identity.users.get(id);
    const groups = await this.identity.groups.ofUser(id);
    return { groups: groups.map(group => groupView(group, this.links)), links: this.links.collection(`users/${id}/groups`) };
  }

  @Post()
  async create(@Ctx() ctx: ApiContext, @Body() body: unknown) {
    authorize(ctx, 'create_user');
    const { domainId = ctx.identity.user.domain.id, ...fields } = parse(CreateUserBody, body);
    await this.identity.domains.get(domainId);
    return { user: userView(await this.identity.users.create({ domainId, ...fields }), this.links) };
  }

  @Patch(':id')
  async update(@Ctx() ctx: ApiContext, @Param('id') id: string, @Body() body: unknown) {
    authorize(ctx, 'update_user');
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
    authorize(ctx, 'delete_user');
    await this.identity.users.delete(id);
  }
}
