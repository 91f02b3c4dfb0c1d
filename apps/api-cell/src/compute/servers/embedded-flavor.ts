import { z } from 'zod';
import { type RawJson, rawJson } from '#microversion';

const Snapshot = z.object({
  name: z.string().default(''),
  vcpus: z.number().default(0),
  memoryMb: z.number().default(0),
  rootGb: z.number().default(0),
  ephemeralGb: z.number().default(0),
  swapMb: z.number().default(0),
  extraSpecs: z.record(z.string(), z.string()).default({}),
});

const rendered = new Map<string, RawJson>();

/** The flavor inside a server from 2.47. A thousand servers have few flavors, so the text is kept by the snapshot's own text. */
export const embeddedFlavor = (snapshotJson: string): RawJson => {
  let found = rendered.get(snapshotJson);
  if (!found) {
    if (rendered.size >= 1000) rendered.clear();
    found = render(snapshotJson);
    rendered.set(snapshotJson, found);
  }
  return found;
};

const render = (snapshotJson: string): RawJson => {
  const { name, vcpus, memoryMb, rootGb, ephemeralGb, swapMb, extraSpecs } = Snapshot.parse(JSON.parse(snapshotJson));
  return rawJson(
    JSON.stringify({
      vcpus,
      ram: memoryMb,
      disk: rootGb,
      ephemeral: ephemeralGb,
      swap: swapMb,
      original_name: name,
      extra_specs: extraSpecs,
    }),
  );
};
