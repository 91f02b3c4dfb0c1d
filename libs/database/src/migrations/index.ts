import { ApiInitial } from './api-initial.js';
import { CellInitial } from './cell-initial.js';

/** In the order of their making; each is run once per database. */
export const childCellMigrations = [CellInitial];
export const apiMigrations = [ApiInitial];
