import type { BuildSpec } from '#contracts';

type Flavor = BuildSpec['flavor'];

/** What some hosts of a world have, and flavors ask for or will not have. */
export const TRAITS = ['CUSTOM_SSD', 'CUSTOM_GPU'] as const;

const flavor = (name: string, vcpus: number, memoryMb: number, extraSpecs: Flavor['extraSpecs'] = {}): Flavor => ({
  flavorId: name,
  name,
  vcpus,
  memoryMb,
  rootGb: 10,
  ephemeralGb: 0,
  swapMb: 0,
  extraSpecs,
});

/** Those that any host with the room will do for. */
const PLAIN: readonly Flavor[] = [flavor('small', 1, 1024), flavor('medium', 2, 2048), flavor('large', 5, 4096)];

/** `fast` is as large as `small`: what is told of one says nothing of the other. */
const CHOOSY: readonly Flavor[] = [
  flavor('fast', 1, 1024, { 'trait:CUSTOM_SSD': 'required' }),
  flavor('roomy', 1, 3072, { 'trait:CUSTOM_SSD': 'forbidden' }),
  flavor('picky', 3, 1024, { 'trait:CUSTOM_GPU': 'required', 'trait:CUSTOM_SSD': 'forbidden' }),
];

/** Every cell of every world knows these. */
export const FLAVORS: readonly Flavor[] = [...PLAIN, ...CHOOSY];

/** Those that users ask for where hosts have so many traits: where they have none, only what any host will do for. */
export const flavorsAskedFor = (traits: number): readonly Flavor[] => (traits > 0 ? FLAVORS : PLAIN);
