import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Put, Query } from '@nestjs/common';
import { EmbeddedIdentity } from '#identity';
import { type ApiContext, Ctx, parse } from '../http/index.js';
import {
  CreateEndpointBody,
  CreateRegionBody,
  CreateServiceBody,
  UpdateEndpointBody,
  UpdateRegionBody,
  UpdateServiceBody,
} from './catalog.schemas.js';
import { endpointView, regionView, serviceView } from './identity.views.js';
import { IdentityLinks } from './identity-links.js';
import { authorize } from './identity-policy.js';
import { ListQuery } from './queries.schemas.js';

/** Services, endpoints and regions: this cloud's own, and those that administrators register. */
@Controller('v3')
export class CatalogController {
  constructor(
    private readonly identity: EmbeddedIdentity,
    private readonly links: IdentityLinks,
  ) {}

  @Get('regions')
  async regions(@Ctx() ctx: ApiContext, @Query() query: unknown) {
    authorize(ctx, 'list_regions');
    const { parentRegionId } = parse(ListQuery, query, 'query');
    const regions = await this.identity.catalog.regions({ parentRegionId });
    return { regions: regions.map(region => regionView(region, this.links)), links: this.links.collection('regions') };
  }

  @Get('regions/:id')
  async region(@Ctx() ctx: ApiContext, @Param('id') id: string) {
    authorize(ctx, 'get_region');
    return { region: regionView(await this.identity.catalog.region(id), this.links) };
  }

  @Post('regions')
  async createRegion(@Ctx() ctx: ApiContext, @Body() body: unknown) {
    authorize(ctx, 'create_region');
    return { region: regionView(await this.identity.catalog.createRegion(parse(CreateRegionBody, body)), this.links) };
  }

  @Put('regions/:id')
  @HttpCode(201)
  async putRegion(@Ctx() ctx: ApiContext, @Param('id') id: string, @Body() body: unknown) {
    authorize(ctx, 'create_region');
    return { region: regionView(await this.identity.catalog.createRegion({ ...parse(CreateRegionBody, body), id }), this.links) };
  }

  @Patch('regions/:id')
  async updateRegion(@Ctx() ctx: ApiContext, @Param('id') id: string, @Body() body: unknown) {
    authorize(ctx, 'update_region');
    return { region: regionView(await this.identity.catalog.updateRegion(id, parse(UpdateRegionBody, body)), this.links) };
  }

  @Delete('regions/:id')
  @HttpCode(204)
  async deleteRegion(@Ctx() ctx: ApiContext, @Param('id') id: string) {
    authorize(ctx, 'delete_region');
    await this.identity.catalog.deleteRegion(id);
  }

  @Get('services')
  async services(@Ctx() ctx: ApiContext, @Query() query: unknown) {
    authorize(ctx, 'list_services');
    const { type, name } = parse(ListQuery, query, 'query');
    const services = await this.identity.catalog.services({ type, name });
    return { services: services.map(service => serviceView(service, this.links)), links: this.links.collection('services') };
  }

  @Get('services/:id')
  async service(@Ctx() ctx: ApiContext, @Param('id') id: string) {
    authorize(ctx, 'get_service');
    return { service: serviceView(await this.identity.catalog.service(id), this.links) };
  }

  @Post('services')
  async createService(@Ctx() ctx: ApiContext, @Body() body: unknown) {
    authorize(ctx, 'create_service');
    return { service: serviceView(await this.identity.catalog.createService(parse(CreateServiceBody, body)), this.links) };
  }

  @Patch('services/:id')
  async updateService(@Ctx() ctx: ApiContext, @Param('id') id: string, @Body() body: unknown) {
    authorize(ctx, 'update_service');
    return { service: serviceView(await this.identity.catalog.updateService(id, parse(UpdateServiceBody, body)), this.links) };
  }

  @Delete('services/:id')
  @HttpCode(204)
  async deleteService(@Ctx() ctx: ApiContext, @Param('id') id: string) {
    authorize(ctx, 'delete_service');
    await this.identity.catalog.deleteService(id);
  }

  @Get('endpoints')
  async endpoints(@Ctx() ctx: ApiContext, @Query() query: unknown) {
    authorize(ctx, 'list_endpoints');
    const { serviceId, interface: kind, regionId } = parse(ListQuery, query, 'query');
    const endpoints = await this.identity.catalog.endpoints({ serviceId, interface: kind, regionId });
    return { endpoints: endpoints.map(endpoint => endpointView(endpoint, this.links)), links: this.links.collection('endpoints') };
  }

  @Get('endpoints/:id')
  async endpoint(@Ctx() ctx: ApiContext, @Param('id') id: string) {
    authorize(ctx, 'get_endpoint');
    return { endpoint: endpointView(await this.identity.catalog.endpoint(id), this.links) };
  }

  @Post('endpoints')
  async createEndpoint(@Ctx() ctx: ApiContext, @Body() body: unknown) {
    authorize(ctx, 'create_endpoint');
    return { endpoint: endpointView(await this.identity.catalog.createEndpoint(parse(CreateEndpointBody, body)), this.links) };
  }

  @Patch('endpoints/:id')
  async updateEndpoint(@Ctx() ctx: ApiContext, @Param('id') id: string, @Body() body: unknown) {
    authorize(ctx, 'update_endpoint');
    return { endpoint: endpointView(await this.identity.catalog.updateEndpoint(id, parse(UpdateEndpointBody, body)), this.links) };
  }

  @Delete('endpoints/:id')
  @HttpCode(204)
  async deleteEndpoint(@Ctx() ctx: ApiContext, @Param('id') id: string) {
    authorize(ctx, 'delete_endpoint');
    await this.identity.catalog.deleteEndpoint(id);
  }
}
