import type { Grant } from '#identity';

/** Below `/v3`: where the grants of an actor in a target are, or the one of a role. */
export const grantPath = ({ actor, target, inherited }: Grant, roleId?: string): string => {
  const at = target.kind === 'system' ? 'system' : `${target.kind}s/${target.id}`;
  const roles = [at, `${actor.kind}s`, actor.id, 'roles', ...(roleId === undefined ? [] : [roleId])].join('/');
  return inherited ? `OS-INHERIT/${roles}/inherited_to_projects` : roles;
};
