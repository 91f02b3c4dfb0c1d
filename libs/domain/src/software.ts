/** Of this build, as in package.json: cells tell it to each other, so that an operator sees which are old. */
export const SOFTWARE_VERSION = '0.1.0';
