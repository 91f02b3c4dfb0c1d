import type { BuildSpec, HostsAsked, ServerGroup } from '#contracts';
import { type ResourceShape, shapeOf } from '#domain';

/** The server group of an instance, and where its other members are as the one who decides sees it. */
export interface GroupPlaces extends Pick<ServerGroup, 'policy' | 'maxServerPerHost'> {
  /** Members by candidate: by host where hosts are chosen, by child where cells are. */
  readonly members: ReadonlyMap<string, number>;
  /** Of those that are in none of the candidates: a place to name. Null when there are none. */
  readonly elsewhere: string | null;
}

/** Candidates that the scheduler hints of an instance speak of, or an administrator. */
export interface NearPlaces {
  /** It is to be on one of these; null when any will do. */
  readonly with: ReadonlySet<string> | null;
  /** It is to be on none of these. */
  readonly without: ReadonlySet<string>;
}

export const ANYWHERE: NearPlaces = { with: null, without: new Set() };

/** What a scheduling decision needs to know about one instance. */
export interface RequestSpec {
  /** Seeds the breaking of ties: the same instance over the same snapshot gets the same answer. */
  readonly instanceUuid: string;
  readonly flavorName: string;
  readonly shape: ResourceShape;
  /** Null when any will do. */
  readonly zone: string | null;
  readonly extraSpecs: Readonly<Record<string, string>>;
  readonly imageProperties: Readonly<Record<string, string>>;
  /** Hosts, or cells, that have already failed this instance: not asked again. */
  readonly tried: ReadonlySet<string>;
  readonly projectId: string;
  /** Null when it is in none. */
  readonly group: GroupPlaces | null;
  readonly near: NearPlaces;
  /** Null when any host will do: the candidates are those that are asked for, or the cells that have them. */
  readonly asked: HostsAsked | null;
}

/** What of a request decides how often it fits somewhere. */
export type Wanted = Pick<RequestSpec, 'shape' | 'zone' | 'extraSpecs' | 'imageProperties'>;

export const wantedOf = ({ flavor, availabilityZone, image }: Pick<BuildSpec, 'flavor' | 'availabilityZone' | 'image'>): Wanted => ({
  shape: shapeOf(flavor),
  zone: availabilityZone,
  extraSpecs: flavor.extraSpecs,
  imageProperties: image?.properties ?? {},
});

/** What a decision goes by beside the order itself. */
export type Circumstances = Pick<RequestSpec, 'tried' | 'group' | 'near' | 'asked'>;

export const requestSpecOf = (build: BuildSpec, circumstances: Circumstances): RequestSpec => ({
  instanceUuid: build.instanceUuid,
  flavorName: build.flavor.name,
  ...wantedOf(build),
  projectId: build.projectId,
  ...circumstances,
});
