import { Controller, Get, Param, Query } from '@nestjs/common';
import { CloudError } from '#domain';
import { EmbeddedIdentity } from '#identity';
import { type ApiContext, Ctx, parse } from '../http/index.js';
import { ListQuery } from './identity.schemas.js';
import { domainView, endpointView, regionView, serviceView } from './identity.views.js';
import { IdentityLinks } from './identity-links.js';
import { requireAdmin } from './identity-policy.js';

/** What the operator configures rather than users: read only. */
@Controller('v3')
export class CatalogController {
  constructor(
    private readonly identity: EmbeddedIdentity,
    private readonly links: IdentityLinks,
  ) {}

  @Get('domains')
  async domains(@Ctx() ctx: ApiContext, @Query() query: unknown) {
    requireAdmin(ctx, 'list_domains');
    const { name, enabled } = parse(ListQuery, query, 'query');
    const domains = await this.identity.projects.domains({ name, enabled });
    return { domains: domains.map(domain => domainView(domain, this.links)), links: this.links.collection('domains') };
  }

  @Get('domains/:id')
  async domain(@Ctx() ctx: ApiContext, @Param('id') id: string) {
    if (ctx.identity.user.domain.id !== id) requireAdmin(ctx, 'get_domain');
    return { domain: domainView(await this.identity.projects.domain(id), this.links) };
  }

  @Get('regions')
  regions() {
    return { regions: [regionView(this.identity.catalog.region, this.links)], links: this.links.collection('regions') };
  }

  @Get('regions/:id')
  region(@Param('id') id: string) {
    if (id !== this.identity.catalog.region) throw new CloudError('notFound', `Could not find region: ${id}.`);
    return { region: regionView(id, this.links) };
  }

  @Get('services')
  services(@Ctx() ctx: ApiContext, @Query() query: unknown) {
    requireAdmin(ctx, 'list_services');
    const { type, name } = parse(ListQuery, query, 'query');
    const services = this.identity.catalog.services.filter(
      service => (type ?? service.type) === service.type && (name ?? service.name) === service.name,
    );
    return { services: services.map(service => serviceView(service, this.links)), links: this.links.collection('services') };
  }

  @Get('services/:id')
  service(@Ctx() ctx: ApiContext, @Param('id') id: string) {
    requireAdmin(ctx, 'get_service');
    const service = this.identity.catalog.services.find(candidate => candidate.id === id);
    if (!service) throw new CloudError('notFound', `Could not find service: ${id}.`);
    return { service: serviceView(service, this.links) };
  }

  @Get('endpoints')
  endpoints(@Ctx() ctx: ApiContext, @Query() query: unknown) {
    requireAdmin(ctx, 'list_endpoints');
    const wanted = parse(ListQuery, query, 'query');
    const endpoints = this.allEndpoints().filter(
      endpoint =>
        (wanted.serviceId ?? endpoint.service_id) === endpoint.service_id &&
        (wanted.interface ?? endpoint.interface) === endpoint.interface &&
        (wanted.regionId ?? endpoint.region_id) === endpoint.region_id,
    );
    return { endpoints, links: this.links.collection('endpoints') };
  }

  @Get('endpoints/:id')
  endpoint(@Ctx() ctx: ApiContext, @Param('id') id: string) {
    requireAdmin(ctx, 'get_endpoint');
    const endpoint = this.allEndpoints().find(candidate => candidate.id === id);
    if (!endpoint) throw new CloudError('notFound', `Could not find endpoint: ${id}.`);
    return { endpoint };
  }

  private allEndpoints() {
    return this.identity.catalog.services.flatMap(({ id, endpoints }) => endpoints.map(endpoint => endpointView(endpoint, id, this.links)));
  }
}
