import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { EmbeddedIdentity } from '#identity';
import { type ApiContext, Ctx, parse } from '../http/index.js';
import { CreateDomainBody, UpdateDomainBody } from './identity.schemas.js';
import { domainView } from './identity.views.js';
import { IdentityLinks } from './identity-links.js';
import { authorize } from './identity-policy.js';
import { ListQuery } from './queries.schemas.js';

@Controller('v3/domains')
export class DomainsController {
  constructor(
    private readonly identity: EmbeddedIdentity,
    private readonly links: IdentityLinks,
  ) {}

  @Get()
  async list(@Ctx() ctx: ApiContext, @Query() query: unknown) {
    authorize(ctx, 'list_domains');
    const { name, enabled } = parse(ListQuery, query, 'query');
    const domains = await this.identity.domains.list({ name, enabled });
    return { domains: domains.map(domain => domainView(domain, this.links)), links: this.links.collection('domains') };
  }

  @Get(':id')
  async show(@Ctx() ctx: ApiContext, @Param('id') id: string) {
    authorize(ctx, 'get_domain', { 'target.domain.id': id });
    return { domain: domainView(await this.identity.domains.get(id), this.links) };
  }

  @Post()
  async create(@Ctx() ctx: ApiContext, @Body() body: unknown) {
    authorize(ctx, 'create_domain');
    return { domain: domainView(await this.identity.domains.create(parse(CreateDomainBody, body)), this.links) };
  }

  @Patch(':id')
  async update(@Ctx() ctx: ApiContext, @Param('id') id: string, @Body() body: unknown) {
    authorize(ctx, 'update_domain');
    return { domain: domainView(await this.identity.domains.update(id, parse(UpdateDomainBody, body)), this.links) };
  }

  @Delete(':id')
  @HttpCode(204)
  async delete(@Ctx() ctx: ApiContext, @Param('id') id: string) {
    authorize(ctx, 'delete_domain');
    await this.identity.domains.delete(id);
  }
}
