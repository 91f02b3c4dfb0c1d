import type { AdminDoor } from '#cell';
import { ADMIN_SECONDS, type AdminCall, type AdminRoute, adminRoutes } from '#cell-admin';
import { type Clock, CloudError, type RequestContext } from '#domain';
import type { ImageService } from '#images';
import { admin, type Call, checked, type Parameters, parameterOf, type Route, route, type Sql } from '../api/index.js';
import type { ServerGroupsService } from '../server-groups/server-groups.service.js';
import { askedPlace, hostsAskedFor } from '../servers/asked-place.js';

export interface CellRouteParts {
  /** Of the root. */
  readonly door: AdminDoor;
  readonly clock: Clock;
  readonly images: Pick<ImageService, 'get'>;
  readonly groups: Pick<ServerGroupsService, 'forPlacement'>;
  readonly sql: Sql;
}

/**
 * Nova's os-cells and what Canopy has beyond them, for administrators, at every microversion: Nova ended its own at 2.53 because nobody
 * was left who used them.
 */
export const cellRoutes = (parts: CellRouteParts): Route[] => adminRoutes.map(one => mounted(one, parts));

const mounted = (one: AdminRoute, parts: CellRouteParts): Route => {
  const { method, path, body } = one;
  const common = { method, path, policy: admin(one.rule), query: parametersOf(one), ok: 200 };
  if (!body) return route({ ...common, handle: call => one.handle(adminCall(call, one, parts), undefined) });
  return route({ ...common, body: () => body, handle: (call, given) => one.handle(adminCall(call, one, parts), given) });
};

const parametersOf = (one: AdminRoute): Parameters =>
  Object.fromEntries(Object.entries(one.query).map(([name, check]) => [name, checked(check)]));

const adminCall = (
  { ctx, params, query, links }: Call,
  one: AdminRoute,
  { door, clock, images, groups, sql }: CellRouteParts,
): AdminCall => ({
  door,
  params,
  query: Object.fromEntries(Object.keys(one.query).map(name => [name, parameterOf(query, name)])),
  operator: { userId: ctx.userId, requestId: ctx.requestId },
  clock,
  deadline: Math.min(ctx.deadline, clock.now() + (one.seconds ?? ADMIN_SECONDS) * 1000),
  url: `${links.origin}/v2.1`,
  projectId: ctx.projectId,
  imageProperties: imageRef => propertiesOf(ctx, imageRef, images),
  serverGroup: uuid => groups.forPlacement(ctx, uuid),
  place: async words => {
    const place = askedPlace(ctx, words);
    return { availabilityZone: place.zone ?? null, ...(await hostsAskedFor(sql, place)) };
  },
});

const propertiesOf = async (ctx: RequestContext, imageRef: string, images: CellRouteParts['images']): Promise<Record<string, string>> => {
  try {
    const { properties } = await images.get(ctx, imageRef);
    return { ...properties };
  } catch (error) {
    if (error instanceof CloudError && error.kind === 'notFound')
      throw new CloudError('invalid', `Invalid input for field/attribute server.imageRef: ${error.message}`);
    throw error;
  }
};
