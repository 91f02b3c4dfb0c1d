import type { BuildSpec, HostsAsked } from '#contracts';
import { type CellPath, isAtOrBelow, nextHop } from '#domain';
import { ANYWHERE, type NearPlaces, OWN_HOSTS } from '#scheduling';

/*
 * The hints same_host and different_host name servers. Where those are the top looks up when it takes the order; each cell on the way
 * asks only which of these places lie in it. The hosts that an administrator names go the same way, and count for the build alone.
 */

/** For a choice among this cell's own hosts. */
export const nearAmongHosts = (here: CellPath, spec: BuildSpec): NearPlaces => hinted(spec, hostsOf(here));

/** Which hosts of a cell come into question for a choice, and how they were asked for: all, by nobody, when left out. */
export interface HostsWanted {
  readonly among?: ((host: string) => boolean) | undefined;
  readonly asked?: HostsAsked | null;
}

/** The hosts of this cell on one of which it is built. */
export const askedAmongHosts = (here: CellPath, spec: BuildSpec): HostsWanted => {
  if (!spec.onHosts) return {};
  const hosts = new Set(hostsOf(here)(spec.onHosts.map(placeOf)));
  return { among: host => hosts.has(host), asked: askedOf(spec) };
};

/** How an administrator asked for the hosts that it is built on. */
export const askedOf = ({ onHosts, forced }: BuildSpec): HostsAsked | null => {
  if (!onHosts) return null;
  return forced ? 'forced' : 'named';
};

/** The same among its children and its own hosts taken together: what has a host to avoid may have others beside it. */
export const nearAmongCells = (here: CellPath, spec: BuildSpec): NearPlaces => {
  const below = cellsOf(here);
  // What is forced is asked for no hints.
  const { with: beside } = spec.forced ? ANYWHERE : hinted(spec, below);
  const asked = spec.onHosts ? new Set(below(spec.onHosts.map(placeOf))) : null;
  return { with: beside && asked ? new Set([...beside].filter(cell => asked.has(cell))) : (beside ?? asked), without: ANYWHERE.without };
};

interface Place {
  readonly cell: CellPath;
  readonly host: string;
}

type CandidatesOf = (places: readonly Place[]) => string[];

const hostsOf =
  (here: CellPath): CandidatesOf =>
  places =>
    places.filter(({ cell }) => cell === here).map(({ host }) => host);

const cellsOf =
  (here: CellPath): CandidatesOf =>
  places =>
    places.filter(({ cell }) => isAtOrBelow(cell, here)).map(({ cell }) => (cell === here ? OWN_HOSTS : nextHop(here, cell)));

const hinted = ({ sameHost, differentHost }: BuildSpec, candidatesOf: CandidatesOf): NearPlaces => {
  if (!sameHost && !differentHost) return ANYWHERE;
  return {
    with: sameHost ? new Set(candidatesOf(sameHost.map(placeOf))) : null,
    without: new Set(candidatesOf((differentHost ?? []).map(placeOf))),
  };
};

const placeOf = (text: string): Place => {
  const at = text.indexOf('@');
  return { cell: text.slice(0, at) as CellPath, host: text.slice(at + 1) };
};
