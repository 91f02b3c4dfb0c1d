import { type InstanceRow, isHere } from '#cell';
import type { SimulatedCell } from '../simulated-cell.js';
import type { World } from '../world.js';
import type { Invariant } from './invariant.js';

/** What a cell has of its parent, and its parent of what is there: the same instances in the same version. */
export const edgesAgree: Invariant = {
  name: 'a cell has what its parent believes to be there',
  atRest: world => [...world.cells.values()].flatMap(cell => differences(world, cell)),
};

const differences = (world: World, { path, parent, database, plan }: SimulatedCell): string[] => {
  if (!parent) return [];
  const name = plan.path.slice(parent.length + 1);
  const pointing = (row: InstanceRow) => row.deletedAt === null && row.nextHop === name;
  const above = new Set(world.cell(parent).database.instances.all().filter(pointing).map(said));
  const here = new Set(database.instances.all().filter(isHere).map(said));
  return [
    ...[...above].filter(row => !here.has(row)).map(row => `${parent} has ${row}, and ${path} does not`),
    ...[...here].filter(row => !above.has(row)).map(row => `${path} has ${row}, and ${parent} does not`),
  ];
};

const said = ({ uuid, epoch, generation, taskState }: InstanceRow): string => `${uuid} ${epoch}.${generation} ${taskState}`;
