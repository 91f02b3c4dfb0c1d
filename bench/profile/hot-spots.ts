import { z } from 'zod';

const Profile = z.object({
  nodes: z.array(z.object({ id: z.number(), callFrame: z.object({ functionName: z.string(), url: z.string(), lineNumber: z.number() }) })),
  samples: z.array(z.number()),
  /** Microseconds since the sample before. */
  timeDeltas: z.array(z.number()),
});
export type CpuProfile = z.infer<typeof Profile>;

export const parseProfile = (text: string): CpuProfile => Profile.parse(JSON.parse(text));

export interface HotSpot {
  readonly name: string;
  /** File and line, from the nearest of libs, apps and node_modules on. */
  readonly place: string;
  readonly ms: number;
}

const WAITING = new Set(['(idle)', '(root)']);

/** The functions that the process itself spent its time in, most first. `(program)` is native code: sockets, the kernel. */
export const hotSpots = ({ nodes, samples, timeDeltas }: CpuProfile): { busyMs: number; spots: HotSpot[] } => {
  const frames = new Map(nodes.map(node => [node.id, node.callFrame]));
  const found = new Map<string, { name: string; place: string; ms: number }>();
  let busyMs = 0;
  samples.forEach((id, index) => {
    const frame = frames.get(id);
    // The sample that follows ends the time that this one stands for.
    const ms = Math.max(0, timeDeltas[index + 1] ?? 0) / 1000;
    if (!frame || WAITING.has(frame.functionName)) return;
    busyMs += ms;
    const place = frame.url ? `${shortened(frame.url)}:${frame.lineNumber + 1}` : '';
    const key = `${frame.functionName} ${place}`;
    const spot = found.get(key) ?? { name: frame.functionName || '(anonymous)', place, ms: 0 };
    spot.ms += ms;
    found.set(key, spot);
  });
  return { busyMs, spots: [...found.values()].sort((a, b) => b.ms - a.ms) };
};

const shortened = (url: string): string => /(?:node_modules|dist)\/((?!.*node_modules\/).*)$/.exec(url)?.[1] ?? url;
