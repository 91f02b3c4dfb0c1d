import type { Decision, Miss, Numbers, WeigherUsed } from '#contracts';
import type { ExplainedCandidate, ExplainedChoice, ExplainedWeight, NearestMiss } from './explanation.js';

/** Where and when a decision was made, and for which instance: its uuid seeds the breaking of ties. */
export interface DecisionMade {
  /** Path of the cell. */
  readonly cell: string;
  /** ms since 1970. */
  readonly at: number;
  readonly instanceUuid: string;
  readonly decision: Decision;
}

/** All that can be said about a decision. */
export const explain = ({ cell, at, instanceUuid, decision }: DecisionMade): ExplainedChoice => ({
  cell,
  among: decision.among,
  asked: decision.asked ?? null,
  at,
  considered: decision.candidates,
  passed: decision.passed,
  filters: decision.filters.map((filter, i) => ({ filter, left: decision.left[i] ?? 0 })),
  candidates: [
    ...decision.ranked.map(([name, ...raw]) => passedBy(decision, name, raw)),
    ...decision.misses.map(miss => fellBy(decision, miss)),
  ],
  chosen: decision.chosen,
  tieBreakSeed: instanceUuid,
  nearestMiss: decision.complete && decision.misses[0] ? nearestMiss(decision.misses[0]) : null,
});

const passedBy = (decision: Decision, name: string, raw: readonly number[]): ExplainedCandidate => {
  const weights = decision.weighers.map((weigher, w) => weightOf(weigher, raw[w] ?? 0));
  return {
    name,
    verdicts: decision.filters.map(filter => ({ filter, passed: true, reason: null })),
    weights,
    weight: weights.reduce((sum, { weight }) => sum + weight, 0),
    chosen: name === decision.chosen,
  };
};

const weightOf = ({ name, multiplier, absolute, least, most }: WeigherUsed, raw: number): ExplainedWeight => {
  const stretched = most === least ? 0 : (raw - least) / (most - least);
  const normalised = absolute ? raw : stretched;
  return { weigher: name, raw, normalised, multiplier, weight: normalised * multiplier };
};

/** The filters before the one that it fell at had passed it; those after it were asked only when the decision is complete. */
const fellBy = ({ filters, complete }: Decision, { name, refusals }: Miss): ExplainedCandidate => {
  const refused = new Map(refusals.map(refusal => [refusal.filter, refusal]));
  const asked = complete ? filters : filters.slice(0, filters.indexOf(refusals[0]?.filter ?? '') + 1);
  const verdicts = asked.map(filter => {
    const refusal = refused.get(filter);
    return { filter, passed: !refusal, reason: refusal?.reason ?? null, ...(refusal?.numbers && { numbers: refusal.numbers }) };
  });
  return { name, verdicts, weights: [], weight: null, chosen: false };
};

const UNITS = { memoryMb: 'MB', vcpus: 'vCPUs', diskGb: 'GB of disk' } as const;

const nearestMiss = ({ name, refusals }: Miss): NearestMiss => {
  const needs: Partial<Record<Numbers['of'], number>> = {};
  for (const { numbers } of refusals) if (numbers) needs[numbers.of] = Math.max(needs[numbers.of] ?? 0, numbers.needs - numbers.has);
  return { name, needs, text: textOf(name, refusals, needs) };
};

const textOf = (name: string, refusals: Miss['refusals'], needs: NearestMiss['needs']): string => {
  const others = refusals.filter(({ numbers }) => !numbers).map(({ reason }) => reason);
  const full = refusals.filter(({ numbers }) => numbers?.of === 'servers').map(({ reason }) => `no room for it: ${reason}`);
  const lacks = (Object.keys(UNITS) as (keyof typeof UNITS)[]).filter(of => needs[of] !== undefined);
  const room = lacks.length ? [`needs ${lacks.map(of => `${needs[of]} ${UNITS[of]}`).join(' and ')} more on ${name}`] : [];
  if (others.length === 0 && full.length === 0) return room.join();
  return `${name}: ${[...others, ...full, ...room].join('; ')}`;
};
