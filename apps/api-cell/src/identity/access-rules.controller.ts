import { Controller, Delete, Get, HttpCode, Param, Query } from '@nestjs/common';
import { EmbeddedIdentity } from '#identity';
import { type ApiContext, Ctx, parse } from '../http/index.js';
import { accessRuleView } from './identity.views.js';
import { IdentityLinks } from './identity-links.js';
import { authorizeForUser } from './identity-policy.js';
import { AccessRulesQuery } from './queries.schemas.js';

/** Access rules are made with the application credentials that name them first; they stay until they are deleted here. */
@Controller('v3/users/:userId/access_rules')
export class AccessRulesController {
  constructor(
    private readonly identity: EmbeddedIdentity,
    private readonly links: IdentityLinks,
  ) {}

  @Get()
  async list(@Ctx() ctx: ApiContext, @Param('userId') userId: string, @Query() query: unknown) {
    authorizeForUser(ctx, 'list_access_rules', userId);
    const rules = await this.identity.accessRules.list(userId, parse(AccessRulesQuery, query, 'query'));
    const links = this.links.collection(`users/${userId}/access_rules`);
    return { access_rules: rules.map(rule => accessRuleView(rule, userId, this.links)), links };
  }

  @Get(':id')
  async show(@Ctx() ctx: ApiContext, @Param('userId') userId: string, @Param('id') id: string) {
    authorizeForUser(ctx, 'get_access_rule', userId);
    return { access_rule: accessRuleView(await this.identity.accessRules.get(userId, id), userId, this.links) };
  }

  @Delete(':id')
  @HttpCode(204)
  async delete(@Ctx() ctx: ApiContext, @Param('userId') userId: string, @Param('id') id: string) {
    authorizeForUser(ctx, 'delete_access_rule', userId);
    await this.identity.accessRules.delete(userId, id);
  }
}
