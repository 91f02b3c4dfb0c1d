import type { AdminResult, ExplainedServer, Numbers, Rehearsed } from '#contracts';
import { type ExplainedCandidate, type ExplainedChoice, explain } from '#scheduling';
import { rounded } from './cell.views.js';

/** One server's story, or, of a request that asked for many, a page of them. */
export const explanationOf = ({ servers, next, now }: AdminResult<'explain.show'>, id: string) => {
  const [only] = servers;
  if (only && servers.length === 1 && next === null) return { ...serverOf(only), ...(now && { now: nowOf(now) }) };
  const requestId = servers.find(server => server.requestId !== null)?.requestId ?? id;
  return { instance: null, request_id: requestId, levels: [], unreachable: [], servers: servers.map(serverOf), next };
};

export const rehearsalOf = ({ servers }: AdminResult<'explain.dryRun'>) => {
  const [only] = servers;
  if (only && servers.length === 1) return rehearsedOf(only);
  const placed = servers.filter(server => server.place !== null).length;
  return { instance: null, request_id: null, levels: [], unreachable: [], placed, servers: servers.map(rehearsedOf) };
};

const rehearsedOf = (server: Rehearsed) => ({ ...serverOf(server), place: server.place });

/** What the order of a server that found no place would meet now. */
const nowOf = (now: Rehearsed) => {
  const { levels, unreachable, place } = rehearsedOf(now);
  return { levels, unreachable, place };
};

const serverOf = ({ instance, requestId, decisions, unreachable }: ExplainedServer) => ({
  instance,
  request_id: requestId,
  levels: decisions.map(told => levelOf(explain({ ...told, instanceUuid: instance }))),
  unreachable: [...unreachable],
});

const levelOf = (choice: ExplainedChoice) => ({
  cell: choice.cell,
  among: choice.among,
  asked: choice.asked,
  at: new Date(choice.at).toISOString(),
  considered: choice.considered,
  passed: choice.passed,
  filters: choice.filters,
  candidates: choice.candidates.map(candidateOf),
  chosen: choice.chosen,
  tie_break_seed: choice.tieBreakSeed,
  nearest_miss: choice.nearestMiss && {
    name: choice.nearestMiss.name,
    needs: Object.fromEntries(Object.entries(choice.nearestMiss.needs).map(([of, amount]) => [UNITS[of as Numbers['of']], amount])),
    text: choice.nearestMiss.text,
  },
});

const candidateOf = ({ name, verdicts, weights, weight, chosen }: ExplainedCandidate) => ({
  name,
  verdicts: verdicts.map(({ numbers, ...verdict }) => ({ ...verdict, ...(numbers && { numbers: { ...numbers, of: UNITS[numbers.of] } }) })),
  weights,
  weight,
  chosen,
});

const UNITS: Record<Numbers['of'], string> = { vcpus: 'vcpus', memoryMb: 'memory_mb', diskGb: 'disk_gb', servers: 'servers' };

export const fitOf = ({ flavor, total, cells }: AdminResult<'fit.show'>) => ({
  flavor,
  total,
  cells: cells.map(({ path, fits, reserved, ageSeconds, health }) => ({
    path,
    fits,
    reserved,
    age_seconds: ageSeconds === null ? null : rounded(ageSeconds),
    health,
  })),
});
