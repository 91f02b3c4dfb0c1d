import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { EmbeddedIdentity } from '#identity';
import { type ApiContext, Ctx, parse } from '../http/index.js';
import { CreateProjectBody, ListQuery, UpdateProjectBody } from './identity.schemas.js';
import { projectView } from './identity.views.js';
import { IdentityLinks } from './identity-links.js';
import { requireAdmin, requireAdminOrMember } from './identity-policy.js';

@Controller('v3/projects')
export class ProjectsController {
  constructor(
    private readonly identity: EmbeddedIdentity,
    private readonly links: IdentityLinks,
  ) {}

  @Get()
  async list(@Ctx() ctx: ApiContext, @Query() query: unknown) {
    requireAdmin(ctx, 'list_projects');
    const { name, domainId, enabled, isDomain } = parse(ListQuery, query, 'query');
    const projects = isDomain ? [] : await this.identity.projects.list({ name, domainId, enabled });
    return { projects: projects.map(project => projectView(project, this.links)), links: this.links.collection('projects') };
  }

  @Get(':id')
  async show(@Ctx() ctx: ApiContext, @Param('id') id: string) {
    requireAdminOrMember(ctx, id, 'get_project');
    return { project: projectView(await this.identity.projects.get(id), this.links) };
  }

  @Post()
  async create(@Ctx() ctx: ApiContext, @Body() body: unknown) {
    requireAdmin(ctx, 'create_project');
    const { domainId = ctx.identity.user.domain.id, ...fields } = parse(CreateProjectBody, body);
    return { project: projectView(await this.identity.projects.create({ domainId, ...fields }), this.links) };
  }

  @Patch(':id')
  async update(@Ctx() ctx: ApiContext, @Param('id') id: string, @Body() body: unknown) {
    requireAdmin(ctx, 'update_project');
    return { project: projectView(await this.identity.projects.update(id, parse(UpdateProjectBody, body)), this.links) };
  }

  @Delete(':id')
  @HttpCode(204)
  async delete(@Ctx() ctx: ApiContext, @Param('id') id: string) {
    requireAdmin(ctx, 'delete_project');
    await this.identity.projects.delete(id);
  }
}
