import type { BuildSpec } from '#contracts';
import { type CellPath, isAtOrBelow, nextHop } from '#domain';
import { ANYWHERE, type NearPlaces, OWN_HOSTS } from '#scheduling';

/*
 * The hints same_host and different_host name servers. Where those are the top looks up when it takes the order; each cell on the way
 * asks only which of these places lie in it.
 */

/** For a choice among this cell's own hosts. */
export const nearAmongHosts = (here: CellPath, spec: BuildSpec): NearPlaces =>
  hinted(spec, places => places.filter(({ cell }) => cell === here).map(({ host }) => host));

/** The same among its children and its own hosts taken together: what has a host to avoid may have others beside it. */
export const nearAmongCells = (here: CellPath, spec: BuildSpec): NearPlaces => {
  const below = hinted(spec, places =>
    places.filter(({ cell }) => isAtOrBelow(cell, here)).map(({ cell }) => (cell === here ? OWN_HOSTS : nextHop(here, cell))),
  );
  return { ...below, without: ANYWHERE.without };
};

interface Place {
  readonly cell: CellPath;
  readonly host: string;
}

const hinted = ({ sameHost, differentHost }: BuildSpec, candidatesOf: (places: readonly Place[]) => string[]): NearPlaces => {
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
