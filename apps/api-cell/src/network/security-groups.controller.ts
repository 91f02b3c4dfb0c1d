import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { CloudError, isUuid, readsEverything } from '#domain';
import { QuotaLimitsService, SecurityGroupsService } from '../compute/index.js';
import { type ApiContext, Ctx, parse } from '../http/index.js';
import { matching } from './matching.js';
import { authorize } from './network-rules.js';
import { CreateGroup, UpdateGroup } from './security-group.schema.js';
import { groupView } from './security-group.view.js';

/** The security groups that compute's old calls show, too. */
@Controller('v2.0/security-groups')
export class SecurityGroupsController {
  constructor(
    private readonly groups: SecurityGroupsService,
    private readonly quotas: QuotaLimitsService,
  ) {}

  /** An administrator sees those of all projects, as in Neutron. */
  @Get()
  async list(@Ctx() ctx: ApiContext, @Query() query: unknown) {
    authorize('get_security_group', ctx);
    const groups = await this.groups.list(ctx, { allProjects: readsEverything(ctx) });
    return { security_groups: matching(groups.map(groupView), query) };
  }

  @Get(':id')
  async show(@Ctx() ctx: ApiContext, @Param('id') id: string) {
    const group = await this.find(ctx, id);
    authorize('get_security_group', ctx, group.projectId);
    return { security_group: groupView(group) };
  }

  @Post()
  @HttpCode(201)
  async create(@Ctx() ctx: ApiContext, @Body() body: unknown) {
    const { security_group: wanted } = parse(CreateGroup, body);
    authorize('create_security_group', ctx);
    const { name, description, ...owner } = wanted;
    checkOwner(ctx, owner);
    const { security_groups: limit } = await this.quotas.of(ctx.projectId);
    return { security_group: groupView(await this.groups.create(ctx, { name, description }, limit)) };
  }

  @Put(':id')
  async update(@Ctx() ctx: ApiContext, @Param('id') id: string, @Body() body: unknown) {
    const { security_group: naming } = parse(UpdateGroup, body);
    const { projectId } = await this.find(ctx, id);
    authorize('update_security_group', ctx, projectId);
    return { security_group: groupView(await this.groups.update(ctx, id, naming)) };
  }

  @Delete(':id')
  @HttpCode(204)
  async remove(@Ctx() ctx: ApiContext, @Param('id') id: string) {
    const { projectId } = await this.find(ctx, id);
    authorize('delete_security_group', ctx, projectId);
    await this.groups.delete(ctx, id);
  }

  /** Clients try a name where an id belongs: there is none with such an id. */
  private find(ctx: ApiContext, id: string) {
    if (!isUuid(id)) throw new CloudError('notFound', `Security group ${id} does not exist`);
    return this.groups.show(ctx, id);
  }
}

/** @throws CloudError `forbidden` where it shall be another project's. */
export const checkOwner = (ctx: ApiContext, owner: { readonly project_id?: string; readonly tenant_id?: string }): void => {
  const wanted = owner.project_id ?? owner.tenant_id;
  if (wanted !== undefined && wanted !== ctx.projectId)
    throw new CloudError('forbidden', `project_id: ${wanted} is not the project of the token; what is made is of that.`);
};
