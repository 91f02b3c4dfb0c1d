import { z } from 'zod';
import { instanceName, serverStatus } from '#domain';
import { fieldsOf, notBefore, rawJson, view } from '#microversion';
import { isoMicroseconds, isoSeconds, type Links } from '../api/index.js';
import { membershipOf } from '../networking/server-membership.js';
import { embeddedFlavor } from './embedded-flavor.js';
import { hostIdOf } from './host-id.js';
import type { ServerRecord } from './server-row.js';

/** What the views read besides the server: where the client sees the API, and whether the client is an administrator. */
export interface ServerViewContext {
  readonly links: Links;
  readonly admin: boolean;
  /** Only the answers that give out a password have one. */
  readonly adminPassword?: string;
}

const { always, since, until, between } = fieldsOf<ServerRecord, ServerViewContext>();

const WITH_PROGRESS: ReadonlySet<string> = new Set(['ACTIVE', 'BUILD', 'REBUILD', 'RESIZE', 'VERIFY_RESIZE', 'MIGRATING']);
const WITH_FAULT: ReadonlySet<string> = new Set(['ERROR', 'DELETED']);
const EMPTY_LIST = rawJson('[]');
const EMPTY_OBJECT = rawJson('{}');
const DEFAULT_GROUP = rawJson('[{"name":"default"}]');

/** What every answer with a server has. */
const core = {
  id: always(s => s.uuid),
  name: always(s => s.displayName),
  status: always(s => statusOf(s)),
  tenant_id: always(s => s.projectId),
  user_id: always(s => s.userId),
  metadata: always(s => rawJson(s.metadataJson)),
  hostId: always(s => hostIdOf(s.projectId, s.host)),
  image: always((s, { links }) => (s.imageRef === '' ? '' : { id: s.imageRef, links: links.bookmarkOnly('images', s.imageRef) })),
  flavor: [
    until('2.46', (s, { links }) => ({ id: s.flavorId, links: links.bookmarkOnly('flavors', s.flavorId) })),
    since('2.47', s => embeddedFlavor(s.flavorJson)),
  ],
  created: always(s => isoSeconds(s.createdAt)),
  updated: always(s => isoSeconds(s.updatedAt)),
  addresses: always(() => EMPTY_OBJECT),
  accessIPv4: always(s => s.accessIpV4 ?? ''),
  accessIPv6: always(s => s.accessIpV6 ?? ''),
  links: always((s, { links }) => links.of('servers', s.uuid)),
  'OS-DCF:diskConfig': always(s => s.diskConfig),
  progress: always(s => (WITH_PROGRESS.has(statusOf(s)) ? 0 : undefined)),
  fault: always((s, { admin }) => (s.faultJson !== null && WITH_FAULT.has(statusOf(s)) ? faultOf(s.faultJson, admin) : undefined)),
  locked: since('2.9', s => s.locked),
  description: since('2.19', s => s.displayDescription),
  tags: since('2.26', s => rawJson(s.tagsJson)),
  trusted_image_certificates: since('2.63', () => null),
  locked_reason: since('2.73', s => s.lockedReason),
} as const;

/** What shows and lists have besides; the answer to an update has it from 2.75. */
const extended = {
  'OS-EXT-AZ:availability_zone': always((s: ServerRecord) => s.hostState?.zone ?? s.availabilityZone ?? ''),
  config_drive: always((s: ServerRecord) => (s.configDrive ? 'True' : '')),
  key_name: always((s: ServerRecord) => s.keyName),
  'OS-SRV-USG:launched_at': always((s: ServerRecord) => (s.launchedAt === null ? null : isoMicroseconds(s.launchedAt))),
  'OS-SRV-USG:terminated_at': always((s: ServerRecord) => (s.deletedAt === null ? null : isoMicroseconds(s.deletedAt))),
  security_groups: always((s: ServerRecord) => securityGroupsOf(s)),
  'OS-EXT-SRV-ATTR:host': always((s: ServerRecord) => s.host, 'admin'),
  'OS-EXT-SRV-ATTR:instance_name': always((s: ServerRecord) => instanceName(s.uuid), 'admin'),
  'OS-EXT-SRV-ATTR:hypervisor_hostname': always((s: ServerRecord) => s.node, 'admin'),
  'OS-EXT-SRV-ATTR:reservation_id': since('2.3', (s: ServerRecord) => s.reservationId, 'admin'),
  'OS-EXT-SRV-ATTR:launch_index': since('2.3', (s: ServerRecord) => s.launchIndex, 'admin'),
  'OS-EXT-SRV-ATTR:hostname': [
    between('2.3', '2.89', (s: ServerRecord) => s.hostname, 'admin'),
    since('2.90', (s: ServerRecord) => s.hostname),
  ],
  'OS-EXT-SRV-ATTR:kernel_id': since('2.3', () => '', 'admin'),
  'OS-EXT-SRV-ATTR:ramdisk_id': since('2.3', () => '', 'admin'),
  'OS-EXT-SRV-ATTR:root_device_name': since('2.3', (s: ServerRecord) => s.rootDeviceName, 'admin'),
  'OS-EXT-SRV-ATTR:user_data': since('2.3', (s: ServerRecord) => s.userData, 'admin'),
  'OS-EXT-STS:task_state': always((s: ServerRecord) => s.state.taskState),
  'OS-EXT-STS:vm_state': always((s: ServerRecord) => s.state.vmState),
  'OS-EXT-STS:power_state': always((s: ServerRecord) => s.powerState),
  'os-extended-volumes:volumes_attached': always(() => EMPTY_LIST),
  host_status: since('2.16', (s: ServerRecord) => hostStatusOf(s), 'host-status'),
  pinned_availability_zone: since('2.96', (s: ServerRecord) => s.availabilityZone),
} as const;

/** Left out of a server that is in none. */
const securityGroupsOf = ({ securityGroupsJson }: ServerRecord) => {
  if (securityGroupsJson === null) return DEFAULT_GROUP;
  const groups = membershipOf(securityGroupsJson);
  return groups.length === 0 ? undefined : groups.map(({ name }) => ({ name }));
};

/** `GET /servers` */
export const serverSummary = view<ServerRecord, ServerViewContext>({ id: core.id, name: core.name, links: core.links });

/** One server of `GET /servers/detail`. */
export const serverDetail = view<ServerRecord, ServerViewContext>({ ...core, ...extended });

/** Of the group that it is in, if any. */
const groupsOf = (s: ServerRecord) => (s.groupUuid === null ? EMPTY_LIST : [s.groupUuid]);

/** `GET /servers/ID` */
export const serverShow = view<ServerRecord, ServerViewContext>({ ...core, ...extended, server_groups: since('2.71', groupsOf) });

/** The answer of `PUT /servers/ID`. */
export const serverUpdated = view<ServerRecord, ServerViewContext>({
  ...core,
  ...notBefore('2.75', extended),
  server_groups: since('2.71', groupsOf),
});

const { 'OS-EXT-SRV-ATTR:user_data': _, ...extendedButUserData } = extended;

/** The answer of the action `rebuild`, which has a name of its own for the user data. */
export const serverRebuilt = view<ServerRecord, ServerViewContext>({
  ...core,
  ...notBefore('2.75', extendedButUserData),
  server_groups: since('2.71', groupsOf),
  key_name: since('2.54', s => s.keyName),
  user_data: since('2.57', s => s.userData),
  adminPass: always((_, { adminPassword }) => adminPassword),
});

const statusOf = (s: ServerRecord): string => (s.deletedAt === null ? serverStatus(s.state) : 'DELETED');

const Fault = z.object({ code: z.number(), message: z.string(), details: z.string().nullish(), created: z.number() });

/** The trail behind an internal error is for administrators. */
const faultOf = (json: string, admin: boolean) => {
  const { code, message, details, created } = Fault.parse(JSON.parse(json));
  return { code, created: isoSeconds(created), message, ...(details && (admin || code !== 500) && { details }) };
};

const hostStatusOf = ({ host, hostState }: ServerRecord): string => {
  if (host === null || host === '') return '';
  if (!hostState) return 'UNKNOWN';
  if (!hostState.enabled) return 'MAINTENANCE';
  return hostState.up ? 'UP' : 'UNKNOWN';
};
