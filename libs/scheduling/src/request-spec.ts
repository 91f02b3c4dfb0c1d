import type { BuildSpec } from '#contracts';
import { type ResourceShape, shapeOf } from '#domain';

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
}

export const requestSpecOf = (build: BuildSpec, tried: ReadonlySet<string>): RequestSpec => ({
  instanceUuid: build.instanceUuid,
  flavorName: build.flavor.name,
  shape: shapeOf(build.flavor),
  zone: build.availabilityZone,
  extraSpecs: build.flavor.extraSpecs,
  imageProperties: build.image?.properties ?? {},
  tried,
});
