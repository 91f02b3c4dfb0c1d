import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { CloudError, readsEverything } from '#domain';
import { QuotaLimitsService, SecurityGroupsService } from '../compute/index.js';
import { type ApiContext, Ctx, parse } from '../http/index.js';
import { matching } from './matching.js';
import { authorize } from './network-rules.js';
import { allowedBy, CreateRule } from './security-group.schema.js';
import { ruleView } from './security-group.view.js';
import { checkOwner } from './security-groups.controller.js';

/** The rules of security groups, one by one. */
@Controller('v2.0/security-group-rules')
export class SecurityGroupRulesController {
  constructor(
    private readonly groups: SecurityGroupsService,
    private readonly quotas: QuotaLimitsService,
  ) {}

  @Get()
  async list(@Ctx() ctx: ApiContext, @Query() query: unknown) {
    authorize('get_security_group_rule', ctx);
    return { security_group_rules: matching(await this.seen(ctx), query) };
  }

  @Get(':id')
  async show(@Ctx() ctx: ApiContext, @Param('id') id: string) {
    const rule = await this.find(ctx, id);
    authorize('get_security_group_rule', ctx, rule.project_id);
    return { security_group_rule: rule };
  }

  @Post()
  @HttpCode(201)
  async create(@Ctx() ctx: ApiContext, @Body() body: unknown) {
    const { security_group_rule: wanted } = parse(CreateRule, body);
    checkOwner(ctx, wanted);
    const allowed = allowedBy(wanted);
    const group = await this.groups.show(ctx, wanted.security_group_id);
    authorize('create_security_group_rule', ctx, group.projectId);
    const { security_group_rules: limit } = await this.quotas.of(group.projectId);
    const rule = await this.groups.addRule(ctx, group.id, allowed, limit);
    return { security_group_rule: ruleView(rule, group.projectId) };
  }

  @Delete(':id')
  @HttpCode(204)
  async remove(@Ctx() ctx: ApiContext, @Param('id') id: string) {
    const rule = await this.find(ctx, id);
    authorize('delete_security_group_rule', ctx, rule.project_id);
    await this.groups.deleteRule(ctx, id);
  }

  private async find(ctx: ApiContext, id: string) {
    const rule = (await this.seen(ctx)).find(one => one.id === id);
    if (!rule) throw new CloudError('notFound', `Security group rule ${id} does not exist`);
    return rule;
  }

  private async seen(ctx: ApiContext) {
    const groups = await this.groups.list(ctx, { allProjects: readsEverything(ctx) });
    return groups.flatMap(group => group.rules.map(rule => ruleView(rule, group.projectId)));
  }
}
