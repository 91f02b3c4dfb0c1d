import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Put, Query } from '@nestjs/common';
import { EmbeddedIdentity } from '#identity';
import { type ApiContext, Ctx, parse } from '../http/index.js';
import { CreateGroupBody, UpdateGroupBody } from './identity.schemas.js';
import { groupView, userView } from './identity.views.js';
import { IdentityLinks } from './identity-links.js';
import { authorize } from './identity-policy.js';
import { ListQuery } from './queries.schemas.js';

@Controller('v3/groups')
export class GroupsController {
  constructor(
    private readonly identity: EmbeddedIdentity,
    private readonly links: IdentityLinks,
  ) {}

  @Get()
  async list(@Ctx() ctx: ApiContext, @Query() query: unknown) {
    authorize(ctx, 'list_groups');
    const { name, domainId } = parse(ListQuery, query, 'query');
    const groups = await this.identity.groups.list({ name, domainId });
    return { groups: groups.map(group => groupView(group, this.links)), links: this.links.collection('groups') };
  }

  @Get(':id')
  async show(@Ctx() ctx: ApiContext, @Param('id') id: string) {
    authorize(ctx, 'get_group');
    return { group: groupView(await this.identity.groups.get(id), this.links) };
  }

  @Post()
  async create(@Ctx() ctx: ApiContext, @Body() body: unknown) {
    authorize(ctx, 'create_group');
    const { domainId = ctx.identity.user.domain.id, fields } = parse(CreateGroupBody, body);
    await this.identity.domains.get(domainId);
    return { group: groupView(await this.identity.groups.create({ domainId, ...fields }), this.links) };
  }

  @Patch(':id')
  async update(@Ctx() ctx: ApiContext, @Param('id') id: string, @Body() body: unknown) {
    authorize(ctx, 'update_group');
    return { group: groupView(await this.identity.groups.update(id, parse(UpdateGroupBody, body)), this.links) };
  }

  @Delete(':id')
  @HttpCode(204)
  async delete(@Ctx() ctx: ApiContext, @Param('id') id: string) {
    authorize(ctx, 'delete_group');
    await this.identity.groups.delete(id);
  }

  @Get(':id/users')
  async members(@Ctx() ctx: ApiContext, @Param('id') id: string) {
    authorize(ctx, 'list_users_in_group');
    const users = await this.identity.groups.members(id);
    return { users: users.map(user => userView(user, this.links)), links: this.links.collection(`groups/${id}/users`) };
  }

  /** HEAD is answered by it too. */
  @Get(':id/users/:userId')
  @HttpCode(204)
  async check(@Ctx() ctx: ApiContext, @Param('id') id: string, @Param('userId') userId: string) {
    authorize(ctx, 'check_user_in_group');
    await this.identity.groups.requireMember(id, userId);
  }

  @Put(':id/users/:userId')
  @HttpCode(204)
  async add(@Ctx() ctx: ApiContext, @Param('id') id: string, @Param('userId') userId: string) {
    authorize(ctx, 'add_user_to_group');
    await this.identity.groups.add(id, userId);
  }

  @Delete(':id/users/:userId')
  @HttpCode(204)
  async remove(@Ctx() ctx: ApiContext, @Param('id') id: string, @Param('userId') userId: string) {
    authorize(ctx, 'remove_user_from_group');
    await this.identity.groups.remove(id, userId);
  }
}
