import { Controller, Get, Param } from '@nestjs/common';
import { QuotaLimitsService, type QuotaSet } from '../compute/index.js';
import { type ApiContext, Ctx } from '../http/index.js';
import { authorize } from './network-rules.js';

/** The limits of what networks consist of: nothing, of what cannot be made yet. They are set through compute's quotas. */
@Controller('v2.0/quotas')
export class QuotasController {
  constructor(private readonly quotas: QuotaLimitsService) {}

  @Get(':project/default')
  async defaults(@Ctx() ctx: ApiContext, @Param('project') projectId: string) {
    authorize('get_quota', ctx, projectId);
    return { quota: shown(await this.quotas.ofClass()) };
  }

  @Get(':project')
  async show(@Ctx() ctx: ApiContext, @Param('project') projectId: string) {
    authorize('get_quota', ctx, projectId);
    return { quota: shown(await this.quotas.of(projectId)) };
  }
}

const shown = ({ security_groups, security_group_rules, floating_ips }: QuotaSet) => ({
  network: 0,
  subnet: 0,
  subnetpool: 0,
  port: 0,
  router: 0,
  rbac_policy: 0,
  floatingip: floating_ips,
  security_group: security_groups,
  security_group_rule: security_group_rules,
});
