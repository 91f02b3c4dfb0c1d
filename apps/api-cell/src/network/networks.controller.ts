import { Controller, Delete, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { CloudError } from '#domain';
import { matching } from './matching.js';
import { Pools } from './pools.js';

/** The only networks yet: those that floating addresses come from. Every project sees them. */
@Controller('v2.0/networks')
export class NetworksController {
  constructor(private readonly pools: Pools) {}

  @Get()
  list(@Query() query: unknown) {
    return { networks: matching(this.all(), query) };
  }

  @Get(':id')
  show(@Param('id') id: string) {
    const network = this.all().find(one => one.id === id);
    if (!network) throw notFound(id);
    return { network };
  }

  @Post()
  @HttpCode(201)
  create() {
    throw new CloudError('notImplemented', 'This cloud has no networks of its own yet: a network cannot be made.');
  }

  @Put(':id')
  update(@Param('id') id: string) {
    throw this.refusal(id);
  }

  @Delete(':id')
  remove(@Param('id') id: string) {
    throw this.refusal(id);
  }

  private refusal(id: string): CloudError {
    if (!this.all().some(network => network.id === id)) return notFound(id);
    return new CloudError('conflict', `Network ${id} is of the cloud's configuration: only its operator changes it.`);
  }

  private all() {
    return this.pools.all.map(({ id, name }) => ({
      id,
      name,
      description: '',
      status: 'ACTIVE',
      admin_state_up: true,
      shared: true,
      'router:external': true,
      subnets: [],
      availability_zones: [],
      availability_zone_hints: [],
      mtu: 1500,
      port_security_enabled: true,
      tags: [],
    }));
  }
}

const notFound = (id: string): CloudError => new CloudError('notFound', `Network ${id} could not be found.`);
