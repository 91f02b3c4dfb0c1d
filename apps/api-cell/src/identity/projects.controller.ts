import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Put, Query } from '@nestjs/common';
import { CloudError } from '#domain';
import { EmbeddedIdentity, type NewDomain, type ProjectRow } from '#identity';
import { type ApiContext, Ctx, parse } from '../http/index.js';
import { definedOnly } from './defined-only.js';
import { CreateProjectBody, ProjectTag, ProjectTags, UpdateProjectBody } from './identity.schemas.js';
import { domainAsProjectView, projectView } from './identity.views.js';
import { IdentityLinks } from './identity-links.js';
import { authorize, authorizeForProject } from './identity-policy.js';
import { ListQuery } from './queries.schemas.js';

@Controller('v3/projects')
export class ProjectsController {
  constructor(
    private readonly identity: EmbeddedIdentity,
    private readonly links: IdentityLinks,
  ) {}

  @Get()
  async list(@Ctx() ctx: ApiContext, @Query() query: unknown) {
    authorize(ctx, 'list_projects');
    const { name, domainId, enabled, parentId, tags, isDomain } = parse(ListQuery, query, 'query');
    const links = this.links.collection('projects');
    if (isDomain) {
      const isAbove = domainId === undefined && parentId === undefined && tags === undefined;
      const domains = isAbove ? await this.identity.domains.list(definedOnly({ name, enabled })) : [];
      return { projects: domains.map(domain => domainAsProjectView(domain, this.links)), links };
    }
    const projects = await this.identity.projects.list({ name, domainId, enabled, parentId, tags });
    return { projects: projects.map(project => projectView(project, this.links)), links };
  }

  /** `?parents_as_list`, `?subtree_as_ids` and their like add those above and below. */
  @Get(':id')
  async show(@Ctx() ctx: ApiContext, @Param('id') id: string, @Query() query: object) {
    authorizeForProject(ctx, 'get_project', id);
    const domain = await this.identity.domains.find(id);
    if (domain) return { project: domainAsProjectView(domain, this.links) };
    const project = await this.identity.projects.get(id);
    return { project: { ...projectView(project, this.links), ...(await this.relatives(project, query)) } };
  }

  @Post()
  async create(@Ctx() ctx: ApiContext, @Body() body: unknown) {
    authorize(ctx, 'create_project');
    const { isDomain: makesDomain, domainId: asked, parentId: above, fields } = parse(CreateProjectBody, body);
    if (makesDomain) return this.createDomain(ctx, fields);
    const isDomain = above !== null && (await this.identity.domains.find(above)) !== null;
    if (isDomain && asked !== undefined && asked !== above)
      throw new CloudError('invalid', "Invalid input for field 'project.parent_id': it is another domain than domain_id.");
    const parentId = isDomain ? null : above;
    const domainId = asked ?? (isDomain ? above : undefined) ?? (await this.domainOf(parentId)) ?? homeOf(ctx);
    return { project: projectView(await this.identity.projects.create({ domainId, parentId, ...fields }), this.links) };
  }

  @Patch(':id')
  async update(@Ctx() ctx: ApiContext, @Param('id') id: string, @Body() body: unknown) {
    authorize(ctx, 'update_project');
    const { changes, parentId, domainId } = parse(UpdateProjectBody, body);
    if (await this.identity.domains.find(id)) {
      authorize(ctx, 'update_domain');
      const { name, description, enabled, extra } = changes;
      const domain = await this.identity.domains.update(id, definedOnly({ name, description, enabled, extra }));
      return { project: domainAsProjectView(domain, this.links) };
    }
    const project = await this.identity.projects.get(id);
    if (parentId !== undefined && parentId !== (project.parentId ?? project.domainId))
      throw new CloudError('forbidden', 'Update of `parent_id` is not allowed.');
    if (domainId !== undefined && domainId !== null && domainId !== project.domainId)
      throw new CloudError('forbidden', 'Update of `domain_id` is not allowed.');
    return { project: projectView(await this.identity.projects.update(id, changes), this.links) };
  }

  @Delete(':id')
  @HttpCode(204)
  async delete(@Ctx() ctx: ApiContext, @Param('id') id: string) {
    authorize(ctx, 'delete_project');
    if (await this.identity.domains.find(id)) {
      authorize(ctx, 'delete_domain');
      return this.identity.domains.delete(id);
    }
    await this.identity.projects.delete(id);
  }

  private async createDomain(ctx: ApiContext, { name, description, enabled, extra }: NewDomain) {
    authorize(ctx, 'create_domain');
    return { project: domainAsProjectView(await this.identity.domains.create({ name, description, enabled, extra }), this.links) };
  }

  @Get(':id/tags')
  async tags(@Ctx() ctx: ApiContext, @Param('id') id: string) {
    authorizeForProject(ctx, 'list_project_tags', id);
    return this.tagsView((await this.identity.projects.get(id)).tags ?? [], id);
  }

  @Put(':id/tags')
  async setTags(@Ctx() ctx: ApiContext, @Param('id') id: string, @Body() body: unknown) {
    authorize(ctx, 'update_project_tags');
    const tags = parse(ProjectTags, body);
    await this.identity.projects.update(id, { tags });
    return this.tagsView(tags, id);
  }

  @Delete(':id/tags')
  @HttpCode(204)
  async clearTags(@Ctx() ctx: ApiContext, @Param('id') id: string) {
    authorize(ctx, 'delete_project_tags');
    await this.identity.projects.update(id, { tags: [] });
  }

  @Get(':id/tags/:tag')
  @HttpCode(204)
  async hasTag(@Ctx() ctx: ApiContext, @Param('id') id: string, @Param('tag') tag: string) {
    authorizeForProject(ctx, 'get_project_tag', id);
    await this.tagsWith(id, tag);
  }

  @Put(':id/tags/:tag')
  @HttpCode(201)
  async addTag(@Ctx() ctx: ApiContext, @Param('id') id: string, @Param('tag') tag: string) {
    authorize(ctx, 'create_project_tag');
    const { tags } = await this.identity.projects.get(id);
    await this.identity.projects.update(id, { tags: [...new Set([...(tags ?? []), parse(ProjectTag, tag, 'tag')])] });
  }

  @Delete(':id/tags/:tag')
  @HttpCode(204)
  async removeTag(@Ctx() ctx: ApiContext, @Param('id') id: string, @Param('tag') tag: string) {
    authorize(ctx, 'delete_project_tag');
    const tags = await this.tagsWith(id, tag);
    await this.identity.projects.update(id, { tags: tags.filter(other => other !== tag) });
  }

  /** @throws CloudError `notFound` when it is not among them */
  private async tagsWith(id: string, tag: string): Promise<string[]> {
    const tags = (await this.identity.projects.get(id)).tags ?? [];
    if (!tags.includes(tag)) throw new CloudError('notFound', `Could not find project tag: ${tag}.`);
    return tags;
  }

  private tagsView(tags: readonly string[], id: string) {
    return { tags, links: this.links.self('projects', id, 'tags') };
  }

  private async domainOf(projectId: string | null): Promise<string | undefined> {
    return projectId === null ? undefined : (await this.identity.projects.get(projectId)).domainId;
  }

  private async relatives(project: ProjectRow, query: object) {
    const wants = (name: string): boolean => name in query;
    const { projects } = this.identity;
    const parents = wants('parents_as_list') || wants('parents_as_ids') ? await projects.parentsOf(project) : [];
    const below = wants('subtree_as_list') || wants('subtree_as_ids') ? await projects.subtreeOf(project.id) : [];
    const listed = (rows: readonly ProjectRow[]) => rows.map(row => ({ project: projectView(row, this.links) }));
    return {
      ...(wants('parents_as_list') && { parents: listed(parents) }),
      ...(wants('parents_as_ids') && { parents: chainOf([...parents.map(({ id }) => id), project.domainId]) }),
      ...(wants('subtree_as_list') && { subtree: listed(below) }),
      ...(wants('subtree_as_ids') && { subtree: treeOf(project.id, below) }),
    };
  }
}

const homeOf = (ctx: ApiContext): string => ctx.identity.domain?.id ?? ctx.identity.user.domain.id;

interface Tree {
  readonly [id: string]: Tree | null;
}

/** `{ nearest: { next: { domain: null } } }` */
const chainOf = ([first, ...others]: readonly string[]): Tree | null => (first === undefined ? null : { [first]: chainOf(others) });

const treeOf = (id: string, rows: readonly ProjectRow[]): Tree | null => {
  const children = rows.filter(row => row.parentId === id);
  return children.length === 0 ? null : Object.fromEntries(children.map(child => [child.id, treeOf(child.id, rows)]));
};
