import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { z } from 'zod';
import { CloudError } from '#domain';
import { type FloatingIp, FloatingIpsService, QuotaLimitsService } from '../compute/index.js';
import { type ApiContext, Ctx, parse } from '../http/index.js';
import { matching } from './matching.js';
import { authorize } from './network-rules.js';
import { Pools } from './pools.js';
import { checkOwner } from './security-groups.controller.js';

const id = z.string().min(1).max(64);
const CreateFloatingIp = z.strictObject({
  floatingip: z.strictObject({
    floating_network_id: id,
    port_id: z.null().optional(),
    project_id: z.string().optional(),
    tenant_id: z.string().optional(),
  }),
});
const UpdateFloatingIp = z.strictObject({ floatingip: z.strictObject({ port_id: id.nullable() }) });

/** The addresses that a project took from pools; compute's old calls show them, too. */
@Controller('v2.0/floatingips')
export class FloatingIpsController {
  constructor(
    private readonly ips: FloatingIpsService,
    private readonly pools: Pools,
    private readonly quotas: QuotaLimitsService,
  ) {}

  @Get()
  async list(@Ctx() ctx: ApiContext, @Query() query: unknown) {
    authorize('get_floatingip', ctx);
    return {
      floatingips: matching(
        (await this.ips.list(ctx)).map(ip => this.shown(ip)),
        query,
      ),
    };
  }

  @Get(':id')
  async show(@Ctx() ctx: ApiContext, @Param('id') id: string) {
    const ip = await this.ips.show(ctx, id);
    authorize('get_floatingip', ctx, ip.projectId);
    return { floatingip: this.shown(ip) };
  }

  @Post()
  @HttpCode(201)
  async create(@Ctx() ctx: ApiContext, @Body() body: unknown) {
    const { floatingip: wanted } = parse(CreateFloatingIp, body);
    authorize('create_floatingip', ctx);
    checkOwner(ctx, wanted);
    if (!this.pools.all.some(pool => pool.id === wanted.floating_network_id))
      throw new CloudError('notFound', `Network ${wanted.floating_network_id} could not be found.`);
    const { floating_ips: limit } = await this.quotas.of(ctx.projectId);
    return { floatingip: this.shown(await this.ips.allocate(ctx, wanted.floating_network_id, limit)) };
  }

  @Put(':id')
  async update(@Ctx() ctx: ApiContext, @Param('id') id: string, @Body() body: unknown) {
    const { floatingip } = parse(UpdateFloatingIp, body);
    const ip = await this.ips.show(ctx, id);
    authorize('create_floatingip', ctx, ip.projectId);
    if (floatingip.port_id !== null) throw new CloudError('notFound', `Port ${floatingip.port_id} could not be found.`);
    return { floatingip: this.shown(ip) };
  }

  @Delete(':id')
  @HttpCode(204)
  async remove(@Ctx() ctx: ApiContext, @Param('id') id: string) {
    const ip = await this.ips.show(ctx, id);
    authorize('delete_floatingip', ctx, ip.projectId);
    await this.ips.release(ctx, id);
  }

  /** No server has it: there are no networks of servers yet. */
  private shown({ id, projectId, pool, address }: FloatingIp) {
    return {
      id,
      project_id: projectId,
      tenant_id: projectId,
      floating_ip_address: address,
      floating_network_id: this.pools.all.find(one => one.name === pool)?.id ?? null,
      fixed_ip_address: null,
      port_id: null,
      router_id: null,
      status: 'DOWN',
      description: '',
      tags: [],
    };
  }
}
