import { CreateImageTables1763800000002 } from './create-image-tables.js';

export const imageMigrations = [CreateImageTables1763800000002];
