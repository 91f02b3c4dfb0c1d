import type { BuildSpec, ImageSource, ServerGroup } from '#contracts';
import type { RequestContext } from '#domain';
import type { NewServer } from '../cell-gateway.js';
import type { FlavorRecord } from '../flavors/flavors.repository.js';
import type { GroupOfServer } from '../networking/security-group.js';
import type { AskedPlace } from './asked-place.js';
import type { CreateServerBody } from './create-server.schema.js';
import type { GuestKey } from './guest-key.js';
import type { HintedPlaces } from './hinted-places.js';
import { hostnameFrom, numbered } from './server-names.js';

export type Hints = Record<string, unknown>;

/** What the servers of one request have in common. */
export interface SharedByServers {
  readonly ctx: RequestContext;
  readonly body: CreateServerBody;
  readonly hints: Hints;
  readonly group: ServerGroup | null;
  readonly securityGroups: readonly GroupOfServer[] | null;
  readonly place: AskedPlace;
  readonly near: HintedPlaces & Pick<BuildSpec, 'onHosts' | 'forced'>;
  readonly flavor: FlavorRecord;
  readonly image: ImageSource;
  readonly key: GuestKey;
  readonly adminPassword: string;
  readonly reservationId: string;
  readonly now: number;
  readonly count: number;
}

/** What the tree is told of one of them, and what only the top keeps. */
export const newServer = (shared: SharedByServers, uuid: string, index: number): NewServer => {
  const { server } = shared.body;
  return {
    spec: specOf(shared, uuid, index),
    columns: {
      displayDescription: server.description ?? null,
      tags: server.tags ?? [],
      securityGroups: shared.securityGroups,
      accessIpV4: server.accessIPv4 ?? null,
      accessIpV6: server.accessIPv6 ?? null,
      diskConfig: server['OS-DCF:diskConfig'] ?? 'MANUAL',
      reservationId: shared.reservationId,
      rootDeviceName: '/dev/vda',
    },
  };
};

const specOf = (
  { ctx, body, hints, group, place, near, flavor, image, key, adminPassword, now, count }: SharedByServers,
  uuid: string,
  index: number,
): BuildSpec => {
  const { server } = body;
  const name = numbered(server.name, count, index);
  const hostname = server.hostname === undefined ? hostnameFrom(name) || `server-${uuid}` : numbered(server.hostname, count, index);
  const { flavorId, name: flavorName, vcpus, memoryMb, rootGb, ephemeralGb, swapMb, extraSpecs } = flavor;
  return {
    instanceUuid: uuid,
    requestId: ctx.requestId,
    projectId: ctx.projectId,
    userId: ctx.userId,
    name,
    hostname,
    flavor: { flavorId, name: flavorName, vcpus, memoryMb, rootGb, ephemeralGb, swapMb, extraSpecs: { ...extraSpecs } },
    image,
    availabilityZone: place.zone ?? null,
    metadata: { ...server.metadata },
    ...key,
    userData: server.user_data ?? null,
    // Files reach a guest by its config drive: a server that is given some has one.
    configDrive: server.config_drive === true || (server.personality?.length ?? 0) > 0,
    ...(server.personality?.length && { personality: [...server.personality] }),
    adminPassword,
    networks: server.networks === 'none' ? 'none' : 'auto',
    launchIndex: index,
    schedulerHints: hints,
    group,
    ...near,
    createdAt: now,
  };
};
