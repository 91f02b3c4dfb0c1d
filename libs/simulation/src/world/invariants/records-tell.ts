import type { Invariant } from './invariant.js';
import { isOnlyCalledSo } from './only-called-so.js';

const BUILT = 'compute__do_build_and_run_instance';
/** What is tried again until it is done; and what is done for nobody's request may be done twice. */
const REPEATABLE: ReadonlySet<string> = new Set([
  BUILT,
  'compute_terminate_instance',
  'compute_shelve_offload_instance',
  'compute_finish_resize',
  'compute_confirm_resize',
  'compute_revert_resize',
  'compute_finish_revert_resize',
  'compute_live_migration',
  'compute_rollback_live_migration',
  'compute_post_live_migration_at_destination',
]);

/** The log of actions tells what happened: each power action once, and of each server that runs, that it was built. */
export const recordsTell: Invariant = {
  name: 'the log of actions tells what happened, once',
  atRest: world => {
    const { actionEvents, instances } = world.root.database;
    const told = actionEvents
      .filter(({ event }) => !REPEATABLE.has(event))
      .map(({ instanceUuid, requestId, event }) => `${event} of ${instanceUuid} for ${requestId}`);
    const twice = told.filter((record, index) => told.indexOf(record) !== index);
    const built = new Set(
      actionEvents.filter(({ event, result }) => event === BUILT && result === 'Success').map(event => event.instanceUuid),
    );
    const untold = instances.all().filter(row => row.vmState === 'active' && !built.has(row.uuid) && !isOnlyCalledSo(world, row));
    return [...twice.map(record => `${record} is recorded twice`), ...untold.map(row => `nothing tells that server ${row.uuid} was built`)];
  },
};
