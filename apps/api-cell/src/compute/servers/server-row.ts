import { type InstanceState, isVmState, type TaskState } from '#domain';
import type { Row } from '../api/index.js';
import type { HostState } from '../hosts/host-states.js';

/** A server as the API reads it from one row. Times are ms since 1970. JSON columns stay text: most go out as they came in. */
export interface ServerRow {
  readonly uuid: string;
  readonly touched: string;
  readonly projectId: string;
  readonly userId: string;
  readonly displayName: string;
  readonly displayDescription: string | null;
  readonly hostname: string;
  readonly cellPath: string | null;
  readonly host: string | null;
  readonly node: string | null;
  readonly state: InstanceState;
  readonly powerState: number;
  readonly flavorId: string;
  readonly flavorJson: string;
  readonly imageRef: string;
  readonly keyName: string | null;
  readonly availabilityZone: string | null;
  readonly metadataJson: string;
  readonly tagsJson: string;
  readonly userData: string | null;
  readonly configDrive: boolean;
  readonly accessIpV4: string | null;
  readonly accessIpV6: string | null;
  readonly diskConfig: string;
  readonly reservationId: string;
  readonly launchIndex: number;
  readonly rootDeviceName: string | null;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly launchedAt: number | null;
  readonly deletedAt: number | null;
  readonly faultJson: string | null;
  readonly locked: boolean;
  readonly lockedReason: string | null;
  readonly groupUuid: string | null;
  /** JSON array of what it is in; null: its project's default group. */
  readonly securityGroupsJson: string | null;
}

/** A server, and what is known of the host it is on. */
export interface ServerRecord extends ServerRow {
  readonly hostState: HostState | undefined;
}

/** In the order that `serverRowOf` reads them. `user_data` may be large and is only for administrators, so it is asked for apart. */
export const SERVER_COLUMNS = [
  'uuid',
  'CAST(touched AS CHAR)',
  'project_id',
  'user_id',
  'display_name',
  'display_description',
  'hostname',
  'cell_path',
  'host',
  'node',
  'vm_state',
  'task_state',
  'power_state',
  'flavor_id',
  'flavor',
  'image_ref',
  'key_name',
  'availability_zone',
  'metadata',
  'tags',
  'config_drive',
  'access_ip_v4',
  'access_ip_v6',
  'disk_config',
  'reservation_id',
  'launch_index',
  'root_device_name',
  'created_at',
  'updated_at',
  'launched_at',
  'deleted_at',
  'fault',
  'locked_by IS NOT NULL',
  'locked_reason',
  'group_uuid',
  'security_groups',
].join(', ');

type Text = string | null;

/** Parses a row of SERVER_COLUMNS and `user_data`: the one place that trusts the table's column types. */
export const serverRowOf = (row: Row): ServerRow => {
  const [
    uuid,
    touched,
    projectId,
    userId,
    displayName,
    displayDescription,
    hostname,
    cellPath,
    host,
    node,
    vmState,
    taskState,
    powerState,
    flavorId,
    flavor,
    imageRef,
    keyName,
    availabilityZone,
    metadata,
    tags,
    configDrive,
    accessIpV4,
    accessIpV6,
    diskConfig,
    reservationId,
    launchIndex,
    rootDeviceName,
    createdAt,
    updatedAt,
    launchedAt,
    deletedAt,
    fault,
    locked,
    lockedReason,
    groupUuid,
    securityGroups,
    userData,
  ] = row;
  return {
    uuid: uuid as string,
    touched: touched as string,
    projectId: projectId as string,
    userId: userId as string,
    displayName: displayName as string,
    displayDescription: displayDescription as Text,
    hostname: hostname as string,
    cellPath: cellPath as Text,
    host: host as Text,
    node: node as Text,
    state: stateOf(vmState as string, taskState as TaskState | null),
    powerState: powerState as number,
    flavorId: flavorId as string,
    flavorJson: (flavor as Text) ?? '{}',
    imageRef: imageRef as string,
    keyName: keyName as Text,
    availabilityZone: availabilityZone as Text,
    metadataJson: (metadata as Text) ?? '{}',
    tagsJson: (tags as Text) ?? '[]',
    userData: (userData ?? null) as Text,
    configDrive: configDrive === 1,
    accessIpV4: accessIpV4 as Text,
    accessIpV6: accessIpV6 as Text,
    diskConfig: diskConfig as string,
    reservationId: reservationId as string,
    launchIndex: launchIndex as number,
    rootDeviceName: rootDeviceName as Text,
    createdAt: Number(createdAt),
    updatedAt: Number(updatedAt) || Number(createdAt),
    launchedAt: timeOf(launchedAt),
    deletedAt: timeOf(deletedAt),
    faultJson: fault as Text,
    locked: locked === 1,
    lockedReason: lockedReason as Text,
    groupUuid: groupUuid as Text,
    securityGroupsJson: securityGroups as Text,
  };
};

/** A state that this release does not know (the row was written by a newer one) is shown as an error rather than as something it is not. */
const stateOf = (vmState: string, taskState: TaskState | null): InstanceState => ({
  vmState: isVmState(vmState) ? vmState : 'error',
  taskState,
});

const timeOf = (value: unknown): number | null => (value === null ? null : Number(value));
