import type { z } from 'zod';
import type { AdminDoor, Operator } from '#cell';
import type { BuildSpec, ServerGroup } from '#contracts';
import type { Clock } from '#domain';

/** One request, past authentication, with its query and body checked. */
export interface AdminCall {
  readonly door: AdminDoor;
  readonly params: Readonly<Record<string, string>>;
  /** As it came: of a parameter that stands there twice, the last. */
  readonly query: Readonly<Record<string, string | undefined>>;
  readonly operator: Operator;
  readonly clock: Clock;
  /** ms since 1970. */
  readonly deadline: number;
  /** What `/os-cells` lies below, as the caller reached it. */
  readonly url: string;
  /** The caller's project; undefined where there are no projects. */
  readonly projectId?: string;
  /** What an image asks of its host; undefined where there are no images. @throws CloudError `invalid` for one that is not there. */
  readonly imageProperties?: (imageRef: string) => Promise<Readonly<Record<string, string>>>;
  /** A server group; undefined where there are none. @throws CloudError `invalid` for one that is not there. */
  readonly serverGroup?: (uuid: string) => Promise<ServerGroup>;
  /** The hosts that these words ask for; undefined where hosts have no names. @throws CloudError `invalid` for one that is not there. */
  readonly place?: (words: PlaceWords) => Promise<Place>;
}

/** Where a server shall be, in the words of `POST /servers`: the zone may be `ZONE:HOST:NODE`. */
export interface PlaceWords {
  readonly availability_zone?: string | undefined;
  readonly host?: string | undefined;
  readonly hypervisor_hostname?: string | undefined;
}

export type Place = Pick<BuildSpec, 'availabilityZone' | 'onHosts' | 'forced'>;

/**
 * One row of the cells' part of the API. It knows neither versions nor tokens: the root mounts it under its compute API, a child cell
 * on a listener of its own, and each checks bodies in its own words. Every success is a 200.
 */
export interface AdminRoute {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** `/os-cells/:name` */
  readonly path: string;
  /** Nova's name of the policy's rule, without `os_compute_api:`. */
  readonly rule: string;
  readonly query: Readonly<Record<string, z.ZodType>>;
  readonly body: z.ZodType | undefined;
  /** The caller waits so long; ADMIN_SECONDS unless given. */
  readonly seconds?: number;
  handle(call: AdminCall, body: unknown): Promise<unknown>;
}

interface RouteSpec<B> extends Pick<AdminRoute, 'method' | 'path' | 'rule' | 'seconds'> {
  readonly query?: AdminRoute['query'];
  readonly body?: z.ZodType<B>;
  handle(call: AdminCall, body: B): Promise<unknown>;
}

export const adminRoute = <B = undefined>(spec: RouteSpec<B>): AdminRoute => ({
  ...spec,
  query: spec.query ?? {},
  body: spec.body,
  handle: (call, body) => spec.handle(call, body as B),
});

/** An operator waits so long at most: then somebody on the way does not answer. */
export const ADMIN_SECONDS = 10;
