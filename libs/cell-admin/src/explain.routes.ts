import { z } from 'zod';
import { MAX_EXPLAINED, type ServerGroup } from '#contracts';
import { CloudError } from '#domain';
import { type AdminCall, type AdminRoute, adminRoute, type Place, type PlaceWords } from './admin-route.js';
import { asked } from './cells.routes.js';
import { explanationOf, fitOf, rehearsalOf } from './explain.views.js';
import { PAGING } from './paging.js';

const text = z.string().min(1).max(255);

/** A server that nobody has asked for yet, in the words of `POST /servers` as far as a choice of its place goes by them. */
const dryRunBody = z.strictObject({
  server: z.strictObject({
    flavorRef: z.union([text, z.number().int()]),
    imageRef: text.optional(),
    availability_zone: text.optional(),
    host: text.optional(),
    hypervisor_hostname: text.optional(),
    'os:scheduler_hints': z.strictObject({ group: z.uuid().optional() }).optional(),
  }),
  count: z.number().int().min(1).max(MAX_EXPLAINED).default(1),
});
type DryRunBody = z.infer<typeof dryRunBody>;

/** Why servers are where they are, what would become of more, and how many more there is room for. */
export const explainRoutes: readonly AdminRoute[] = [
  adminRoute({
    method: 'GET',
    path: '/os-cells/explain/:id',
    rule: 'os-cells',
    query: { ...PAGING, marker: z.uuid() },
    handle: async call => {
      const { id = '' } = call.params;
      const page = { limit: limitOf(call.query.limit), marker: call.query.marker ?? null };
      return { explain: explanationOf(await asked(call, call.door.path, 'explain.show', { id, ...page }), id) };
    },
  }),
  adminRoute<DryRunBody>({
    method: 'POST',
    path: '/os-cells/explain',
    rule: 'os-cells:dry_run',
    body: dryRunBody,
    handle: async (call, { server, count }) => {
      const wish = {
        // A reference may be the flavor's whole URL.
        flavorId: String(server.flavorRef).split('/').at(-1) ?? '',
        imageProperties: server.imageRef === undefined ? {} : await imageProperties(call, server.imageRef),
        ...(await placeWanted(call, server)),
        group: await serverGroup(call, server['os:scheduler_hints']?.group),
        projectId: call.projectId ?? '',
        count,
      };
      return { explain: rehearsalOf(await asked(call, call.door.path, 'explain.dryRun', wish)) };
    },
  }),
  adminRoute({
    method: 'GET',
    path: '/os-cells/fit',
    rule: 'os-cells',
    query: { flavor: text, zone: text },
    handle: async call => {
      const { flavor, zone = null } = call.query;
      if (flavor === undefined) throw new CloudError('invalid', 'Invalid input for query parameters flavor: it is required');
      return { fit: fitOf(await asked(call, call.door.path, 'fit.show', { flavorId: flavor, availabilityZone: zone })) };
    },
  }),
];

const limitOf = (given: string | undefined): number => Math.min(MAX_EXPLAINED, Math.max(1, given ? Number(given) : MAX_EXPLAINED));

/** @throws CloudError `invalid` where no groups are known. */
const serverGroup = async ({ serverGroup: read }: AdminCall, uuid: string | undefined): Promise<ServerGroup | null> => {
  if (uuid === undefined) return null;
  if (read) return read(uuid);
  const field = 'server.os:scheduler_hints.group';
  throw new CloudError('invalid', `Invalid input for field/attribute ${field}: groups cannot be looked up here; leave it out`);
};

/** @throws CloudError `invalid` in a cell that knows no images. */
const imageProperties = ({ imageProperties: read }: AdminCall, imageRef: string): Promise<Readonly<Record<string, string>>> => {
  if (read) return read(imageRef);
  throw new CloudError('invalid', 'Invalid input for field/attribute server.imageRef: only the API cell knows images; leave it out here');
};

/** @throws CloudError `invalid` where no host has a name. */
const placeWanted = async ({ place: read }: AdminCall, { availability_zone, host, hypervisor_hostname }: PlaceWords): Promise<Place> => {
  if (read) return read({ availability_zone, host, hypervisor_hostname });
  const field = host !== undefined ? 'host' : hypervisor_hostname !== undefined ? 'hypervisor_hostname' : undefined;
  const named = field ?? (availability_zone?.includes(':') ? 'availability_zone' : undefined);
  if (named === undefined) return { availabilityZone: availability_zone ?? null };
  throw new CloudError('invalid', `Invalid input for field/attribute server.${named}: only the API cell knows hosts by name; leave it out`);
};
