import type { Audience, Microversion } from '#microversion';
import { aggregateCreated, aggregateDetail } from '../aggregates/aggregate.view.js';
import { flavorDetail, flavorSummary } from '../flavors/flavor.view.js';
import { hypervisorDetail, hypervisorSummary } from '../hosts/hypervisor.view.js';
import { computeService } from '../hosts/service.view.js';
import { imageDetail, imageSummary } from '../images/image-proxy.view.js';
import { keyPairCreated, keyPairDetail, keyPairSummary } from '../keypairs/keypair.view.js';
import { quotaClassSet, quotaSet } from '../quotas/quota.views.js';
import { serverGroupView } from '../server-groups/server-group.view.js';
import { instanceAction } from '../servers/instance-action.view.js';
import { serverDetail, serverRebuilt, serverShow, serverSummary, serverUpdated } from '../servers/server.view.js';
import { tenantUsage } from '../usage/usage.view.js';

interface ShownField {
  readonly since: Microversion;
  readonly until?: Microversion;
  readonly audience: Audience;
}

/** What is shown of a thing, and from which version to which. */
export interface Shown {
  readonly fields: Readonly<Record<string, ShownField | readonly ShownField[]>>;
}

export interface AnswerShape {
  /** What stands around it: `{"server": {…}}`. */
  readonly key: string;
  readonly list: boolean;
  readonly shown: Shown;
}

const one = (key: string, shown: Shown): AnswerShape => ({ key, list: false, shown });
const many = (key: string, shown: Shown): AnswerShape => ({ key, list: true, shown });

/** The answers that are made by a view, by method and path, and by action where there is one. */
export const ANSWERS: Readonly<Record<string, AnswerShape>> = {
  'GET /servers': many('servers', serverSummary),
  'GET /servers/detail': many('servers', serverDetail),
  'GET /servers/:id': one('server', serverShow),
  'PUT /servers/:id': one('server', serverUpdated),
  'POST /servers/:id/action rebuild': one('server', serverRebuilt),
  'GET /servers/:id/os-instance-actions': many('instanceActions', instanceAction),
  'GET /servers/:id/os-instance-actions/:request': one('instanceAction', instanceAction),
  'GET /flavors': many('flavors', flavorSummary),
  'GET /flavors/detail': many('flavors', flavorDetail),
  'GET /flavors/:id': one('flavor', flavorDetail),
  'POST /flavors': one('flavor', flavorDetail),
  'PUT /flavors/:id': one('flavor', flavorDetail),
  'GET /os-keypairs': many('keypairs', keyPairSummary),
  'GET /os-keypairs/:id': one('keypair', keyPairDetail),
  'POST /os-keypairs': one('keypair', keyPairCreated),
  'GET /os-quota-sets/:id': one('quota_set', quotaSet),
  'GET /os-quota-sets/:id/detail': one('quota_set', quotaSet),
  'GET /os-quota-sets/:id/defaults': one('quota_set', quotaSet),
  'PUT /os-quota-sets/:id': one('quota_set', quotaSet),
  'GET /os-quota-class-sets/:id': one('quota_class_set', quotaClassSet),
  'PUT /os-quota-class-sets/:id': one('quota_class_set', quotaClassSet),
  'GET /os-services': many('services', computeService),
  'GET /os-hypervisors': many('hypervisors', hypervisorSummary),
  'GET /os-hypervisors/detail': many('hypervisors', hypervisorDetail),
  'GET /os-hypervisors/:id': one('hypervisor', hypervisorDetail),
  'GET /os-hypervisors/:id/search': many('hypervisors', hypervisorSummary),
  'GET /os-aggregates': many('aggregates', aggregateDetail),
  'GET /os-aggregates/:id': one('aggregate', aggregateDetail),
  'POST /os-aggregates': one('aggregate', aggregateCreated),
  'PUT /os-aggregates/:id': one('aggregate', aggregateDetail),
  'POST /os-aggregates/:id/action add_host': one('aggregate', aggregateDetail),
  'POST /os-aggregates/:id/action remove_host': one('aggregate', aggregateDetail),
  'POST /os-aggregates/:id/action set_metadata': one('aggregate', aggregateDetail),
  'GET /os-server-groups': many('server_groups', serverGroupView),
  'GET /os-server-groups/:id': one('server_group', serverGroupView),
  'POST /os-server-groups': one('server_group', serverGroupView),
  'GET /os-simple-tenant-usage': many('tenant_usages', tenantUsage),
  'GET /os-simple-tenant-usage/:id': one('tenant_usage', tenantUsage),
  'GET /images': many('images', imageSummary),
  'GET /images/detail': many('images', imageDetail),
  'GET /images/:id': one('image', imageDetail),
};
