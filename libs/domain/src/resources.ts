/** What one instance takes from one host, all dimensions together. */
export interface ResourceShape {
  readonly vcpus: number;
  readonly memoryMb: number;
  /** Root and ephemeral disk and swap (rounded up), in GB. */
  readonly diskGb: number;
}

export const NO_RESOURCES: ResourceShape = { vcpus: 0, memoryMb: 0, diskGb: 0 };

export const addShapes = (a: ResourceShape, b: ResourceShape): ResourceShape => ({
  vcpus: a.vcpus + b.vcpus,
  memoryMb: a.memoryMb + b.memoryMb,
  diskGb: a.diskGb + b.diskGb,
});

export const subtractShapes = (a: ResourceShape, b: ResourceShape): ResourceShape => ({
  vcpus: a.vcpus - b.vcpus,
  memoryMb: a.memoryMb - b.memoryMb,
  diskGb: a.diskGb - b.diskGb,
});

/** A short name for a shape, the same for equal shapes: `2v4096m20d`. */
export const shapeKey = (shape: ResourceShape): string => `${shape.vcpus}v${shape.memoryMb}m${shape.diskGb}d`;

/** How many of `shape` go into `free`, all dimensions at once; never negative. A shape that needs nothing fits a million times. */
export const timesThatFit = (free: ResourceShape, shape: ResourceShape): number => {
  const ratio = (have: number, need: number) => (need <= 0 ? 1_000_000 : Math.floor(have / need));
  return Math.max(0, Math.min(ratio(free.vcpus, shape.vcpus), ratio(free.memoryMb, shape.memoryMb), ratio(free.diskGb, shape.diskGb)));
};

/** A flavor as it travels with an instance: nothing about it changes when the flavor is deleted. */
export interface FlavorSnapshot {
  readonly flavorId: string;
  readonly name: string;
  readonly vcpus: number;
  readonly memoryMb: number;
  readonly rootGb: number;
  readonly ephemeralGb: number;
  readonly swapMb: number;
  readonly extraSpecs: Readonly<Record<string, string>>;
}

export const shapeOf = (flavor: Pick<FlavorSnapshot, 'vcpus' | 'memoryMb' | 'rootGb' | 'ephemeralGb' | 'swapMb'>): ResourceShape => ({
  vcpus: flavor.vcpus,
  memoryMb: flavor.memoryMb,
  diskGb: flavor.rootGb + flavor.ephemeralGb + Math.ceil(flavor.swapMb / 1024),
});
