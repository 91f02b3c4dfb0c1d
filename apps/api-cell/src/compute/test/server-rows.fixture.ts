import type { EntityManager } from 'typeorm';
import type { ApiInstance } from '#database';
import { CloudError } from '#domain';
import type { NewServer, QuotaLimits } from '../cell-gateway.js';
import { membershipText } from '../networking/server-membership.js';

/** @throws CloudError `overLimit` when the project may not have so many servers more. */
export const takeQuota = async (
  manager: EntityManager,
  projectId: string,
  servers: readonly NewServer[],
  limits: QuotaLimits,
): Promise<void> => {
  await manager.query('INSERT INTO quota_usages (project_id) VALUES (?) ON DUPLICATE KEY UPDATE project_id = project_id', [projectId]);
  const [use]: { instances: number }[] = await manager.query('SELECT instances FROM quota_usages WHERE project_id = ? FOR UPDATE', [
    projectId,
  ]);
  const used = use?.instances ?? 0;
  if (limits.instances >= 0 && used + servers.length > limits.instances) {
    throw new CloudError(
      'overLimit',
      `Quota exceeded for instances: Requested ${servers.length}, but already used ${used} of ${limits.instances} instances`,
    );
  }
  const sum = (read: (server: NewServer) => number) => servers.reduce((total, server) => total + read(server), 0);
  await manager.query('UPDATE quota_usages SET instances = instances + ?, cores = cores + ?, ram_mb = ram_mb + ? WHERE project_id = ?', [
    servers.length,
    sum(s => s.spec.flavor.vcpus),
    sum(s => s.spec.flavor.memoryMb),
    projectId,
  ]);
};

/** The row of a server that was ordered and has no place yet. */
export const rowOf = ({ spec, columns }: NewServer): Partial<ApiInstance> => ({
  uuid: spec.instanceUuid,
  projectId: spec.projectId,
  userId: spec.userId,
  displayName: spec.name,
  displayDescription: columns.displayDescription,
  hostname: spec.hostname,
  flavorId: spec.flavor.flavorId,
  flavor: JSON.stringify(spec.flavor),
  imageRef: spec.image?.id ?? '',
  keyName: spec.keyName,
  availabilityZone: spec.availabilityZone,
  metadata: JSON.stringify(spec.metadata),
  tags: JSON.stringify(columns.tags),
  securityGroups: columns.securityGroups && membershipText(columns.securityGroups),
  userData: spec.userData,
  configDrive: spec.configDrive,
  accessIpV4: columns.accessIpV4,
  accessIpV6: columns.accessIpV6,
  diskConfig: columns.diskConfig,
  reservationId: columns.reservationId,
  launchIndex: spec.launchIndex,
  groupUuid: spec.group?.uuid ?? null,
  rootDeviceName: columns.rootDeviceName,
  createdAt: String(spec.createdAt),
  updatedAt: String(spec.createdAt),
  vmState: 'building',
  taskState: 'scheduling',
});
